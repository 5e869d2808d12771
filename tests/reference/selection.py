"""Writes data/selection.txt: NumPy's masks, choices, searches and counts. Made with NumPy 2.4.6.

One case per line: function | arrays separated by ; | other arguments separated by blanks | expected, several
results separated by ;. Arrays are written as results are: <shape>:<values>.
"""

import random

import numpy as np

from cases import array_of, attempt, number, save, show

rng = random.Random(7)
lines = []


def case(name, arrays, arguments, f):
    words = " ".join(str(x) for x in arguments)
    lines.append(f"{name}|{';'.join(map(show, arrays))}|{words}|{attempt(f)}")


def random_array(shape, low, high):
    return np.array([rng.randint(low, high) for _ in range(int(np.prod(shape)))], dtype=np.int64).reshape(shape)


def flags(shape):
    return random_array(shape, 0, 1).astype(bool)


def masked(a, mask, values):
    a = a.copy()
    a[mask] = values
    return a


# Masks, on arrays and on transposed ones: the same values, other strides.
for shape in [(7,), (3, 4), (2, 3, 2), (0, 3), ()]:
    a = random_array(shape, -9, 9)
    masks = [flags(shape[:n]) for n in range(len(shape) + 1)]
    masks += [flags((4,)), flags((*shape, 1)), flags((1,)), np.zeros(shape, bool), np.ones(shape, bool)]
    for mask in masks:
        case("mask", [a, mask], [], lambda: a[mask])
        case("mask_assign", [a, mask, np.array(50)], [], lambda: masked(a, mask, 50))
        for values in [np.array([50]), np.arange(50, 54), np.arange(50, 52).reshape(2, 1)]:
            case("mask_assign", [a, mask, values], [], lambda: masked(a, mask, values))
        marked = attempt(lambda: a[mask])
        if marked != "error":
            values = 100 + np.arange(a[mask].size).reshape(a[mask].shape)
            case("mask_assign", [a, mask, values], [], lambda: masked(a, mask, values))
for shape in [(7,), (3, 4), (2, 3, 2), (0, 3), (2, 0)]:
    a = random_array(shape, 0, 2)
    case("nonzero", [a], [], lambda: np.nonzero(a))
    case("argwhere", [a], [], lambda: np.argwhere(a))
    case("flatnonzero", [a], [], lambda: np.flatnonzero(a))

for shapes in [((4,), (4,), (4,)), ((2, 1), (3,), ()), ((3,), (2, 3), (2, 1)), ((), (2,), ()), ((2,), (3,), ())]:
    mask, x, y = flags(shapes[0]), random_array(shapes[1], 0, 9), random_array(shapes[2], 10, 19)
    case("where", [mask, x, y], [], lambda: np.where(mask, x, y))
for shapes in [((5,), (), ()), ((2, 3), (3,), (2, 1)), ((3,), (2, 1), (3,)), ((2,), (3,), ())]:
    a, low, high = random_array(shapes[0], -9, 9), random_array(shapes[1], -5, 2), random_array(shapes[2], 0, 5)
    case("clip", [a, low, high], [], lambda: np.clip(a, low, high))
for shapes in [((5,), (5,), (5,)), ((2, 2), (2,), ()), ((3,), (2, 1), (3,)), ((4,), (4,), (3,))]:
    numbers = random_array(shapes[0], 0, 1)
    x, y = random_array(shapes[1], 0, 9), random_array(shapes[2], 10, 19)
    case("choose", [numbers, x, y], [], lambda: np.choose(numbers, [x, y]))
    case("choose", [numbers + 1, x, y], [], lambda: np.choose(numbers + 1, [x, y]))
    case("choose", [numbers - 1, x, y], [], lambda: np.choose(numbers - 1, [x, y]))
for shape in [(6,), (2, 3)]:
    conditions, choices = [flags(shape), flags(shape[-1:])], [random_array(shape, 0, 9), random_array((), 10, 19)]
    case("select", conditions + choices, [-1], lambda: np.select(conditions, choices, -1))

for shape in [(5,), (3, 4), (2, 3, 4)]:
    a = random_array(shape, 0, 99)
    for axis in range(-1, len(shape)):
        size = shape[axis]
        for index_shape in [(), (3,), (2, 2), (0,)]:
            indices = random_array(index_shape, -size, size - 1)
            case("take", [a, indices], [axis], lambda: np.take(a, indices, axis))
        case("take", [a, np.array([size])], [axis], lambda: np.take(a, [size], axis))
        for n in [1, 3]:
            along = list(shape)
            along[axis] = n
            indices = random_array(along, -size, size - 1)
            values = 100 + np.arange(indices.size).reshape(along)
            case("take_along_axis", [a, indices], [axis], lambda: np.take_along_axis(a, indices, axis))

            def put():
                copy = a.copy()
                np.put_along_axis(copy, indices, values, axis)
                return copy

            case("put_along_axis", [a, indices, values], [axis], put)
            thin = [n if i == axis % len(shape) else 1 for i in range(len(shape))]
            indices = random_array(thin, -size, size - 1)
            case("take_along_axis", [a, indices], [axis], lambda: np.take_along_axis(a, indices, axis))
        case("take_along_axis", [a, np.zeros((2,) * len(shape), int)], [axis],
             lambda: np.take_along_axis(a, np.zeros((2,) * len(shape), int), axis))
        case("take_along_axis", [a, np.zeros((1, 1, 1, 1), int)], [axis],
             lambda: np.take_along_axis(a, np.zeros((1, 1, 1, 1), int), axis))
        for condition in [flags((size,)), flags((2,)), np.array([0] * size + [1], bool), np.array([0] * (size + 1), bool),
                          flags((2, 2))]:
            case("compress", [condition, a], [axis], lambda: np.compress(condition, a, axis))

