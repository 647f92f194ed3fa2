"""What a video is made from beside words: frames, reference images, or a video.

The API takes one of the three in a request (`types.GenerateVideosConfig.reference_images`,
`types.GenerateVideosSource`). What was added for the others stays at hand and isn't sent. Veo
extends a video; Omni also edits one, and goes on from one that it has made itself without being
sent it again (https://ai.google.dev/gemini-api/docs/omni).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from components.files.picture_list import PictureList
from gemini.creation.choices import VideoChoices, extension, longest_sent
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.media.recordings import recording
from gemini.media.remote import CloudFile
from gemini.plain import mapping
from gemini.request import Part

FIRST, LAST = "first", "last"  # frames
Way = Literal["frames", "references", "video", "generated"]
Task = Literal["edit", "extend"]


@dataclass(frozen=True)
class Generated:
    """A video that Omni has made: the interaction that it goes on from, and the video itself."""

    interaction: str
    part: Part


@dataclass
class VideoSource:
    """What was added on the page, and which of it is wanted.

    `references` are of one `reference_type`, as the API wants them. `refused` is why files were
    not taken. `uploaders` counts what was taken away, since a widget for files can't be emptied.
    `task` is what Omni does with a `video`, or with a `generated` one.
    """

    way: Way = "frames"
    frames: dict[str, Attachment] = field(default_factory=dict)
    references: PictureList = field(default_factory=PictureList)
    reference_type: str = "ASSET"
    video: Attachment | None = None
    generated: Generated | None = None
    task: Task = "edit"
    refused: list[str] = field(default_factory=list)
    uploaders: int = 0
    unfolded: bool = False

    def settle(self, choices: VideoChoices) -> None:
        """Keep to what the model takes: another model may not take what is wanted."""
        if self.way not in self.ways(choices):
            self.way = "frames"
        if choices.references and self.reference_type not in choices.references:
            self.reference_type = next(iter(choices.references))

    def take_frame(self, which: str, name: str, data: bytes) -> None:
        """Check a picture and make it the first or the last frame, or say why not."""

        def keep(attached: Attachment) -> None:
            self.frames[which] = attached

        self._take("image", name, data, keep)

    def take_video(self, name: str, data: bytes) -> None:
        """Check a video and have it extended, or say why not."""

        def keep(attached: Attachment) -> None:
            self.video = attached

        self._take("video", name, data, keep)

    def ways(self, choices: VideoChoices) -> list[Way]:
        """What a model can be given beside words."""
        attached: list[Way] = ["frames"]
        if choices.references:
            attached.append("references")
        if choices.extension:
            attached.append("video")
        if choices.edits and self.generated is not None:
            attached.append("generated")
        return attached

    def go_on(self, generated: Generated) -> None:
        """Have a video edited or extended that Omni has made."""
        self.way, self.refused, self.unfolded = "generated", [], True
        self.generated = generated

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

    def take_back(self, media: Sequence[Attachment], config: Mapping[str, Any]) -> None:
        """Have again what a kept request was made from, in its order; see `sent`."""
        images = [one for one in media if one.kind == "image"]
        task = mapping(config.get("video_config")).get("task")
        kind = config.get("reference_type")
        if video := next((one for one in media if one.kind == "video"), None):
            self.way, self.video = "video", video
            self.task = "extend" if task == "extend" else "edit"
        elif kind or task == "reference_to_video":
            self.way, self.references.pictures = "references", images
            self.reference_type = str(kind or self.reference_type)
        else:
            self.way, self.frames = "frames", dict(zip((FIRST, LAST), images, strict=False))

    def drop_frame(self, which: str) -> None:
        """Take a frame away."""
        self.frames.pop(which, None)
        self._dropped()

    def drop_video(self) -> None:
        """Take the video away."""
        self.video = None
        self._dropped()

    def clear(self) -> None:
        """Begin with words alone."""
        self.way, self.frames, self.references = "frames", {}, PictureList()
        self.video = self.generated = None
        self._dropped()

    @property
    def sent(self) -> list[Attachment]:
        """The media that are sent, in the order of the request."""
        if self.way == "references":
            return self.references.pictures
        if self.way == "video":
            return [self.video] if self.video else []
        if self.way == "generated":
            return []  # the API has it
        return [self.frames[which] for which in (FIRST, LAST) if which in self.frames]

    @property
    def shaped(self) -> bool:
        """Whether the video's shape can be chosen: it isn't that of another video."""
        return self.way not in {"video", "generated"}

    @property
    def config(self) -> dict[str, Any]:
        """The settings that say to Veo what the media are."""
        typed = self.way == "references" and self.references.pictures
        return {"reference_type": self.reference_type} if typed else {}

    @property
    def omni_config(self) -> dict[str, Any]:
        """The settings that say to Omni what to do with the media, and what to go on from."""
        if self.way == "generated" and self.generated is not None:
            previous = {"previous_interaction_id": self.generated.interaction}
            return {"video_config": {"task": self.task}, **previous}
        if not self.sent:
            return {}
        tasks = {"frames": "image_to_video", "references": "reference_to_video"}
        return {"video_config": {"task": tasks.get(self.way, self.task)}}

    def missing(self, prompt: str, choices: VideoChoices) -> list[str]:
        """Why a video can't be begun with these words and media, in sentences; none if it can."""
        if choices.edits and not prompt:
            return [_without_words(self)]
        if self.way == "generated":
            return []
        if self.way == "references" and self.references.pictures:
            return _missing_with_references(self, prompt, choices)
        if self.way == "video":
            return _missing_with_video(self.video, choices)
        complaints: list[str] = []
        first, last = (which in self.frames for which in (FIRST, LAST))
        if not prompt and not (first and self.way == "frames"):
            complaints.append("Describe the video, or add a first frame.")
        if self.way == "frames" and last and not first:
            complaints.append("A last frame needs a first frame.")
        return complaints

    def _take(self, kind: str, name: str, data: bytes, keep: Callable[[Attachment], None]) -> None:
        self.refused = []
        try:
            attached = attachment(name, data)
        except MediaError as error:
            self.refused.append(str(error))
            return
        if attached.kind == kind:
            keep(attached)
        else:
            self.refused.append(f"{name} isn't {'an image' if kind == 'image' else f'a {kind}'}.")

    def _dropped(self) -> None:
        self.refused = []
        self.uploaders += 1


