//! The generator's streams against NumPy's, as fingerprints written by tests/reference/random_streams.py.

use array_core::random::Generator;
use array_core::{Array, Element, default_rng};

const DRAWS: usize = 10_000;

/// h ← h·p + bits over all elements, modulo 2^64, p the FNV prime.
fn fingerprint(bits: impl IntoIterator<Item = u64>) -> u64 {
    bits.into_iter().fold(0, |hash, bits| hash.wrapping_mul(0x100_0000_01B3).wrapping_add(bits))
}

fn of<T: Element>(values: Array<T>, bits: impl Fn(T) -> u64) -> u64 {
    fingerprint(values.iter().map(|&x| bits(x)))
}

fn of_state(rng: &Generator) -> u64 {
    let state = rng.state();
    let words = [state.state, state.inc, u128::from(state.has_uint32), u128::from(state.uinteger)];
    fingerprint(words.into_iter().flat_map(|word| [word as u64, (word >> 64) as u64]))
}

fn draw(method: &str, rng: &mut Generator) -> u64 {
    let f32_bits = |x: f32| u64::from(x.to_bits());
    match method {
        "random_f64" => of(rng.random(DRAWS), f64::to_bits),
        "random_f32" => of(rng.random(DRAWS), f32_bits),
        "standard_normal_f64" => of(rng.standard_normal(DRAWS), f64::to_bits),
        "standard_normal_f32" => of(rng.standard_normal(DRAWS), f32_bits),
        "uniform" => of(rng.uniform(-1.5, 4.0, DRAWS), f64::to_bits),
        "integers_i64" => of(rng.integers(-7i64, 1000, DRAWS), |x| x as u64),
        "permutation" => of(rng.permutation(DRAWS), |x| x as u64),
        _ => panic!("no method {method}"),
    }
}

#[test]
fn streams_equal_numpys() {
    let reference = include_str!("reference/data/random_streams.txt");
    let mut lines = 0;
    for line in reference.lines().filter(|line| !line.starts_with('#')) {
        let [seed, method, values, state] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("not a line of the reference: {line}")
        };
        let mut rng = default_rng(seed.parse::<u64>().expect("a seed"));
        assert_eq!(format!("{:016x}", draw(method, &mut rng)), values, "values of {method}, seed {seed}");
        assert_eq!(format!("{:016x}", of_state(&rng)), state, "state after {method}, seed {seed}");
        lines += 1;
    }
    assert_eq!(lines, 5 * 7);
}

#[test]
fn an_erroneous_call_draws_nothing() {
    let mut rng = default_rng(1);
    let before = rng.state();
    assert!(rng.try_random::<f64>([2, -1]).is_err());
    assert!(rng.try_uniform(1.0, 0.0, 3).is_err());
    assert!(rng.try_integers(5, 5, 3).is_err());
    assert!(rng.try_permutation(-1).is_err());
    assert_eq!(rng.state(), before);
}

#[test]
fn a_restored_generator_continues() {
    let mut rng = default_rng([1u64, 2, 3]).spawn();
    rng.spawn();
    rng.random::<f32>(3);
    let mut restored = default_rng(0);
    restored.set_state(&rng.state());
    assert_eq!(restored.random::<f32>(5).to_vec(), rng.random::<f32>(5).to_vec());
    assert_eq!(restored.spawn(), rng.spawn());
}