NAN, INF = float("nan"), float("inf")
for sorted_values in [[], [1.0], [1, 2, 2, 3, 5, 5, 5], [-INF, 0, 1, INF, NAN, NAN]]:
    a, v = np.array(sorted_values, float), np.array([[0.0, 1, 2, 5], [9, -INF, INF, NAN]])
    for side in ("left", "right"):
        case("searchsorted", [a, v], [side], lambda: np.searchsorted(a, v, side))
a, v = np.arange(4.0).reshape(2, 2), np.array(1.0)
case("searchsorted", [a, v], ["left"], lambda: np.searchsorted(a, v))
for edges in [[], [1.0], [0.0, 1, 2.5, 4, 10], [10.0, 4, 2.5, 1, 0], [1.0, 1, 1], [0.0, 2, 1], [2.0, 2, 1]]:
    x = np.array([[0.2, 6.4, 3.0, 1.6], [0, 1, 10, 11], [-1, NAN, INF, 2.5]])
    for right in (0, 1):
        case("digitize", [x, np.array(edges)], [right], lambda: np.digitize(x, np.array(edges), bool(right)))
for values in [[], [2.0], [0.0, 2, 2, NAN], [5.0, -1, INF]]:
    x = np.array([[0.0, 1, 2], [NAN, INF, -0.0]])
    case("isin", [x, np.array(values)], [], lambda: np.isin(x, values))

for x in [[0, 1, 1, 3], [], [5], [2, -1]]:
    x = np.array(x, dtype=np.int64)
    for minlength in (0, 4):
        case("bincount", [x], [minlength], lambda: np.bincount(x, minlength=minlength))
        weights = np.arange(x.size) / 4
        case("bincount_weighted", [x, weights], [minlength], lambda: np.bincount(x, weights, minlength))
x = np.zeros((2, 2), dtype=np.int64)
case("bincount", [x], [0], lambda: np.bincount(x))
case("bincount_weighted", [np.arange(3), np.ones(2)], [0], lambda: np.bincount(np.arange(3), np.ones(2)))

data = [np.array([round(rng.gauss(0, 1), 2) for _ in range(60)]), np.arange(10.0) / 10, np.array([3.0, 3, 3]),
        np.array([]), np.array([[0.0, 1], [0.5, NAN]]), np.array([0.0, INF]), np.array([0.1] * 5 + [0.7, 0.3])]
for x in data:
    for bins in [1, 3, 10, 0]:
        case("histogram", [x], [bins], lambda: np.histogram(x, bins))
    for bins, first, last in [(4, -1.0, 1.0), (10, 0.0, 1.0), (7, 0.1, 0.7), (3, 1.0, 1.0), (3, 1.0, 0.0), (3, 0.0, INF)]:
        case("histogram", [x], [bins, first, last], lambda: np.histogram(x, bins, (first, last)))
        weights = np.arange(x.size).reshape(x.shape) / 8
        case("histogram_weighted", [x, weights], [bins, first, last],
             lambda: np.histogram(x, bins, (first, last), weights=weights))
        case("density", [x], [bins, first, last], lambda: np.histogram(x, bins, (first, last), density=True)[0])
    for edges in [[0.0, 0.3, 1], [0.0, 0, 0.5, 0.5], [1.0, 0], [0.5], []]:
        case("histogram_edges", [x, np.array(edges)], [], lambda: np.histogram(x, np.array(edges)))
case("histogram", [np.array([1e16, 1e16 + 2])], [10], lambda: np.histogram(np.array([1e16, 1e16 + 2]), 10))

for shapes in [((6,), (6,)), ((2, 1), (3,)), ((3,), ()), ((2,), (3,))]:
    x, y = random_array(shapes[0], -40, 40), random_array(shapes[1], -3, 70)
    for dtype in ("int64", "int8", "uint8"):
        u, v = x.astype(dtype), y.astype(dtype)
        for name, f in [("bitwise_and", np.bitwise_and), ("bitwise_or", np.bitwise_or), ("bitwise_xor", np.bitwise_xor),
                        ("left_shift", np.left_shift), ("right_shift", np.right_shift)]:
            case(f"{name}_{dtype}", [u, v], [], lambda: f(u, v))
        case(f"invert_{dtype}", [u], [], lambda: ~u)
    x, y = x % 3 - 1, y % 2
    for name in ("logical_and", "logical_or", "logical_xor"):
        case(name, [x, y], [], lambda: getattr(np, name)(x, y))
        case(f"mask_{name}", [x > 0, y > 0], [], lambda: getattr(np, name)(x > 0, y > 0))
    case("logical_not", [x], [], lambda: np.logical_not(x))

save("selection.txt", lines)
