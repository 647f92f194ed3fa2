"""Encodings of texts: what is sure, what is a guess, and what is no text."""

import struct

import pytest

from gemini.media.encodings import decoded, is_text

WORDS = [
    ("cp1252", "Windows-1252", "Perché la città è così bella? Più che mai, caffè."),
    ("cp1252", "Windows-1252", "Le café est à côté de l'hôtel, où l'on a déjà mangé."),
    ("cp1252", "Windows-1252", "It’s “fine” – costs £5 and €6"),
    ("cp1252", "Windows-1252", "café"),
    ("cp1250", "Windows-1250", "Zażółć gęślą jaźń, proszę bardzo"),
    ("cp1251", "Windows-1251", "Привет, как дела? Это простой текст."),
    ("koi8_r", "KOI8-R", "Привет, как дела? Это простой текст."),
    ("koi8_r", "KOI8-R", "Добро пожаловать"),
    ("cp1253", "Windows-1253", "Καλημέρα, τι κάνεις; Όλα καλά"),
    ("cp1254", "Windows-1254", "Şişli'de güneşli bir gün, ığdır"),
    ("cp1255", "Windows-1255", "שלום עולם, מה שלומך"),
    ("cp1256", "Windows-1256", "مرحبا بالعالم كيف حالك"),
    ("cp874", "Windows-874", "สวัสดีชาวโลก"),
    ("big5", "Big5", "繁體中文測試，蘋果三箱"),
    ("euc_jp", "EUC-JP", "在庫一覧 りんご三箱"),
    ("iso2022_jp", "ISO-2022-JP", "在庫一覧"),
    ("utf-16-be", "UTF-16BE", "Hello there"),
    ("utf-32-le", "UTF-32LE", "Hello there"),
]


@pytest.mark.parametrize(("codec", "name", "words"), WORDS)
def test_a_short_text_is_guessed(codec: str, name: str, words: str) -> None:
    data = words.encode(codec)
    assert is_text(data)
    found = decoded(data)
    assert (found.text, found.encoding, found.sure) == (words, name, False)


def test_letters_far_from_the_beginning_count() -> None:
    data = b"plain line\n" * 40_000 + "品名,数量\nりんご,3\n".encode("cp932")
    assert decoded(data).encoding == "Shift_JIS"


def test_a_little_damage_is_no_reason_to_read_utf_8_as_something_else() -> None:
    found = decoded("Grüße, schöne Öfen, ".encode() * 10 + b"\xff more")
    assert (found.encoding, found.lost) == ("UTF-8", 1)
    assert found.text.startswith("Grüße")


def test_utf_8_with_a_mark_is_sure() -> None:
    assert decoded(b"\xef\xbb\xbfa").sure


@pytest.mark.parametrize(
    "data",
    [
        b"\0\1\2 no",
        struct.pack("<50f", *range(50)),
        struct.pack("<500h", *range(0, 3500, 7)),
        bytes(i * 37 % 256 for i in range(3000)),
    ],
)
def test_numbers_are_no_text(data: bytes) -> None:
    assert not is_text(data)
