"""500 labelled boxes on a 12-megapixel picture: this project beside the library `supervision`.

``python -m bench.spatial --supervision PYTHON`` where PYTHON is an interpreter that has
supervision and opencv-python-headless (without OpenCV it is many times slower, and no measure).
They bring 360 MB, so they live in an environment of their own; the interpreter is started once and
the two sides take turns, round by round. Every figure is a whole drawing, from the untouched
picture to a drawn copy of it:

- ours: `gemini.spatial.draw.draw`, Pillow picture to Pillow picture, labels apart and inside.
- theirs, on a picture: BoxAnnotator and LabelAnnotator on the same Pillow picture.
- theirs, labels apart: the same with `smart_position`, which is what keeps its labels apart.
- theirs, on an array: on a NumPy copy, labels over one another: the least it can take.

Their line and letters are as large as ours. All labels are drawn by both in every round; ours keeps
the pixels of labels it has drawn before, so the first round, with none, is given by itself.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

WIDTH, HEIGHT = 4000, 3000
BOXES, CLASSES = 500, 25
LIMIT = 1.5
THEIRS = {"picture": "on a picture", "apart": "labels apart", "array": "on an array"}


def boxes() -> list[tuple[int, int, int, int]]:
    """The same 500 boxes in every process: (left, top, right, bottom) in pixels."""
    chance = random.Random(1)
    items = []
    for _ in range(BOXES):
        width, height = chance.randint(40, 500), chance.randint(40, 500)
        left, top = chance.randint(0, WIDTH - width), chance.randint(0, HEIGHT - height)
        items.append((left, top, left + width, top + height))
    return items


def labels() -> list[str]:
    return [f"object {i % CLASSES}" for i in range(BOXES)]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, its result still alive at the end."""
    start = time.perf_counter()
    result = work()
    taken = time.perf_counter() - start
    del result
    return taken


def ours() -> Callable[[], object]:
    """The drawing by this project."""
    from PIL import Image

    from gemini.spatial.draw import draw
    from gemini.spatial.items import SCALE, Box

    picture = Image.effect_noise((WIDTH, HEIGHT), 100).convert("RGB")
    x, y = SCALE / WIDTH, SCALE / HEIGHT
    items = [
        Box(label, top * y, left * x, bottom * y, right * x)
        for (left, top, right, bottom), label in zip(boxes(), labels(), strict=True)
    ]
    return lambda: draw(picture, items)


def answer_for_supervision(line: int, letters: int) -> None:
    """The other side: draws at each line of standard input, answers the seconds as JSON."""
    import numpy as np
    import supervision as sv  # pyright: ignore[reportMissingImports] - not this environment's
    from PIL import Image

    picture = Image.effect_noise((WIDTH, HEIGHT), 100).convert("RGB")
    array = np.asarray(picture)
    items = sv.Detections(
        xyxy=np.array(boxes(), float), class_id=np.array([i % CLASSES for i in range(BOXES)])
    )
    frame = sv.BoxAnnotator(thickness=line)

    def drawing(scene, *, apart: bool = False) -> object:
        # OpenCV's letters are about 30 pixels high at scale 1.
        names = sv.LabelAnnotator(text_scale=letters / 30, text_thickness=2, smart_position=apart)
        return names.annotate(frame.annotate(scene.copy(), items), items, labels())

    for _ in sys.stdin:
        taken = {
            "picture": seconds(lambda: drawing(picture)),
            "apart": seconds(lambda: drawing(picture, apart=True)),
            "array": seconds(lambda: drawing(array)),
        }
        print(json.dumps(taken), flush=True)


def measure(python: str, rounds: int) -> dict[str, list[float]]:
    """Seconds a drawing by who drew, a list of `rounds` each; "first" has one."""
    from gemini.spatial.style import Style

    style = Style.of((WIDTH, HEIGHT), BOXES)
    draw = ours()
    samples: dict[str, list[float]] = {"first": [seconds(draw)], "ours": []}
    command = [python, __file__, "--answer", str(style.line), str(style.letters)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        _ask(other.stdin, other.stdout)  # its first round loads what it needs
        for _ in range(rounds):
            samples["ours"].append(seconds(draw))
            for name, taken in _ask(other.stdin, other.stdout).items():
                samples.setdefault(name, []).append(taken)
        other.stdin.close()
    return samples


def _ask(questions: IO[str], answers: IO[str]) -> dict[str, float]:
    questions.write("\n")
    questions.flush()
    return json.loads(answers.readline())


def report(samples: dict[str, list[float]]) -> bool:
    """Prints the medians and our share of theirs; whether the limit is kept where it is set."""
    ours = statistics.median(samples["ours"])
    print(f"{BOXES} boxes with labels, {WIDTH} x {HEIGHT}, median of {len(samples['ours'])}")
    print(f"ours, Pillow to Pillow      {ours * 1000:7.1f} ms", end="")
    print(f"   (the first drawing: {samples['first'][0] * 1000:.1f} ms)")
    for name, words in THEIRS.items():
        theirs = statistics.median(samples[name])
        print(f"supervision, {words:15}{theirs * 1000:7.1f} ms   ours is {ours / theirs:.2f} of it")
    within = ours <= LIMIT * statistics.median(samples["picture"])
    print(f"limit, {LIMIT} times supervision on the same picture: {'kept' if within else 'missed'}")
    return within


def main() -> int:
    """Measures both; 1 when the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.spatial", description=__doc__)
    parser.add_argument("--supervision", metavar="PYTHON", help="an interpreter that has it")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--answer", nargs=2, type=int, metavar=("LINE", "LETTERS"))
    options = parser.parse_args()
    if options.answer:
        answer_for_supervision(*options.answer)
        return 0
    if not options.supervision or not Path(options.supervision).exists():
        parser.error("--supervision: no such interpreter; see the text above for what it needs")
    return 0 if report(measure(options.supervision, options.rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
