"""The gate in front of the model's memory."""

import asyncio

from emulator.engines.llama_process import TokenGate


async def hold(gate: TokenGate, tokens: int, name: str, log: list[str], end: asyncio.Event) -> None:
    async with gate.reserve(tokens):
        log.append(name)
        await end.wait()


def test_what_fits_runs_together_and_the_rest_waits_its_turn() -> None:
    async def run() -> None:
        gate, log = TokenGate(10), []
        ends = [asyncio.Event() for _ in range(4)]
        sizes = [6, 4, 8, 1]
        tasks = [
            asyncio.create_task(hold(gate, size, str(i), log, ends[i]))
            for i, size in enumerate(sizes)
        ]
        await asyncio.sleep(0)
        assert log == ["0", "1"]
        ends[0].set()
        await asyncio.sleep(0.01)
        assert log == ["0", "1"], "the small one must not overtake the big one"
        ends[1].set()
        await asyncio.sleep(0.01)
        assert log == ["0", "1", "2", "3"]
        for end in ends:
            end.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_who_gives_up_waiting_lets_the_next_in() -> None:
    async def run() -> None:
        gate, log = TokenGate(10), []
        end = asyncio.Event()
        first = asyncio.create_task(hold(gate, 9, "first", log, end))
        second = asyncio.create_task(hold(gate, 9, "second", log, end))
        third = asyncio.create_task(hold(gate, 1, "third", log, end))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0.01)
        assert log == ["first", "third"]
        end.set()
        await asyncio.gather(first, third)
        async with gate.reserve(10):
            log.append("all is free again")
        assert log[-1] == "all is free again"

    asyncio.run(run())


def test_more_than_all_is_all() -> None:
    async def run() -> None:
        gate = TokenGate(10)
        async with gate.reserve(1000):
            pass

    asyncio.run(run())
