"""What a filled shape is called, from the corners of its convex hull."""

import math
from itertools import pairwise

import cv2
import numpy as np

Point = tuple[float, float]

LOSS = 0.06  # share of the hull's area that may go when it is reduced to its corners
BOXED = 0.93  # a hull that fills this much of its tightest box is one, rounded or not
SOLID = 0.9  # a shape that fills less of its hull than this has dents
ALIKE = 0.88  # two sides whose ratio is above this are called equal


def shape_of(mask: np.ndarray) -> str:
    """Names a shape given as a filled H x W mask that touches the edges of its array.

    One of circle, ellipse, square, rectangle, diamond, quadrilateral, triangle, pentagon,
    hexagon, star, line; "shape" for any other.
    """
    hull = _hull(mask)
    area = cv2.contourArea(hull)
    corners = _corners(hull, area)
    if mask.sum() / area < SOLID:
        return "star" if len(corners) == 5 and _is_dented(mask, corners) else "shape"
    box = cv2.boxPoints(cv2.minAreaRect(hull))
    if area > BOXED * cv2.contourArea(box):
        return _four_sided(box.tolist())
    if len(corners) == 4:
        return _four_sided(corners)
    if len(corners) > 6:
        return _round(mask)
    return {3: "triangle", 5: "pentagon", 6: "hexagon"}[len(corners)]


def _hull(mask: np.ndarray) -> np.ndarray:
    """The convex hull (N x 2, x before y) of the pixels' outer corners."""
    middles = cv2.convexHull(cv2.findNonZero(mask.astype(np.uint8))).reshape(-1, 1, 2)
    corners = middles + np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    return cv2.convexHull(corners.reshape(-1, 2).astype(np.float32)).reshape(-1, 2)


def _corners(hull: np.ndarray, area: float) -> list[Point]:
    """The hull less the points that matter least (Visvalingam), while little area goes."""
    points: list[Point] = hull.tolist()
    lost = 0.0
    while len(points) > 3:
        costs = [
            abs(_twice_area(points[i - 1], points[i], points[(i + 1) % len(points)])) / 2
            for i in range(len(points))
        ]
        least = min(range(len(points)), key=costs.__getitem__)
        lost += costs[least]
        if lost > LOSS * area:
            break
        del points[least]
    return points


def _is_dented(mask: np.ndarray, corners: list[Point]) -> bool:
    """Whether every side between two corners has a dent in its middle, as all of a star's do."""
    middle_y, middle_x = (float(axis.mean()) for axis in np.nonzero(mask))
    for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
        # A little inwards, past the pixels that the corners may be off by.
        x = 0.9 * (ax + bx) / 2 + 0.1 * middle_x
        y = 0.9 * (ay + by) / 2 + 0.1 * middle_y
        if mask[min(int(y), mask.shape[0] - 1), min(int(x), mask.shape[1] - 1)]:
            return False
    return True


def _four_sided(corners: list[Point]) -> str:
    sides = [math.dist(corners[i - 1], corners[i]) for i in range(4)]
    if min(sides) < max(sides) / 20:
        return "line"
    diagonals = (math.dist(corners[0], corners[2]), math.dist(corners[1], corners[3]))
    opposite = min(_ratio(sides[0], sides[2]), _ratio(sides[1], sides[3]))
    equal = min(sides) / max(sides) > ALIKE
    (ax, ay), (bx, by) = corners[0], corners[1]
    tilt = math.degrees(math.atan2(by - ay, bx - ax)) % 90
    if equal and 30 < tilt < 60:
        return "diamond"
    if opposite > ALIKE and _ratio(*diagonals) > ALIKE:
        return "square" if equal else "rectangle"
    return "diamond" if equal else "quadrilateral"


def _round(mask: np.ndarray) -> str:
    """A circle, an ellipse at any angle, or neither."""
    ys, xs = np.nonzero(mask)
    offsets = np.stack((xs - xs.mean(), ys - ys.mean()))
    variances, axes = np.linalg.eigh(np.cov(offsets))
    # Measured along its axes in standard deviations, the rim of an ellipse is 2 from the middle
    # everywhere; the corners of a rectangle are at 2.45.
    farthest = np.hypot(*(axes.T @ offsets / np.sqrt(variances)[:, None])).max()
    if farthest > 2.15:
        return "shape"
    return "circle" if math.sqrt(variances[0] / variances[1]) > ALIKE else "ellipse"


def _ratio(a: float, b: float) -> float:
    return min(a, b) / max(a, b)


def _twice_area(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
