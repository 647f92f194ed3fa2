"""Models found by words and by what they can do."""

from google.genai import types

from gemini.models.capabilities import of
from gemini.models.search import matching, offered

FLASH = of(
    types.Model(
        name="models/gemini-2.5-flash",
        display_name="Gemini 2.5 Flash",
        description="Fast and versatile",
        supported_actions=["generateContent", "createCachedContent", "batchGenerateContent"],
        thinking=True,
    )
)
EMBEDDING = of(types.Model(name="models/gemini-embedding-2", supported_actions=["embedContent"]))
IMAGE = of(types.Model(name="models/gemini-2.5-flash-image", supported_actions=["generateContent"]))
ALL = [FLASH, EMBEDDING, IMAGE]


def test_all_words_must_be_there() -> None:
    assert matching(ALL, "FLASH versatile") == [FLASH]
    assert matching(ALL, "flash") == [FLASH, IMAGE]
    assert matching(ALL, "opus") == []
    assert matching(ALL, "  ") == ALL


def test_all_abilities_must_be_there() -> None:
    assert matching(ALL, "", ["Embeds"]) == [EMBEDDING]
    assert matching(ALL, "", ["Reads images"]) == [FLASH, IMAGE]
    assert matching(ALL, "", ["Reads images", "Thinks"]) == [FLASH]
    assert matching(ALL, "", ["Generates images"]) == [IMAGE]


def test_only_what_some_model_can_is_offered() -> None:
    assert {"Embeds", "Caches", "Batches", "Thinks"} <= set(offered(ALL))
    assert "Generates video" not in offered(ALL)
    assert offered([]) == []
