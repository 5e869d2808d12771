"""NumPy's random streams, as fingerprints: writes data/random_streams.txt and data/pcg64_*.txt.

Each method is drawn from a fresh `default_rng(seed)`; its fingerprint is that of all values' bits, followed by
those of the generator's state. One line per method, one column per seed.
"""

import pathlib

import numpy as np

DRAWS = 100_000
DATA = pathlib.Path(__file__).parent / "data"
SEEDS = [0, 1, 2, 3, 7, 42, 123, 1234, 12345, 2**31 - 1, 2**32 - 1, 2**32, 987654321012345, 2**64 - 1]
SEEDS += [2**64, 2**128 - 1, [0], [1, 2, 3], [2**32, 5, 0], [9, 8, 7, 6, 5, 4, 3]]

# Dyadic sums and integer weights: the same bits in any language.
WEIGHTS = np.arange(2000) * 7919 % 101 + 1.0
P = WEIGHTS / WEIGHTS.sum()
TABLE = np.arange(100_000.0).reshape(10, 10_000)


def shuffled(rng, values, axis=0):
    values = values.copy()
    rng.shuffle(values, axis=axis)
    return values


def mixed(rng):
    """Draws of 32 and of 64 bits by turns, over the half of a word that is left between calls."""
    parts = [rng.random(3, dtype=np.float32), rng.random(2), rng.integers(0, 10, 1), rng.standard_normal(3)]
    parts += [rng.standard_normal(4, dtype=np.float32), rng.random(1, dtype=np.float32), rng.permutation(4)]
    parts += [rng.random(6, dtype=np.float32), rng.integers(0, 9, 3, dtype=np.int8), rng.random(1)]
    return np.concatenate([part.astype(np.float64) for part in parts])


