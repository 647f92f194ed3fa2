"""The local engine's way with llama.cpp, which a stand-in answers for here."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.engines import EngineJob, Prompt, PromptTurn, Sampling
from emulator.engines.local import READ_AT_ONCE, LocalEngine

LONG = 2 * READ_AT_ONCE + 100  # tokens


@dataclass
class FakeLlama:
    """Keeps what was sent; every prompt has `LONG` tokens. `leaves` ends the client's wait."""

    leaves: bool = False
    read: list[int] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        if path == "/apply-template":
            return {"prompt": "text"}
        if path == "/tokenize":
            return {"tokens": [1] * LONG}
        assert body["n_predict"] == 0
        self.read.append(len(body["prompt"]))
        if self.leaves:
            raise asyncio.CancelledError
        return {}

    async def stream(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        self.asked.append(body)
        yield {"content": "Hi", "stop": True, "stop_type": "eos", "tokens_predicted": 1}


async def answer(llama: FakeLlama, **sampling: Any) -> str:
    engine = LocalEngine()
    engine._llama = llama  # pyright: ignore[reportAttributeAccessIssue]
    job = EngineJob(Prompt((PromptTurn("user", ("Hello",)),)), sampling=Sampling(**sampling))
    return "".join([piece.text async for piece in engine.generate(job)])


def test_a_long_prompt_is_read_in_steps() -> None:
    llama = FakeLlama()
    assert asyncio.run(answer(llama)) == "Hi"
    assert llama.read == [READ_AT_ONCE, 2 * READ_AT_ONCE]
    assert len(llama.asked[0]["prompt"]) == LONG


def test_nothing_more_is_read_when_the_client_leaves() -> None:
    llama = FakeLlama(leaves=True)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(answer(llama))
    assert llama.read == [READ_AT_ONCE]
    assert llama.asked == []


def test_with_a_seed_it_is_read_at_once() -> None:
    llama = FakeLlama()
    assert asyncio.run(answer(llama, seed=1)) == "Hi"
    assert llama.read == []
