"""Writes data/products.txt: NumPy's named products of small integer arrays. Made with NumPy 2.4.6.

One case per line: operation | operand;operand;... | arguments | expected; operands as in cases.py, shifted by -3.
"""

import itertools
import random

import numpy as np
from cases import attempt, lay_out, save, text_of

rng = random.Random(8)
lines = []


def case(operation, shapes, arguments, f):
    texts = [rng.choice("cctrs") + text_of(shape) for shape in shapes]
    operands = [lay_out(text[0], shape) - 3 for text, shape in zip(texts, shapes)]
    lines.append(f"{operation} | {';'.join(texts)} | {arguments} | {attempt(lambda: f(*operands))}")


SHAPES = [(), (1,), (3,), (4,), (0,), (3, 4), (4, 3), (3, 3), (1, 4), (2, 3, 4), (2, 4, 3), (2, 0), (0, 3)]
for a, b in itertools.product(SHAPES, SHAPES):
    case("dot", [a, b], "", np.dot)
    case("inner", [a, b], "", np.inner)
    case("kron", [a, b], "", np.kron)
    if rng.random() < 0.4:
        case("outer", [a, b], "", np.outer)
        case("vdot", [a, b], "", np.vdot)
    axes = rng.randint(0, 3)
    case("tensordot", [a, b], axes, lambda a, b: np.tensordot(a, b, axes))

for _ in range(150):
    a = [rng.choice([2, 2, 3, 3, 1]) for _ in range(rng.randint(1, 4))]
    b = [rng.choice([2, 2, 3, 3, 1]) for _ in range(rng.randint(1, 4))]
    count = rng.randint(0, min(len(a), len(b)))
    of_a, of_b = rng.sample(range(len(a)), count), rng.sample(range(len(b)), count)
    if rng.random() < 0.8:
        for i, j in zip(of_a, of_b):
            b[j] = a[i]
    of_a = [i - len(a) if rng.random() < 0.3 else i for i in of_a]
    if rng.random() < 0.1:
        of_b = of_b + [7]
    arguments = f"{text_of(of_a)};{text_of(of_b)}"
    case("tensordot_axes", [a, b], arguments, lambda a, b: np.tensordot(a, b, (of_a, of_b)))

for count in [1, 2, 2, 3, 3, 3, 4, 5, 6, 7] * 4:
    sizes = [rng.randint(1, 4) for _ in range(count + 1)]
    shapes = [(sizes[i], sizes[i + 1]) for i in range(count)]
    if count > 1 and rng.random() < 0.3:
        shapes[0] = shapes[0][1:]
    if count > 1 and rng.random() < 0.3:
        shapes[-1] = shapes[-1][:1]
    if rng.random() < 0.1:
        shapes[rng.randrange(count)] = (5, 5)
    case("multi_dot", shapes, "", lambda *chain: np.linalg.multi_dot(chain))

for shape in [(3, 3), (2, 5), (4, 1), (0, 3), (2, 3, 4), (3, 2, 2, 4), (3,)]:
    for offset in [0, 1, -1, 2, -7]:
        i, j = rng.choice([(0, 1), (0, 1), (1, 0), (-1, -2), (0, -1), (1, 1)])
        case("trace", [shape], f"{offset};{i};{j}", lambda a: np.trace(a, offset, i, j))

save("products.txt", lines)
