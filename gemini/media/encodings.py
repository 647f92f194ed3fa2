"""Texts in any encoding: what is sure by its bytes, and a guess where nothing is."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

import chardet

ENCODINGS: Final[dict[str, str]] = {
    "UTF-8": "utf-8",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-32LE": "utf-32-le",
    "UTF-32BE": "utf-32-be",
    "GB18030": "gb18030",
    "Big5": "big5hkscs",
    "Shift_JIS": "cp932",
    "EUC-JP": "euc_jp",
    "ISO-2022-JP": "iso2022_jp",
    "EUC-KR": "cp949",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
    "Windows-1252": "cp1252",
    "Windows-1253": "cp1253",
    "Windows-1254": "cp1254",
    "Windows-1255": "cp1255",
    "Windows-1256": "cp1256",
    "Windows-1257": "cp1257",
    "Windows-1258": "cp1258",
    "Windows-874": "cp874",
    "KOI8-R": "koi8_r",
    "KOI8-U": "koi8_u",
}
"""Python's codec for each name. Where one takes in another, such as CP949 EUC-KR, it is the larger
(https://encoding.spec.whatwg.org)."""

MARKS: Final = (  # a mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32", "utf-32"),
    (codecs.BOM_UTF32_BE, "UTF-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "UTF-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "UTF-16", "utf-16"),
)
"""(byte order mark, name, Python's codec)."""

LOOKED_AT = 65_536  # bytes at the beginning that tell text from other data
SAMPLE = 200_000  # bytes that a guess is made from
USUAL = "Windows-1252"  # is taken where it is nearly as likely as another
NEARLY = 0.005  # of a confidence from 0 to 1
DAMAGED = 10  # good characters for each bad one, in UTF-8 that something happened to
REPLACED = "\N{REPLACEMENT CHARACTER}"

_CONTROLS = r"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f]"  # that text does not hold
_IN_TEXT, _IN_BYTES = re.compile(_CONTROLS), re.compile(_CONTROLS.encode())
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_OTHER = r"\u0370-\u03ff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff"  # Greek, Cyrillic, Hebrew, Arabic
_UNLIKELY = re.compile(f"[A-Za-z][{_OTHER}]|[{_OTHER}][A-Za-z]|[\ue000-\uf8ff]")
"""A word in two scripts, or a character for private use."""


@dataclass(frozen=True)
class Decoded:
    """A text and the name of its encoding; whether that is sure, and how many characters are lost.

    `sure` is False for a guess, so that somebody may say better.
    """

    text: str
    encoding: str
    sure: bool = True
    lost: int = 0


def is_text(data: bytes) -> bool:
    """Whether the beginning of a file looks like text, in whatever encoding."""
    head = data[:LOOKED_AT]
    if any(head.startswith(mark) for mark, _, _ in MARKS):
        return True
    if 0 in head:
        return _wide(head) is not None
    return _IN_BYTES.search(head) is None


def decoded(data: bytes, encoding: str = "") -> Decoded:
    """The text of a file, read in an `encoding` of ENCODINGS or in the one that is likely."""
    if encoding:
        return _read(data, encoding)
    for mark, name, codec in MARKS:
        if data.startswith(mark):
            return Decoded(data.decode(codec, "replace"), name)
    if _ISO_2022_JP.search(data):
        return _read(data, "ISO-2022-JP")
    if 0 in data[:LOOKED_AT] and (wide := _wide(data[:LOOKED_AT])):
        return _read(data, wide)
    text = data.decode("utf-8", "replace")
    if REPLACED not in text:
        return Decoded(text, "UTF-8")
    return _damaged(data, text) or _read(data, _guess(data))


def _read(data: bytes, encoding: str) -> Decoded:
    text = data.decode(ENCODINGS[encoding], "replace")
    return Decoded(text, encoding, sure=False, lost=text.count(REPLACED))


def _damaged(data: bytes, text: str) -> Decoded | None:
    """UTF-8 of which a little is damaged, above all cut within its last character."""
    lost = text.count(REPLACED) - data.count(REPLACED.encode())
    good = sum(character > "\x7f" for character in text) - lost
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
        return Decoded(text.removesuffix(REPLACED), "UTF-8", False, lost) if good else None
    except UnicodeDecodeError:
        return Decoded(text, "UTF-8", False, lost) if good >= DAMAGED * lost else None


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: what can be read so and holds no controls."""
    guess = (chardet.detect(head)["encoding"] or "").upper().replace("-LE", "LE")
    guess = guess.replace("-BE", "BE")
    if guess not in ENCODINGS or not guess.startswith("UTF-"):
        return None
    try:
        text = codecs.getincrementaldecoder(ENCODINGS[guess])().decode(head)
    except UnicodeDecodeError:
        return None
    return None if _IN_TEXT.search(text) else guess


def _guess(data: bytes) -> str:
    """The likeliest encoding that makes nothing unlikely of the text."""
    first = _BEYOND_ASCII.search(data)
    line = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    sample = data[line : line + SAMPLE]
    likely: dict[str, float] = {}
    era = chardet.EncodingEra.MODERN_WEB
    for guess in chardet.detect_all(sample, ignore_threshold=True, encoding_era=era):
        name = _known(guess["encoding"] or "")
        if name and not _UNLIKELY.search(sample.decode(ENCODINGS[name], "replace")):
            likely.setdefault(name, guess["confidence"])
    best = max(likely, key=lambda name: likely[name], default=USUAL)
    if likely.get(USUAL, 0) >= likely.get(best, 0) - NEARLY:
        return USUAL
    text = sample.decode(ENCODINGS[best], "replace")
    same = (name for name in ENCODINGS if name in likely)  # KOI8-R rather than KOI8-U
    return next(n for n in same if sample.decode(ENCODINGS[n], "replace") == text)


def _known(codec: str) -> str | None:
    """The name under which a codec is in ENCODINGS, be it as a part of another."""
    larger = {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "tis-620": "cp874"}
    larger |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis_2004": "cp932"}
    larger |= {"euc_jis_2004": "euc_jp"}
    try:
        plain = codecs.lookup(codec).name
    except LookupError:
        return None
    plain = codecs.lookup(larger.get(plain, plain)).name
    return next((n for n, c in ENCODINGS.items() if codecs.lookup(c).name == plain), None)
