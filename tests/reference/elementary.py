#!/usr/bin/env python3
"""Writes tests/reference/data/elementary/*.txt: values of functions at f64 arguments, from mpmath 1.3. Deterministic.

Each line has the bits of the argument and of the nearest f64 to the exact result, and how far the exact result
lies from that, in thousandths of an ulp; so that a test can tell an error of 0.6 ulp from one of 1.4. Arguments are drawn where the functions are used, over all magnitudes, and next to the places where
formulas change or numbers end.
"""

import math
import random
import struct
import sys
from pathlib import Path

import mpmath as mp

mp.mp.prec = 1400  # sin(1e300) needs the digits
DATA = Path(__file__).parent / "data" / "elementary"
PI, LN2 = math.pi, math.log(2.0)
LEAST, TINY, HUGE = 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def around(*points, steps=3):
    """Each point and its nearest neighbours, of both signs."""
    for x in points:
        for step in range(-steps, steps + 1):
            b = bits(abs(x)) + step
            if 0 <= b <= bits(HUGE):
                yield from_bits(b)
                yield -from_bits(b)


def uniform(rng, low, high, n):
    return [rng.uniform(low, high) for _ in range(n)]


def magnitudes(rng, low, high, n):
    """Both signs, binary exponents between two bounds."""
    return [rng.choice([-1, 1]) * math.ldexp(rng.uniform(1, 2), rng.randrange(low, high)) for _ in range(n)]


def nearest(t):
    """(the nearest f64 to t, what is missing from it in thousandths of its ulp)"""
    if mp.isnan(t):
        return math.nan, 0
    if mp.isinf(t):
        return math.copysign(math.inf, float(mp.sign(t))), 0
    if t == 0:
        return 0.0, 0
    exponent = max(int(mp.floor(mp.log(abs(t), 2))), -1022)
    ulp = mp.ldexp(1, exponent - 52)
    steps = mp.nint(t / ulp)
    if abs(steps * ulp) > mp.mpf(HUGE):
        return math.copysign(math.inf, float(mp.sign(t))), 0
    return float(steps * ulp), int(mp.nint((t / ulp - steps) * 1000))



def where(condition, f):
    """NaN where the condition fails."""
    return lambda x: f(x) if condition(x) else mp.nan


HALF_STEPS = [(n + 0.5) * LN2 for n in (0, 1, 2, 10, 24, 53, 100, 1000)]
SQRT_STEPS = [math.sqrt(0.5) * 2.0**k for k in (-1070, -1000, -1, 0, 1, 2, 10, 1000)]

# Where quarter turns end, and half of them.
QUARTERS = [n * PI / 4 for n in (1, 2, 3, 4, 6, 8, 1000, 10**6, 10**8, 63661977)]

