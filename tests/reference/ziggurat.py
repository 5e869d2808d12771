"""Fingerprints of NumPy's ziggurat tables and of the C library's log1p: writes data/ziggurat.txt.

    python ziggurat.py numpy/random/src/distributions/ziggurat_constants.h

log1p is that of glibc on an x86-64 processor with fused multiply-add (run with 2.36).
"""

import ctypes
import pathlib
import re
import sys

import numpy as np

from random_streams import DATA, bits_of, fingerprint

COUNT = 100_000


def tables(header):
    for ctype, name, body in re.findall(r"static const (\w+) (\w+)\[\] = \{(.*?)\};", header, re.S):
        numbers = [number.strip() for number in body.split(",") if number.strip()]
        if ctype.startswith("uint"):
            values = np.array([int(number.rstrip("UL"), 16) for number in numbers], dtype=np.uint64)
        elif ctype == "double":
            values = np.array([float(number) for number in numbers])
        else:
            # Straight from decimal to single: through double would round twice.
            values = np.array([np.float32(number.rstrip("fF")) for number in numbers])
        yield name, values


def fractions(digits):
    """Multiples of 2^-digits of all magnitudes, near 0 and near 1."""
    for i in range(COUNT):
        n = max(1, (i * 0x9E3779B97F4A7C15 % 2**64 >> 64 - digits) >> i // 2 % digits)
        yield (n if i % 2 == 0 else 2**digits - n) / 2**digits


def logarithms():
    libm = ctypes.CDLL("libm.so.6")
    for name, real, dtype, digits in [
        ("log1p", ctypes.c_double, np.float64, 53),
        ("log1pf", ctypes.c_float, np.float32, 24),
    ]:
        function = libm[name]
        function.argtypes, function.restype = [real], real
        yield name, np.array([function(-u) for u in fractions(digits)], dtype=dtype)


if __name__ == "__main__":
    rows = [*tables(pathlib.Path(sys.argv[1]).read_text()), *logarithms()]
    lines = [f"{name} {fingerprint(bits_of(values)):016x}" for name, values in rows]
    (DATA / "ziggurat.txt").write_text("\n".join(lines) + "\n")
