"""The tuning page in process: examples checked and sent, jobs followed, models used."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, error
from tests.on_page import Open, checked, click

PAGE = "../pages/tuning/page.py"
NAME = "tunedModels/numbers-1"
JOB = "projects/1/locations/europe-west1/tuningJobs/7"
OTHERS = "projects/1/locations/europe-west1/tuningJobs/8"
ENDPOINT = "projects/1/locations/europe-west1/endpoints/9"


def words(at: AppTest) -> str:
    parts = [*at.markdown, *at.text, *at.caption, *at.info, *at.error, *at.warning]
    return "\n".join(str(part.value) for part in parts)


def tuned(state: str) -> Reply:
    return Reply(body={"name": NAME, "state": state, "baseModel": "models/gemini-2.5-flash"})


def vertex_job(state: str, **more: object) -> dict[str, object]:
    job = {"name": JOB, "state": f"JOB_STATE_{state}", "baseModel": "gemini-2.5-flash"}
    return job | {"createTime": "2026-11-20T06:00:00Z"} | more


@pytest.fixture
def server(fake: FakeGemini, gemini_api: None) -> FakeGemini:
    """The fake server as the Gemini API: the emulator would refuse."""
    return fake


@pytest.fixture
def vertex(fake: FakeGemini, vertex_api: None) -> FakeGemini:
    names = [{"name": "publishers/google/models/gemini-2.5-flash", "versionId": "default"}]
    fake.others["GET publishers/google/models"] = [Reply(body={"publisherModels": names})]
    return fake


def test_the_emulator_tunes_nothing_and_the_examples_are_checked_all_the_same(app: Open) -> None:
    at = checked(app(PAGE))
    assert "The local emulator can't tune models." in words(at)
    at = checked(at.button(key="tuning-sample-0").click().run())
    assert "There are 8 examples; at least 20 are needed" in words(at)
    assert at.get("download_button")[0].label == "JSONL for Vertex AI"
    assert not [b for b in at.button if b.key == "tuning-start"]


def test_on_the_gemini_api_it_is_said_since_when_none_is_tuned(
    app: Open, server: FakeGemini
) -> None:
    at = checked(app(PAGE))
    assert "since May 2025" in words(at)
    assert "Vertex AI can: check your examples" in words(at)
    assert not [b for b in at.button if b.key == "tuning-start"]


def test_a_tuned_model_is_used(app: Open, server: FakeGemini) -> None:
    server.others[f"GET {NAME}"] = [tuned("CREATING"), tuned("ACTIVE")]
    at = app(PAGE)
    at.text_input(key="tuning-name").set_value(NAME).run()
    at = checked(at.button(key="tuning-look").click().run())
    assert NAME in words(at)
    assert at.query_params["tuning"] == NAME
    at = checked(at.button(key="tuning-again").click().run())
    at = checked(at.button(key="tuning-use").click().run())
    assert at.session_state["run_settings"].model.name == NAME
    assert at.button(key="tuning-use").label == "In use"


def test_a_refusal_is_said_and_the_fields_stay(app: Open, vertex: FakeGemini) -> None:
    vertex.others["POST tuningJobs"] = [error(400, "INVALID_ARGUMENT", "It cannot be tuned")]
    at = app(PAGE)
    at.text_input(key="tuning-source").set_value("gs://bucket/train.jsonl").run()
    at = checked(at.button(key="tuning-start").click().run())
    assert "It cannot be tuned" in "\n".join([words(at), *[code.value for code in at.code]])
    assert at.text_input(key="tuning-source").value == "gs://bucket/train.jsonl"


def test_on_vertex_a_file_in_storage_is_tuned_on(app: Open, vertex: FakeGemini) -> None:
    vertex.others["POST tuningJobs"] = [Reply(body=vertex_job("PENDING"))]
    done = vertex_job("SUCCEEDED", tunedModel={"model": "m", "endpoint": ENDPOINT})
    vertex.others["GET projects/1"] = [Reply(body=done)]
    at = checked(app(PAGE))
    at = checked(at.button(key="tuning-start").click().run())
    assert "gs:// URI of a JSONL file" in words(at)
    assert not any(seen.path.endswith("/tuningJobs") for seen in vertex.seen)
    at.selectbox(key="tuning-adapter").select("ADAPTER_SIZE_FOUR").run()
    at.text_input(key="tuning-source").set_value("gs://bucket/train.jsonl")
    at.button(key="tuning-start").click().run()  # right after typing
    body = next(s.body for s in vertex.seen if s.path.endswith("/tuningJobs"))
    spec = body["supervisedTuningSpec"]
    assert spec["trainingDatasetUri"] == "gs://bucket/train.jsonl"
    assert spec["hyperParameters"] == {"adapterSize": "ADAPTER_SIZE_FOUR"}
    assert "pending" in words(checked(at))
    at = checked(at.button(key="tuning-again").click().run())
    at = checked(at.button(key="tuning-use").click().run())
    assert at.session_state["run_settings"].model.name == ENDPOINT


def test_a_tuning_on_its_way_is_cancelled(app: Open, vertex: FakeGemini) -> None:
    vertex.others["GET projects/1"] = [
        Reply(body=vertex_job("RUNNING")),
        Reply(body=vertex_job("CANCELLED")),
    ]
    vertex.others["POST projects/1"] = [Reply(body={})]
    at = app(PAGE)
    at.text_input(key="tuning-name").set_value(JOB)
    at = checked(at.button(key="tuning-look").click().run())  # right after typing
    assert "running" in words(at)
    at = checked(at.button(key="tuning-cancel").click().run())
    assert "cancelled" in words(at)
    assert any(s.path.endswith(f"{JOB}:cancel") for s in vertex.seen)


def test_a_reload_follows_the_same_tuning(app: Open, server: FakeGemini) -> None:
    server.others[f"GET {NAME}"] = [tuned("ACTIVE")]
    at = app(PAGE)
    at.query_params["tuning"] = NAME
    assert "gemini-2.5-flash" in words(checked(at.run()))
    assert at.button(key="tuning-use")


def test_a_name_that_is_none_is_said(app: Open, server: FakeGemini) -> None:
    server.others["GET tunedModels/x"] = [error(404, "NOT_FOUND", "Tuned model x does not exist")]
    at = app(PAGE)
    at.text_input(key="tuning-name").set_value("tunedModels/x").run()
    at = checked(at.button(key="tuning-look").click().run())
    assert "not found" in words(at)


def test_the_tuned_models_of_the_key_are_listed(app: Open, server: FakeGemini) -> None:
    at = app(PAGE)
    server.others["GET tunedModels"] = [
        Reply(body={"tunedModels": [{"name": NAME, "displayName": "Numbers"}]})
    ]
    next(b for b in at.button if b.label == "List tuned models").click().run()
    assert "Numbers" in words(checked(at))


def test_where_a_key_is_shared_only_ones_own_tunings_are_seen(
    app: Open, vertex: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    own = vertex_job("PENDING", tunedModelDisplayName="Own")
    others = vertex_job("SUCCEEDED", tunedModelDisplayName="Others") | {"name": OTHERS}
    vertex.others["POST tuningJobs"] = [Reply(body=own)]
    vertex.others["GET tuningJobs"] = [Reply(body={"tuningJobs": [own, others]})]
    at = checked(app(PAGE))
    at.text_input(key="tuning-source").set_value("gs://bucket/train.jsonl")
    at = checked(at.button(key="tuning-start").click().run())
    at = click(at, "List tuned models")
    assert "**Own**" in words(at)
    assert "**Others**" not in words(at)
    at.text_input(key="tuning-name").set_value(OTHERS)
    at = click(at, "tuning-look")
    assert "You started no tuning of this name here." in words(at)
    assert not [b for b in at.button if b.key in {"tuning-again", "tuning-cancel"}]
    at.text_input(key="tuning-name").set_value(JOB)
    vertex.others["GET projects/1"] = [Reply(body=own)]
    at = click(at, "tuning-look")
    assert "pending" in words(at)
    again = app(PAGE)
    again.query_params["tuning"] = OTHERS
    assert "You started no tuning of this name here." in words(checked(again.run()))
    assert not any(s.path.endswith(OTHERS) for s in vertex.seen)


def test_an_operator_looks_at_everyones_tunings(
    app: Open, vertex: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    monkeypatch.setattr("components.own_things.is_operator", lambda: True)
    others = vertex_job("RUNNING", tunedModelDisplayName="Others")
    vertex.others["GET tuningJobs"] = [Reply(body={"tuningJobs": [others]})]
    vertex.others["GET projects/1"] = [Reply(body=others)]
    at = click(checked(app(PAGE)), "List tuned models")
    assert "None of them is yours." in words(at)
    at.toggle(key="models-tuned-everybodys").set_value(True)
    assert "**Others**" in words(checked(at.run()))
    at.text_input(key="tuning-name").set_value(JOB)
    assert "running" in words(click(at, "tuning-look"))
