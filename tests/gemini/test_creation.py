"""What can be told to models that make things, and which models those are."""

from google.genai import types

from gemini.creation.choices import (
    extension,
    is_imagen,
    makers,
    picture_choices,
    video_choices,
)
from gemini.data import table
from gemini.models.capabilities import of

NAMES = ["gemini-3.8-flash", "gemini-3.1-flash-image", "gemini-3.8-flash-tts", "veo-3.1",
         "imagen-4.0-generate-001", "gemini-2.5-flash-native-audio-preview"]  # fmt: skip
LISTED = [of(types.Model(name=name)) for name in NAMES]


def test_models_are_known_by_what_they_make() -> None:
    assert makers(LISTED, "image", vertex=False) == ["gemini-3.1-flash-image"]
    assert makers(LISTED, "audio", vertex=False) == ["gemini-3.8-flash-tts"]
    assert makers(LISTED, "video", vertex=True)[0] == "veo-3.1"


def test_what_only_interactions_reach_is_offered_where_it_is_asked_through_them() -> None:
    names = ["gemini-omni-1.2-flash", "lyria-3.5", "lyria-realtime-exp", "genie-4", "veo-3.1"]
    listed = [of(types.Model(name=name)) for name in names]
    assert makers(listed, "video", vertex=False) == ["gemini-omni-1.2-flash"]
    assert makers(listed, "music", vertex=False) == ["lyria-3.5"]
    assert makers(listed, "music", vertex=True) == []
    assert "gemini-omni-1.2-flash" not in makers(listed, "video", vertex=True)
    assert makers(listed, "audio", vertex=False) == ["gemini-3.8-flash-tts",
                                                     "gemini-3.8-flash-lite-tts"]  # fmt: skip


def test_imagen_is_offered_on_vertex_only() -> None:
    on_vertex = makers(LISTED, "image", vertex=True)
    assert on_vertex[:2] == ["gemini-3.1-flash-image", "imagen-4.0-generate-001"]
    assert len(set(on_vertex)) == len(on_vertex)
    assert "imagen-3.0-capability-001" in on_vertex
    assert not any(map(is_imagen, makers([], "image", vertex=False)))


def test_where_the_list_has_none_known_names_stand_in() -> None:
    assert makers([], "audio", vertex=False)
    assert makers([], "video", vertex=False)[0].startswith("gemini-omni")
    assert makers([], "video", vertex=True)[0].startswith("veo")
    assert makers([], "music", vertex=False)[0].startswith("lyria")


def test_choices_depend_on_the_model() -> None:
    assert picture_choices("gemini-2.5-flash-image").sizes == ()
    assert picture_choices("gemini-3.1-flash-image").sizes == ("1K", "2K", "4K")
    assert picture_choices("publishers/google/models/imagen-4.0-x").sizes == ("1K", "2K")
    assert not video_choices("veo-2.0-generate-001").audio
    assert video_choices("veo-3.1-generate-001").seconds == (4, 6, 8)


def test_references_and_extension_are_offered_where_a_model_takes_them() -> None:
    newest = video_choices("publishers/google/models/veo-3.1-generate-001")
    assert newest.references == {"ASSET": 3}
    assert newest.reference_seconds == (8,)
    assert newest.extension
    assert video_choices("veo-2.0-generate-001").references == {"ASSET": 3, "STYLE": 1}
    assert not video_choices("veo-2.0-generate-001").extension
    assert video_choices("veo-2.0-generate-exp").extension
    assert not video_choices("veo-3.0-generate-001").references
    assert not video_choices("veo-3.1-lite-generate-001").references
    assert extension().shortest < extension().longest


def test_the_file_knows_the_types_of_references_and_lengths_for_them() -> None:
    named = {kind.value for kind in types.VideoGenerationReferenceType if kind.value.isalpha()}
    assert set(table("creation")["video_references"]) == named
    for entry in table("creation")["videos"]:
        assert set(entry["references"]) <= named
        assert set(entry["reference_seconds"]) <= set(entry["seconds"])
        assert bool(entry["references"]) == bool(entry["reference_seconds"])
