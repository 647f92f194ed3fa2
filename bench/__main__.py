"""Run the benchmarks: ``python -m bench``, or a part of them with ``--only``."""

import argparse
import contextlib
import shutil
import sys
import traceback

from bench import report
from bench.browser import chromium
from bench.environments import NotInstalledError, python_with
from bench.measures import MEASURES, Bench, Rounds, Sizes, sdk_alone
from bench.peers import PEERS, mock_server
from bench.processes import ROOT, cancelled_at_sigterm, exit_code

BUILD = ROOT / "build/bench"
QUICK = Sizes(repeat=1, turns=5, sessions=5, many=10)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = ", ".join(MEASURES)
    parser.add_argument("--only", action="append", choices=MEASURES, metavar="NAME", help=names)
    parser.add_argument("--peer", action="append", choices=report.NAMES, help="default: all")
    parser.add_argument("--repeat", type=int, help="rounds of every measure")
    parser.add_argument("--quick", action="store_true", help="small, to see that it works")
    return parser.parse_args()


def _sizes(options: argparse.Namespace) -> Sizes:
    return QUICK if options.quick else Sizes()


def _rounds_of(measure: str, options: argparse.Namespace) -> int:
    return options.repeat or min(MEASURES[measure].count, _sizes(options).repeat)


async def _measure(
    bench: Bench, rounds: dict[str, int], peers: list[str]
) -> tuple[report.Results, list[str]]:
    """All samples, and what failed."""
    results: report.Results = {}
    failures: list[str] = []
    for measure, count in rounds.items():
        results[measure] = samples = {}
        async with contextlib.AsyncExitStack() as stack:
            taking: dict[str, Rounds] = {}
            for peer in peers:
                of_peer = _rounds(bench, measure, peer)
                taking[peer] = await stack.enter_async_context(contextlib.aclosing(of_peer))
            for turn in range(count):
                failures += await _round(taking, samples, f"{measure}, round {turn + 1}")
    return results, failures


async def _round(
    taking: dict[str, Rounds], samples: dict[str, report.Values], label: str
) -> list[str]:
    """A round of each peer into `samples`, and what failed.

    An app that hangs must not cost the figures of the rest: who fails takes no further part.
    """
    failures: list[str] = []
    for peer, rounds in list(taking.items()):
        name = f"{label}: {report.NAMES[peer]}"
        print(name, file=sys.stderr, flush=True)
        try:
            for sample, values in (await anext(rounds)).items():
                samples.setdefault(peer, {}).setdefault(sample, []).extend(values)
        except StopAsyncIteration:  # nothing to compare
            del taking[peer]
        except Exception as error:
            del taking[peer]
            traceback.print_exception(error)
            failures.append(f"{name}: {str(error).partition(chr(10))[0] or repr(error)}")
    return failures


def _rounds(bench: Bench, measure: str, peer: str) -> Rounds:
    if peer == "sdk":
        return sdk_alone(bench, measure)
    return MEASURES[measure].rounds(bench, PEERS[peer])


def _installed(peers: list[str]) -> tuple[list[str], str]:
    """The peers that can be started here, and a word about those that can't."""
    there, words = [], []
    for name in peers:
        try:
            if name in PEERS:
                python_with(name, PEERS[name].packages)
            there.append(name)
        except NotInstalledError as error:
            words.append(f"{PEERS[name].title} could not be installed: {error}.")
    return there, " ".join(words)


async def _run(options: argparse.Namespace) -> int:
    cancelled_at_sigterm()
    sizes = _sizes(options)
    rounds = {name: _rounds_of(name, options) for name in options.only or MEASURES}
    peers, without = _installed(options.peer or list(report.NAMES))
    logs = BUILD / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    async with mock_server(logs) as mock, chromium() as browser:
        about = report.machine(browser.version)
        results, failures = await _measure(Bench(browser, mock, logs, sizes), rounds, peers)
    path = report.save(results, about, sizes, BUILD)
    print(report.table(results, sizes))
    if without:
        print(without)
    print(f"\nEvery sample: {path.relative_to(ROOT)}; logs: {logs.relative_to(ROOT)}")
    for failure in failures:
        print(f"Not measured: {failure}")
    # Only a whole run may replace the published figures.
    if not (failures or options.only or options.peer or options.quick or options.repeat):
        report.write_readme(results, about, sizes, without)
        print(f"Written to {report.README.relative_to(ROOT)}")
    return 1 if failures else 0


def main() -> int:
    """Run; 1 when something could not be measured, 130 when interrupted or terminated."""
    return exit_code(_run(_options()))


if __name__ == "__main__":
    sys.exit(main())