# name: (function, arguments(rng)); ±0, infinities and NaN are added for all.
FUNCTIONS = {
    "exp": (mp.exp, lambda r: [
        *uniform(r, -2, 2, 500), *uniform(r, -745, 710, 600), *magnitudes(r, -60, 11, 300),
        *around(*HALF_STEPS, 709.782712893384, 708.3964185322641, 744.4400719213812, 745.1332191019412),
    ]),
    "exp2": (lambda x: mp.power(2, x), lambda r: [
        *uniform(r, -2, 2, 400), *uniform(r, -1076, 1025, 400), *magnitudes(r, -60, 11, 200),
        *around(0.5, 1.5, 2.5, 1022.0, 1023.5, 1024.0, 1074.0, 1075.0),
    ]),
    "expm1": (mp.expm1, lambda r: [
        *uniform(r, -1, 1, 500), *uniform(r, -40, 710, 400), *magnitudes(r, -300, 9, 300),
        *around(*HALF_STEPS, 709.782712893384, 36.7, 37.5, LEAST, TINY, 2.0**-53, 2.0**-54),
    ]),
    "ln": (where(lambda x: x >= 0, lambda x: mp.log(x) if x else -mp.inf), lambda r: [
        *uniform(r, 0.5, 2, 600), *uniform(r, 0, 1000, 300), *map(abs, magnitudes(r, -1074, 1024, 500)),
        *around(1.0, *SQRT_STEPS, LEAST, TINY, HUGE, steps=8), -1.0,
    ]),
    "log2": (where(lambda x: x >= 0, lambda x: mp.log(x, 2) if x else -mp.inf), lambda r: [
        *uniform(r, 0.5, 2, 400), *uniform(r, 0, 1000, 200), *map(abs, magnitudes(r, -1074, 1024, 300)),
        *around(1.0, *SQRT_STEPS, LEAST, TINY, HUGE), *(2.0**k for k in range(-1074, 1024, 50)),
    ]),
    "log10": (where(lambda x: x >= 0, lambda x: mp.log10(x) if x else -mp.inf), lambda r: [
        *uniform(r, 0.5, 2, 400), *uniform(r, 0, 1000, 200), *map(abs, magnitudes(r, -1074, 1024, 300)),
        *around(1.0, *SQRT_STEPS, LEAST, TINY, HUGE), *(10.0**k for k in range(23)),
    ]),
    "log1p": (where(lambda x: x >= -1, lambda x: mp.log1p(x) if x != -1 else -mp.inf), lambda r: [
        *uniform(r, -1, 1, 500), *uniform(r, -0.3, 0.45, 300), *map(abs, magnitudes(r, -1074, 1024, 300)),
        *(-abs(x) for x in magnitudes(r, -300, 0, 200)),
        *around(1.0, math.sqrt(0.5) - 1, math.sqrt(2) - 1, 2.0**53, LEAST, TINY, 2.0**-53, HUGE), -1.5,
    ]),
    "tanh": (mp.tanh, lambda r: [
        *uniform(r, -1, 1, 600), *uniform(r, -20, 20, 500), *magnitudes(r, -300, 5, 300),
        *around(0.7, *(x / 2 for x in HALF_STEPS[:6]), 19.06, LEAST, TINY, HUGE),
    ]),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), lambda r: [
        *uniform(r, -2, 2, 500), *uniform(r, -40, 40, 500), *uniform(r, -746, 0, 300), *magnitudes(r, -60, 11, 200),
        *around(*HALF_STEPS, 36.7, 708.3964185322641, 744.4400719213812, 745.1332191019412, HUGE),
    ]),
    "erf": (mp.erf, lambda r: [
        *uniform(r, -1, 1, 400), *uniform(r, -6, 6, 300), *magnitudes(r, -1074, 3, 200),
        *around(0.9, 1.0, 2.0, 3.95, 5.95, LEAST, TINY, HUGE, steps=5),
    ]),
    "sin": (mp.sin, lambda r: [
        *uniform(r, -10, 10, 400), *uniform(r, -1e8, 1e8, 300), *magnitudes(r, -60, 1000, 100),
        *around(PI, *QUARTERS, 1e8, 1e300),
    ]),
    "cos": (mp.cos, lambda r: [
        *uniform(r, -10, 10, 400), *uniform(r, -1e8, 1e8, 300), *magnitudes(r, -60, 1000, 100),
        *around(PI, *QUARTERS, 1e8, 1e300),
    ]),
    # The functions of libm: fewer arguments, since only what is left to a library is checked.
    "tan": (mp.tan, lambda r: [*uniform(r, -10, 10, 80), *magnitudes(r, -60, 1000, 40), *around(PI, PI / 2, 1e300)]),
    "asin": (where(lambda x: abs(x) <= 1, mp.asin), lambda r: [*uniform(r, -1.01, 1.01, 100), *around(1.0, 0.5, TINY)]),
    "acos": (where(lambda x: abs(x) <= 1, mp.acos), lambda r: [*uniform(r, -1.01, 1.01, 100), *around(1.0, 0.5, TINY)]),
    "atan": (mp.atan, lambda r: [*uniform(r, -3, 3, 80), *magnitudes(r, -300, 1000, 40), *around(1.0, HUGE)]),
    "sinh": (mp.sinh, lambda r: [*uniform(r, -5, 5, 80), *uniform(r, -711, 711, 40), *around(710.4758600739439, TINY)]),
    "cosh": (mp.cosh, lambda r: [*uniform(r, -5, 5, 80), *uniform(r, -711, 711, 40), *around(710.4758600739439, TINY)]),
    "asinh": (mp.asinh, lambda r: [*uniform(r, -5, 5, 80), *magnitudes(r, -300, 1000, 60), *around(1.0, TINY, HUGE)]),
    "acosh": (where(lambda x: x >= 1, mp.acosh), lambda r: [*uniform(r, 0.9, 9, 90), *magnitudes(r, 0, 1000, 60), *uniform(r, -1e4, 0, 9), *around(1.0)]),
    "atanh": (where(lambda x: abs(x) <= 1, lambda x: mp.atanh(x) if abs(x) < 1 else x * mp.inf),
              lambda r: [*uniform(r, -1.01, 1.01, 100), *magnitudes(r, -300, 0, 40), *around(1.0, 0.5, TINY)]),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda r: [*uniform(r, -9, 9, 80), *magnitudes(r, -1074, 1024, 60)]),
}


def write(name, lines):
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))


def write_unary(name):
    f, arguments = FUNCTIONS[name]
    lines = []
    for x in sorted(set(arguments(random.Random(name))) - {0.0}):
        y, missing = nearest(f(mp.mpf(x)))
        lines.append(f"{bits(x):016x} {bits(y):016x} {missing}")
    write(name, lines)


if __name__ == "__main__":
    for name in sys.argv[1:] or FUNCTIONS:
        write_unary(name)
