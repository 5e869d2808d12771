"""NumPy 2.4's `isclose`: writes data/closeness.txt, which tests/closeness.rs replays.

    dtype DTYPE
    a BITS...                       values, as hexadecimal bits (complex: `re,im`)
    b BITS...
    close RTOL ATOL 0101... 0101... isclose(a, b, rtol, atol), and the same with equal_nan=True
"""

from pathlib import Path
import math
import warnings

import numpy as np

from casting import bits

assert np.__version__.startswith("2.4."), np.__version__
warnings.simplefilter("ignore")

TOLERANCES = [(1e-5, 1e-8), (0.0, 0.0), (1e-3, 0.0), (0.0, 0.5), (0.25, 1.0)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 100.0, 1e-8, 1e-30, 6e4, 3e38, math.inf, -math.inf, math.nan]


def pairs(dtype, rng):
    """Every pair of special values, and pairs around the edge of every tolerance."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    if kind in "iu":
        limits = np.iinfo(dtype)
        values = [v for v in [0, 1, 2, 3, 4, 100, 125, 126, limits.min, limits.max, limits.max - 1]]
        return np.repeat(np.array(values, dtype), len(values)), np.tile(np.array(values, dtype), len(values))
    real = np.float64 if kind == "c" else dtype
    a, b = list(np.repeat(SPECIAL, len(SPECIAL))), list(np.tile(SPECIAL, len(SPECIAL)))
    for rtol, atol in TOLERANCES:
        for y in rng.standard_normal(4) * 10:
            y = real(y)
            edge = y + real(atol) + real(rtol) * abs(y)
            around = [np.nextafter(edge, real(-math.inf)), edge, np.nextafter(edge, real(math.inf))]
            if kind == "c":  # The last bit of a complex number's size depends on how it is computed.
                around = [0.999 * edge + 0.001 * y, 1.001 * edge - 0.001 * y]
            a += around
            b += [y] * len(around)
    a, b = np.array(a, np.float64), np.array(b, np.float64)
    if kind == "c":
        turn = np.exp(1j * rng.random(len(a)))
        corners = np.array([complex(x, y) for x in SPECIAL for y in SPECIAL])
        finite = np.isfinite(a) & np.isfinite(b)
        a, b = (np.concatenate([(v * turn)[finite], w]) for v, w in ((a, corners), (b, corners[::-1])))
    return a.astype(dtype), b.astype(dtype)


def main():
    rng = np.random.default_rng(11)
    flags = lambda mask: "".join(str(int(x)) for x in mask)
    with open(Path(__file__).parent / "data" / "closeness.txt", "w", newline="\n") as file:
        print(f"# tests/reference/closeness.py, NumPy {np.__version__}", file=file)
        for dtype in ["float64", "float32", "float16", "complex128", "complex64", "int64", "int8", "uint64", "bool"]:
            a, b = pairs(np.dtype(dtype).type, rng)
            print("dtype", dtype, file=file)
            print("a", *bits(dtype, a), file=file)
            print("b", *bits(dtype, b), file=file)
            for rtol, atol in TOLERANCES:
                close = [flags(np.isclose(a, b, rtol, atol, equal_nan=nan)) for nan in (False, True)]
                print("close", rtol, atol, *close, file=file)


if __name__ == "__main__":
    main()