def _without_words(beginning: VideoSource) -> str:
    if beginning.way not in {"video", "generated"}:
        return "Describe the video."
    return "Say what to change." if beginning.task == "edit" else "Say what happens next."


def _missing_with_references(
    beginning: VideoSource, prompt: str, choices: VideoChoices
) -> list[str]:
    complaints: list[str] = []
    if not prompt:
        complaints.append("Describe the video: reference images need a prompt.")
    most, count = choices.references[beginning.reference_type], len(beginning.references.pictures)
    if count > most:
        kind = "reference" if choices.edits else beginning.reference_type.lower()
        images = "image" if most == 1 else "images"
        complaints.append(
            f"The model takes {most} {kind} {images}, and there are {count}: remove {count - most}."
        )
    return complaints


def _missing_with_video(video: Attachment | None, choices: VideoChoices) -> list[str]:
    if video is None:
        return ["Add the video to edit or extend." if choices.edits else "Add the video to extend."]
    if choices.edits:
        return _too_long_for_omni(video)
    limits = extension()
    if video.seconds and not limits.shortest <= video.seconds <= limits.longest:
        return [
            f"The video is {video.seconds:.1f} s long. One of {limits.shortest} to "
            f"{limits.longest} s can be extended."
        ]
    return []


def _too_long_for_omni(video: Attachment) -> list[str]:
    if video.remote:
        return ["Omni takes no gs:// URIs with a Gemini key. Download the video and add the file."]
    longest = longest_sent()
    if video.seconds and video.seconds > longest + 0.5:
        return [
            f"The video is {video.seconds:.1f} s long. One of up to {longest} s can be edited or "
            "extended: cut it, or generate one here and continue that."
        ]
    return []
