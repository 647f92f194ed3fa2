"""What the local engine says about files it has no engine for."""

from emulator.engines import Description, Media, UnsupportedError

_WITH_A_KEY = "Gemini does it, with a Gemini API key."
_REFUSALS = {
    "image": f"The local text model can't see images. {_WITH_A_KEY}",
    "audio": f"The local text model can't hear audio. {_WITH_A_KEY}",
    "video": f"The local text model can't watch video. {_WITH_A_KEY}",
    "application/pdf": f"The local text model can't read PDF files. {_WITH_A_KEY}",
}


async def describe(media: Media, question: str) -> Description:  # noqa: ARG001
    """Raises UnsupportedError, with what would do it."""
    family = media.mime_type.split("/")[0]
    refusal = _REFUSALS.get(media.mime_type) or _REFUSALS.get(family)
    raise UnsupportedError(refusal or f"Unsupported MIME type: {media.mime_type}")
