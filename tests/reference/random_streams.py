"""Fingerprints of NumPy's random streams: writes data/random_streams.txt.

One line per seed and method: the fingerprint of the bits of a fresh `default_rng(seed)`'s draws, and of the
state of the generator after them.
"""

import pathlib
import numpy as np

DRAWS = 10_000
SEEDS = [0, 1, 42, 12345, 987654321012345]

METHODS = {
    "random_f64": lambda rng: rng.random(DRAWS),
    "random_f32": lambda rng: rng.random(DRAWS, dtype=np.float32),
    "standard_normal_f64": lambda rng: rng.standard_normal(DRAWS),
    "standard_normal_f32": lambda rng: rng.standard_normal(DRAWS, dtype=np.float32),
    "uniform": lambda rng: rng.uniform(-1.5, 4.0, DRAWS),
    "integers_i64": lambda rng: rng.integers(-7, 1000, DRAWS),
    "permutation": lambda rng: rng.permutation(DRAWS),
}


def fingerprint(values):
    """h ← h·p + bits over all elements, modulo 2^64, p the FNV prime."""
    bits = values.view(f"u{values.itemsize}").ravel().astype(np.uint64)
    powers = np.full(bits.size, 0x100000001B3, dtype=np.uint64)
    powers[0] = 1
    powers = np.multiply.accumulate(powers)[::-1]
    return int((bits * powers).sum(dtype=np.uint64))


def state_fingerprint(rng):
    state = rng.bit_generator.state
    words = [state["state"]["state"], state["state"]["inc"], state["has_uint32"], state["uinteger"]]
    halves = [half for word in words for half in (word % 2**64, word // 2**64)]
    return fingerprint(np.array(halves, dtype=np.uint64))


lines = [f"# numpy {np.__version__}, {DRAWS} draws: seed method fingerprint state"]
for seed in SEEDS:
    for name, draw in METHODS.items():
        rng = np.random.default_rng(seed)
        values = draw(rng)
        lines.append(f"{seed} {name} {fingerprint(values):016x} {state_fingerprint(rng):016x}")
out = pathlib.Path(__file__).parent / "data" / "random_streams.txt"
out.write_text("\n".join(lines) + "\n")
