#!/usr/bin/env python3
"""Prints the constants of `array-core/src/kernels/math/`: polynomials by Remez' exchange algorithm, and
constants split into parts. Needs mpmath and NumPy; deterministic.

    python3 tests/reference/minimax.py            # everything
    python3 tests/reference/minimax.py exp log    # some families

A polynomial P stands for a function R on an interval, and is fitted so that the greatest |P − R|·w is as
small as it can be; the weight w says what an error in P does to the final result, relative to that result.
The printed error counts the rounding of the coefficients, not that of evaluating the polynomial.
"""

import sys

import mpmath as mp
import numpy as np

mp.mp.prec = 200
FORMATS = {"f32": (np.float32, 24), "f64": (np.float64, 53)}


def rounded(x, name):
    """The nearest number of a format."""
    with mp.workprec(FORMATS[name][1]):
        return +mp.mpf(x)


def shown(x, name):
    """The shortest decimal that reads back as this number."""
    text = np.format_float_scientific(FORMATS[name][0](float(x)), unique=True, trim="0")
    mantissa, exponent = text.split("e")
    if -6 <= int(exponent) < 6:
        return np.format_float_positional(FORMATS[name][0](float(x)), unique=True, trim="0")
    return f"{mantissa}e{int(exponent)}"


def remez(basis, target, weight):
    """Coefficients c that make max |Σ c·basis − target|·weight least on a grid, and that maximum."""
    n, grid = len(basis), len(target)
    at = [round(i * (grid - 1) / n) for i in range(n + 1)]
    for _ in range(60):
        system = mp.matrix(n + 1, n + 1)
        right = mp.matrix(n + 1, 1)
        for row, i in enumerate(at):
            for column in range(n):
                system[row, column] = basis[column][i] * weight[i]
            system[row, n] = (-1) ** row
            right[row] = target[i] * weight[i]
        solution = mp.lu_solve(system, right)
        levelled = abs(solution[n])
        errors = [
            (mp.fsum(solution[k] * basis[k][i] for k in range(n)) - target[i]) * weight[i] for i in range(grid)
        ]
        # One extremum between any two changes of sign; of those, the n + 1 neighbours that reach highest.
        extrema = []
        for i, e in enumerate(errors):
            if e == 0:
                continue
            if extrema and (errors[extrema[-1]] > 0) == (e > 0):
                if abs(e) > abs(errors[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        worst = max(abs(e) for e in errors)
        if len(extrema) < n + 1 or worst <= levelled * 1.0001:
            break
        at = extrema
    return list(solution[:n]), worst


def fit(label, name, degree, interval, argument, target, weight, points=400):
    """Fits and prints P(argument(x)) ≈ target(x) for x in the interval."""
    low, high = mp.mpf(interval[0]), mp.mpf(interval[1])
    xs = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * (i + 0.5) / points) for i in range(points)]
    basis = [[argument(x) ** k for x in xs] for k in range(degree + 1)]
    targets, weights = [target(x) for x in xs], [weight(x) for x in xs]
    solution, _ = remez(basis, targets, weights)
    coefficients = [rounded(c, name) for c in solution]
    worst = max(
        abs(mp.fsum(c * b[i] for c, b in zip(coefficients, basis)) - targets[i]) * weights[i] for i in range(points)
    )
    print(f"{label} {name}: error 2^{float(mp.log(worst, 2)):.1f}")
    for c in coefficients:
        print(f"    {shown(c, name)},")


def split(label, x, name, first_bits=None, parts=2):
    """Prints x as a sum of numbers; the first one keeps only `first_bits` bits."""
    rest, words = mp.mpf(x), []
    for part in range(parts):
        with mp.workprec(first_bits if part == 0 and first_bits else FORMATS[name][1]):
            word = +rest
        words.append(word)
        rest -= word
    print(f"{label} {name}: " + ", ".join(shown(w, name) for w in words))


def exp():
    """e^r = 1 + r + r²·P(r), on half a step to either side of 0."""
    # n·(first part of ln 2) is exact for every exponent n that can occur.
    for name, bits, degree in [("f32", 15, 4), ("f64", 41, 9)]:
        half = mp.log(2) / 2 * mp.mpf("1.0001")
        split("LN2_SHORT", mp.log(2), name, bits)
        fit("exp", name, degree, (-half, half), lambda r: r,
            lambda r: (mp.expm1(r) - r) / r**2, lambda r: r**2 / mp.exp(r))


def log():
    """ln((1 + s)/(1 − s)) = 2·s + s·z·P(z) with z = s²."""
    for name, bits, degree in [("f32", 15, 2), ("f64", 41, 6)]:
        top = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")
        fit("log", name, degree, (mp.mpf("1e-6"), top), lambda s: s**2,
            lambda s: (2 * mp.atanh(s) - 2 * s) / s**3, lambda s: s**3 / (2 * mp.atanh(s)))
        split("LN2", mp.log(2), name, bits)
        split("1/LN2", 1 / mp.log(2), name)
        split("LOG10_2", mp.log10(2), name, bits)
        split("1/LN10", 1 / mp.log(10), name)


def tanh():
    """tanh x = x + x³·P(x²)."""
    for name, degree in [("f32", 5), ("f64", 11)]:
        fit("tanh", name, degree, (mp.mpf("1e-9"), mp.mpf("0.7007")), lambda x: x**2,
            lambda x: (mp.tanh(x) - x) / x**3, lambda x: x**3 / mp.tanh(x))


def erf():
    """erf x = x + x·N(x²) near 0, 1 − exp(F(x)) beyond."""
    for name, degree, low, high in [("f32", 6, 0.9, 3.95), ("f64", 12, 0.9, 5.95)]:
        fit("erf near", name, degree, (mp.mpf("1e-9"), mp.mpf("1.0001") * low), lambda x: x**2,
            lambda x: mp.erf(x) / x - 1, lambda x: x / mp.erf(x))
    for name, degree, low, high in [("f32", 8, 0.9, 3.95), ("f64", 18, 0.9, 5.95)]:
        fit("erf far", name, degree, (mp.mpf(low), mp.mpf(high)), lambda x: x,
            lambda x: mp.log(mp.erfc(x)), lambda x: mp.erfc(x) / mp.erf(x))


def trig():
    """sin x = x + x³·S(x²) and cos x = 1 − ½x² + x⁴·C(x²), on an eighth of a turn to either side of 0."""
    top = mp.pi / 4 * mp.mpf("1.0001")
    for name, short, degree in [("f32", 9, 2), ("f64", 27, 5)]:
        # Products of the second and third word with a quotient of 15 (26) bits are exact.
        rest, words = mp.pi / 2, []
        for bits in (FORMATS[name][1], short, short, FORMATS[name][1]):
            with mp.workprec(bits):
                words.append(+rest)
            rest -= words[-1]
        print(f"QUARTER {name}: " + ", ".join(shown(w, name) for w in words))
        fit("sin", name, degree, (mp.mpf("1e-4"), top), lambda x: x**2,
            lambda x: (mp.sin(x) - x) / x**3, lambda x: x**3 / mp.sin(x))
        fit("cos", name, degree, (mp.mpf("1e-3"), top), lambda x: x**2,
            lambda x: (mp.cos(x) - 1 + x**2 / 2) / x**4, lambda x: x**4 / mp.cos(x))


FAMILIES = {"exp": exp, "log": log, "tanh": tanh, "erf": erf, "trig": trig}

if __name__ == "__main__":
    for family in sys.argv[1:] or FAMILIES:
        FAMILIES[family]()
