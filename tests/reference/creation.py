"""Writes data/creation.txt: arrays NumPy makes from rules. Made with NumPy 2.4.6.

One case per line: function | arguments separated by blanks | expected, several results separated by ;
"""

import numpy as np

from cases import attempt, save

lines = []


def case(name, arguments, f):
    lines.append(f"{name}|{' '.join(map(str, arguments))}|{attempt(f)}")


for arguments in [(0, 10, 2), (5, 0, -2), (0, 10, 3), (0, 0, 1), (3, 1, 1), (10, 0, 3), (-5, 5, 4), (0, 5, 7),
                  (2**60, 2**60 + 5, 2), (-(2**63), 2**63 - 1, 2**62), (0, 5, 0)]:
    case("arange_i64", arguments, lambda: np.arange(*arguments, dtype=np.int64))
for arguments in [(0.0, 1.0, 0.1), (0.0, 1.0, 0.3), (1.0, 0.0, -0.25), (0.5, 0.5, 1.0), (0.0, 0.3, 0.1),
                  (1.0, 1.3, 0.1), (-1.0, 1.0, 1 / 3), (0.0, 5.0, float("inf")), (0.0, 1.0, -1.0),
                  (0.0, float("inf"), 1.0), (0.0, float("nan"), 1.0), (0.0, 1.0, 0.0), (-0.0, 2.0, 1.0),
                  (1e17, 1e17 + 64, 16.0), (0.0, 1e-300, 1e-301)]:
    case("arange_f64", arguments, lambda: np.arange(*arguments))
for arguments in [(0.0, 2.0, 0.25), (0.0, 10.0, 0.1), (0.1, 1.0, 0.1), (16777210.0, 16777220.0, 1.0)]:
    case("arange_f32", arguments, lambda: np.arange(*arguments, dtype=np.float32))
for arguments in [(0.0, 2.0, 0.25), (0.0, 10.0, 0.1), (2040.0, 2060.0, 2.0)]:
    case("arange_f16", arguments, lambda: np.arange(*arguments, dtype=np.float16))

for dtype, name in [(np.float64, "f64"), (np.float32, "f32"), (np.float16, "f16")]:
    for start, stop, num in [(0.0, 1.0, 11), (0.0, 1.0, 1), (2.0, 3.0, 0), (1.0, -1.0, 7), (0.0, 3.0, 2),
                             (-2.5, -2.5, 3), (0.0, 1.0, 50), (1.0, float("inf"), 3), (0.0, 1.0, -1)]:
        for endpoint in (True, False):
            case(f"linspace_{name}", (start, stop, num, int(endpoint)),
                 lambda: np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype))
for start, stop, num in [(0.0, 5e-324, 4), (-1e308, 1e308, 3), (0.0, 2e-323, 3)]:
    case("linspace_f64", (start, stop, num, 1), lambda: np.linspace(start, stop, num))
for start, stop, num, base in [(0.0, 3.0, 4, 10.0), (-2.0, 2.0, 9, 2.0), (0.0, 1.0, 5, 2.718281828459045),
                               (1.0, 0.0, 3, 0.5), (0.0, 1.0, -1, 10.0)]:
    for endpoint in (True, False):
        case("logspace", (start, stop, num, base, int(endpoint)),
             lambda: np.logspace(start, stop, num, endpoint=endpoint, base=base))
for start, stop, num in [(1.0, 1000.0, 4), (1.0, 256.0, 9), (-1.0, -1000.0, 5), (3.0, 0.01, 6), (5.0, 7.0, 1),
                         (5.0, 7.0, 0), (0.0, 1.0, 3), (1.0, 0.0, 3), (1.0, 2.0, -1)]:
    for endpoint in (True, False):
        case("geomspace", (start, stop, num, int(endpoint)),
             lambda: np.geomspace(start, stop, num, endpoint=endpoint))

for n, m in [(3, 3), (2, 4), (4, 2), (1, 1), (0, 0), (0, 3), (3, 0)]:
    for k in (-5, -1, 0, 1, 2, 5):
        case("eye", (n, m, k), lambda: np.eye(n, m, k, dtype=np.int64))
        case("tri", (n, m, k), lambda: np.tri(n, m, k, dtype=np.int64))
for n in (0, 1, 3):
    for k in (-2, 0, 1):
        case("diag_of_vector", (n, k), lambda: np.diag(np.arange(1, n + 1), k))
for n, m in [(3, 3), (2, 4), (4, 2), (0, 3)]:
    for k in (-4, -1, 0, 1, 3):
        matrix = np.arange(n * m).reshape(n, m)
        case("diag_of_matrix", (n, m, k), lambda: np.diag(matrix, k))
        case("tril", (n, m, k), lambda: np.tril(matrix + 1, k))
        case("triu", (n, m, k), lambda: np.triu(matrix + 1, k))
for k in (-1, 0, 2):
    cube = np.arange(24).reshape(2, 3, 4)
    case("diagonal", (0, 1, k), lambda: cube.diagonal(k, 0, 1))
    case("diagonal", (2, 0, k), lambda: cube.diagonal(k, 2, 0))
    case("diagonal", (-1, -2, k), lambda: cube.diagonal(k, -1, -2))
    case("diagonal", (1, 1, k), lambda: cube.diagonal(k, 1, 1))
    case("tril_cube", (k,), lambda: np.tril(cube, k))
    case("triu_cube", (k,), lambda: np.triu(cube, k))
    case("tril_vector", (3, k), lambda: np.tril(np.arange(1, 4), k))
    case("triu_vector", (3, k), lambda: np.triu(np.arange(1, 4), k))

for sizes in [(2,), (2, 3), (3, 2, 2), (0, 2)]:
    for indexing in ("xy", "ij"):
        sides = [np.arange(n) + 10 * i for i, n in enumerate(sizes)]
        case(f"meshgrid_{indexing}", sizes, lambda: np.meshgrid(*sides, indexing=indexing))
    case("indices", sizes, lambda: np.indices(sizes))

save("creation.txt", lines)
