"""What a video is made from beside words: frames, reference images, or a video to be extended.

The API takes one of the three in a request (`types.GenerateVideosConfig.reference_images`,
`types.GenerateVideosSource`). What was added for the others stays at hand and isn't sent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from gemini.creation.choices import VideoChoices, extension
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.media.recordings import recording
from gemini.media.remote import CloudFile
from gemini.request import Part

FIRST, LAST = "first", "last"  # frames
Way = Literal["frames", "references", "video"]


@dataclass
class VideoSource:
    """What was added on the page, and which of it is wanted.

    `references` are of one `reference_type`, as the API wants them. `refused` is why files were
    not taken. `uploaders` counts what was taken away, since a widget for files can't be emptied.
    """

    way: Way = "frames"
    frames: dict[str, Attachment] = field(default_factory=dict)
    references: list[Attachment] = field(default_factory=list)
    reference_type: str = "ASSET"
    video: Attachment | None = None
    refused: list[str] = field(default_factory=list)
    uploaders: int = 0
    unfolded: bool = False

    def settle(self, choices: VideoChoices) -> None:
        """Keep to what the model takes: another model may not take what is wanted."""
        if self.way not in ways(choices):
            self.way = "frames"
        if choices.references and self.reference_type not in choices.references:
            self.reference_type = next(iter(choices.references))

    def take_frame(self, which: str, name: str, data: bytes) -> None:
        """Check a picture and make it the first or the last frame, or say why not."""

        def keep(attached: Attachment) -> None:
            self.frames[which] = attached

        self._take("image", [(name, data)], keep)

    def take_references(self, files: list[tuple[str, bytes]]) -> None:
        """Check pictures, (name, bytes) each, and add them to the references, or say why not."""
        self._take("image", files, self.references.append)
        self.uploaders += 1  # they are shown by themselves: the field is to be empty again

    def take_video(self, name: str, data: bytes) -> None:
        """Check a video and have it extended, or say why not."""

        def keep(attached: Attachment) -> None:
            self.video = attached

        self._take("video", [(name, data)], keep)

    def extend(self, part: Part) -> None:
        """Have a video extended that was made: by its bytes, or by URL in Cloud Storage."""
        self.way, self.refused, self.unfolded = "video", [], True
        if file := part.get("file_data"):
            address = file["file_uri"]
            name = address.rpartition("/")[2]
            self.video = CloudFile(name, file["mime_type"], address.encode())
            return
        mime_type, data = part["inline_data"]["mime_type"], part["inline_data"]["data"]
        name = f"video.{mime_type.partition('/')[2]}"
        try:
            self.video = recording(name, mime_type, data)
        except MediaError:  # who made it can read it, whatever this machine can
            self.video = Attachment(name, mime_type, data)

    def drop_frame(self, which: str) -> None:
        """Take a frame away."""
        self.frames.pop(which, None)
        self._dropped()

    def drop_reference(self, number: int) -> None:
        """Take the reference at a place, from 0, away."""
        del self.references[number : number + 1]
        self._dropped()

    def drop_video(self) -> None:
        """Take the video away."""
        self.video = None
        self._dropped()

    def clear(self) -> None:
        """Begin with words alone."""
        self.way, self.frames, self.references, self.video = "frames", {}, [], None
        self._dropped()

    @property
    def sent(self) -> list[Attachment]:
        """The media that go along, in the order of the request."""
        if self.way == "references":
            return self.references
        if self.way == "video":
            return [self.video] if self.video else []
        return [self.frames[which] for which in (FIRST, LAST) if which in self.frames]

    @property
    def config(self) -> dict[str, Any]:
        """The settings that say what the media are."""
        typed = self.way == "references" and self.references
        return {"reference_type": self.reference_type} if typed else {}

    def missing(self, prompt: str, choices: VideoChoices) -> list[str]:
        """Why a video can't be begun with these words and media, in sentences; none if it can."""
        if self.way == "references" and self.references:
            return _missing_with_references(self, prompt, choices)
        if self.way == "video":
            return _missing_with_video(self.video)
        complaints: list[str] = []
        first, last = (which in self.frames for which in (FIRST, LAST))
        if not prompt and not (first and self.way == "frames"):
            complaints.append("Describe the video, or add a first frame.")
        if self.way == "frames" and last and not first:
            complaints.append("A last frame needs a first frame.")
        return complaints

    def _take(
        self, kind: str, files: list[tuple[str, bytes]], keep: Callable[[Attachment], None]
    ) -> None:
        self.refused = []
        for name, data in files:
            try:
                attached = attachment(name, data)
            except MediaError as error:
                self.refused.append(str(error))
                continue
            if attached.kind == kind:
                keep(attached)
            else:
                self.refused.append(
                    f"{name} isn't {'an image' if kind == 'image' else f'a {kind}'}."
                )

    def _dropped(self) -> None:
        self.refused = []
        self.uploaders += 1


def ways(choices: VideoChoices) -> list[Way]:
    """What a model can be given beside words."""
    attached: list[Way] = ["frames"]
    if choices.references:
        attached.append("references")
    if choices.extension:
        attached.append("video")
    return attached


def _missing_with_references(
    beginning: VideoSource, prompt: str, choices: VideoChoices
) -> list[str]:
    complaints: list[str] = []
    if not prompt:
        complaints.append("Describe the video: reference images need a prompt.")
    most, count = choices.references[beginning.reference_type], len(beginning.references)
    if count > most:
        kind = beginning.reference_type.lower()
        images = "image" if most == 1 else "images"
        complaints.append(
            f"The model takes {most} {kind} {images}, and there are {count}: remove {count - most}."
        )
    return complaints


def _missing_with_video(video: Attachment | None) -> list[str]:
    if video is None:
        return ["Add the video to extend."]
    limits = extension()
    if video.seconds and not limits.shortest <= video.seconds <= limits.longest:
        return [
            f"The video is {video.seconds:.1f} s long. One of {limits.shortest} to "
            f"{limits.longest} s can be extended."
        ]
    return []
