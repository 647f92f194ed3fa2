"""Pictures and sounds as things to be embedded: what a model takes, and what a Request holds."""

from collections.abc import Sequence

from gemini.media.attachment import Attachment, MediaError
from gemini.request import Request
from gemini.resources.files import DEFAULT_LIMIT

TITLES = {"image": "Image", "audio": "Sound"}


def title_of(one: Attachment) -> str:
    """What a medium is, in a word; the label that it has on a map."""
    return TITLES.get(one.kind, "File")


def check(one: Attachment, model: str, types: Sequence[str], seconds: float) -> None:
    """Let pass what a model embeds: one of these MIME types, a sound of at most so many seconds.

    Raises:
        MediaError: it is something else, too long, or too large for a request.
    """
    if one.mime_type not in types:
        names = ", ".join(mime.partition("/")[2].upper() for mime in types)
        raise MediaError(f"{one.name} is {one.mime_type}. {model} embeds {names}: convert it.")
    if one.seconds is not None and one.seconds > seconds:
        raise MediaError(
            f"{one.name} is {one.seconds:.0f} seconds long. {model} hears {seconds:.0f}: cut it."
        )
    if one.inline_size > DEFAULT_LIMIT:
        most = DEFAULT_LIMIT // 1_000_000
        raise MediaError(f"{one.name} is too large: a request holds {most} MB. Make it smaller.")


def media_in(request: Request, names: Sequence[str]) -> list[Attachment | None]:
    """The medium of each content, under the name that it has here; None for a text."""
    attachments: list[Attachment | None] = []
    for number, (content, name) in enumerate(zip(request.contents, names, strict=True), 1):
        parts = content.get("parts") or [{}]
        blob = parts[0].get("inline_data")
        if not blob or not isinstance(blob.get("data"), bytes):
            attachments.append(None)
            continue
        one = Attachment(name, blob.get("mime_type") or "", blob["data"])
        attachments.append(one if name else Attachment(f"{title_of(one)} {number}", *_content(one)))
    return attachments


def _content(one: Attachment) -> tuple[str, bytes]:
    return one.mime_type, one.data