def spawned(rng):
    first, second, third = rng.spawn(3)
    grandchild = second.spawn(2)[1]
    return np.concatenate([one.random(DRAWS // 4) for one in (first, third, grandchild, rng.spawn(1)[0])])


def full(dtype):
    return lambda rng: rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, DRAWS, dtype, endpoint=True)


def jumped(rng, jumps):
    return np.random.Generator(rng.bit_generator.jumped(jumps)).random(DRAWS)


def advanced(rng, steps):
    rng.random(1, dtype=np.float32)
    rng.bit_generator.advance(steps)
    return rng.random(DRAWS)


METHODS = {
    "random_f64": lambda rng: rng.random(DRAWS),
    "random_f32": lambda rng: rng.random(DRAWS, dtype=np.float32),
    "uniform": lambda rng: rng.uniform(-1.5, 4.0, DRAWS),
    "standard_normal_f64": lambda rng: rng.standard_normal(DRAWS),
    "standard_normal_f32": lambda rng: rng.standard_normal(DRAWS, dtype=np.float32),
    "normal": lambda rng: rng.normal(3.0, 2.5, DRAWS),
    "standard_exponential_f64": lambda rng: rng.standard_exponential(DRAWS),
    "standard_exponential_f32": lambda rng: rng.standard_exponential(DRAWS, dtype=np.float32),
    "exponential": lambda rng: rng.exponential(0.7, DRAWS),
    "integers_i8": lambda rng: rng.integers(-50, 79, DRAWS, np.int8),
    "integers_i16": lambda rng: rng.integers(-5000, 27769, DRAWS, np.int16),
    "integers_i32": lambda rng: rng.integers(-7, 2**31 - 6, DRAWS, np.int32),
    "integers_i64": lambda rng: rng.integers(-7, 1000, DRAWS),
    "integers_u8": lambda rng: rng.integers(100, 229, DRAWS, np.uint8),
    "integers_u16": lambda rng: rng.integers(0, 32769, DRAWS, np.uint16),
    "integers_u32": lambda rng: rng.integers(3, 2**31 + 4, DRAWS, np.uint32),
    "integers_u64": lambda rng: rng.integers(5, 2**63 + 6, DRAWS, np.uint64),
    "integers_i64_wide": lambda rng: rng.integers(-(2**62), 2**62 + 1, DRAWS),
    "integers_i64_word": lambda rng: rng.integers(-3, 2**32 - 3, DRAWS),
    "integers_i8_full": full(np.int8),
    "integers_i16_full": full(np.int16),
    "integers_i32_full": full(np.int32),
    "integers_i64_full": full(np.int64),
    "integers_u8_full": full(np.uint8),
    "integers_u16_full": full(np.uint16),
    "integers_u32_full": full(np.uint32),
    "integers_u64_full": full(np.uint64),
    "integers_one": lambda rng: rng.integers(8, 9, DRAWS),
    "integers_bool": lambda rng: rng.integers(0, 1, DRAWS, bool, endpoint=True),
    "bytes": lambda rng: np.frombuffer(rng.bytes(DRAWS + 3), np.uint8),
    "bytes_none": lambda rng: np.frombuffer(rng.bytes(0), np.uint8),
    "permutation": lambda rng: rng.permutation(DRAWS),
    "permutation_rows": lambda rng: rng.permutation(TABLE.T),
    "permutation_axis": lambda rng: rng.permutation(TABLE, axis=-1),
    "shuffle": lambda rng: shuffled(rng, TABLE.ravel()),
    "shuffle_rows": lambda rng: shuffled(rng, TABLE.T),
    "shuffle_axis": lambda rng: shuffled(rng, TABLE, axis=1),
    "choice": lambda rng: rng.choice(1000, DRAWS),
    "choice_columns": lambda rng: rng.choice(TABLE, (100, 100), axis=1),
    "choice_p": lambda rng: rng.choice(2000, (100, DRAWS // 100), p=P),
    "choice_floyd": lambda rng: rng.choice(50 * DRAWS, DRAWS, replace=False),
    "choice_floyd_small": lambda rng: rng.choice(10_000, 9_999, replace=False),
    "choice_floyd_unshuffled": lambda rng: rng.choice(20 * DRAWS, DRAWS, replace=False, shuffle=False),
    "choice_tail": lambda rng: rng.choice(3 * DRAWS // 2, DRAWS, replace=False),
    "choice_tail_unshuffled": lambda rng: rng.choice(10 * DRAWS, DRAWS, replace=False, shuffle=False),
    "choice_all": lambda rng: rng.choice(DRAWS, DRAWS, replace=False),
    "choice_distinct_p": lambda rng: rng.choice(2000, (30, 50), replace=False, p=P),
    "mixed": mixed,
    "spawned": spawned,
    "jumped": lambda rng: jumped(rng, 3),
    "advanced": lambda rng: advanced(rng, 10**30 + 7),
}


def fingerprint(bits):
    """h ← h·p + bits over all words, modulo 2^64, p the FNV prime."""
    powers = np.full(bits.size, 0x100000001B3, dtype=np.uint64)
    powers[:1] = 1
    powers = np.multiply.accumulate(powers)[::-1]
    return int((bits * powers).sum(dtype=np.uint64))


def bits_of(values):
    return np.ascontiguousarray(values).view(f"u{values.itemsize}").ravel().astype(np.uint64)


def state_of(rng):
    state = rng.bit_generator.state
    words = [state["state"]["state"], state["state"]["inc"], state["has_uint32"], state["uinteger"]]
    return np.array([half for word in words for half in (word % 2**64, word // 2**64)], dtype=np.uint64)


def streams():
    yield f"# numpy {np.__version__}, {DRAWS} draws"
    yield " ".join(["seed"] + [str(seed).replace(" ", "") for seed in SEEDS])
    for name, draw in METHODS.items():
        columns = [name]
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            columns.append(f"{fingerprint(np.concatenate([bits_of(draw(rng)), state_of(rng)])):016x}")
        yield " ".join(columns)


if __name__ == "__main__":
    (DATA / "random_streams.txt").write_text("\n".join(streams()) + "\n")
    # The vectors that NumPy publishes for PCG64 with its tests: a seed, then the first 1,000 words.
    for path in sorted((pathlib.Path(np.random.__file__).parent / "tests" / "data").glob("pcg64-testset-*.csv")):
        lines = path.read_text().splitlines()
        words = [line.split(",")[1].strip() for line in lines]
        (DATA / path.name.replace("-", "_").replace("csv", "txt")).write_text("\n".join(words) + "\n")
