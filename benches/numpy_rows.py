"""NumPy's side of benches/against_numpy.rs: runs the rows that it is asked for on standard input.

    prepare ROW   makes the inputs, runs the row once and answers with a number per result: the sum of |x|
    time K        runs it K times and answers with the seconds per run
    quit

A row is one line: from a generator, which gives the same numbers as the bench's, to the function that is timed.
"""

import sys
import time

try:
    import numpy as np
except ImportError as error:
    print(f"missing {error}", flush=True)
    sys.exit(1)


def row(function, *shapes, dtype=np.float64):
    """Applies a function to standard normal arrays of these shapes."""

    def prepare(rng):
        arrays = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
        return lambda: function(*arrays)

    return prepare


def symmetric(a):
    return a + a.T


def prepared(prepare, function, shape):
    """Applies a function to what is made of one array before time is taken."""

    def make(rng):
        a = prepare(rng.standard_normal(shape))
        return lambda: function(a)

    return make


def einsum(spec, *shapes):
    return row(lambda *arrays: np.einsum(spec, *arrays, optimize="optimal"), *shapes, dtype=np.float32)


ROWS = {
    "svd_500x50": row(lambda a: np.linalg.svd(a, full_matrices=False), (500, 50)),
    "svd_500": row(lambda a: np.linalg.svd(a, full_matrices=False), (500, 500)),
    "eigh_500": prepared(symmetric, np.linalg.eigh, (500, 500)),
    "eig_200": row(np.linalg.eig, (200, 200)),
    "solve_1000": row(np.linalg.solve, (1000, 1000), (1000,)),
    "inv_1000": row(np.linalg.inv, (1000, 1000)),
    "det_1000": row(np.linalg.slogdet, (1000, 1000)),
    "qr_1000x200": row(np.linalg.qr, (1000, 200)),
    "einsum_bhid_bhjd": einsum("bhid,bhjd->bhij", (4, 8, 64, 32), (4, 8, 64, 32)),
    "einsum_ijk_jl": einsum("ijk,jl->ikl", (64, 64, 64), (64, 64)),
    "einsum_chain": einsum("ij,jk,kl,lm->im", (64, 64), (64, 64), (64, 64), (64, 64)),
}


def sizes(results):
    arrays = results if isinstance(results, tuple) else (results,)
    return [float(np.abs(np.asarray(a)).astype(np.float64).sum()) for a in arrays]


print(f"numpy {np.__version__}", flush=True)
run = None
for line in sys.stdin:
    command, *words = line.split()
    if command == "quit":
        break
    if command == "prepare":
        if words[0] not in ROWS:
            print(f"missing row {words[0]} in benches/numpy_rows.py", flush=True)
            continue
        run = ROWS[words[0]](np.random.default_rng(0))
        print(*map(repr, sizes(run())), flush=True)
    elif command == "time":
        count = int(words[0])
        start = time.perf_counter()
        for _ in range(count):
            run()
        print(repr((time.perf_counter() - start) / count), flush=True)
