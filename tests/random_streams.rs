//! The generator's streams against NumPy's: values and states, as fingerprints that
//! tests/reference/random_streams.py wrote.

use array_core::random::{Choice, Generator, endpoint};
use array_core::{Array, Element, default_rng, set_num_threads};
use rand::distr::{Distribution, StandardUniform};
use rand::{Rng, RngExt, SeedableRng};

const DRAWS: usize = 100_000;

/// The bits of a value, in 64 of them.
trait Bits: Element {
    fn bits(self) -> u64;
}

macro_rules! bits {
    ($($t:ty: $bits:expr;)*) => {$(
        impl Bits for $t {
            fn bits(self) -> u64 {
                u64::from($bits(self))
            }
        }
    )*};
}
bits! {
    f64: f64::to_bits; f32: f32::to_bits; bool: u8::from;
    u8: u8::from; u16: u16::from; u32: u32::from; u64: u64::from;
    i8: i8::cast_unsigned; i16: i16::cast_unsigned; i32: i32::cast_unsigned; i64: i64::cast_unsigned;
}

fn bits<T: Bits>(values: Array<T>) -> Vec<u64> {
    values.iter().map(|&x| x.bits()).collect()
}

/// h ← h·p + bits over all words, modulo 2^64, p the FNV prime.
fn fingerprint(bits: impl IntoIterator<Item = u64>) -> u64 {
    bits.into_iter().fold(0, |hash, bits| hash.wrapping_mul(0x100_0000_01B3).wrapping_add(bits))
}

fn state(rng: &Generator) -> impl Iterator<Item = u64> {
    let state = rng.state();
    let words = [state.state, state.inc, u128::from(state.has_uint32), u128::from(state.uinteger)];
    words.into_iter().flat_map(|word| [word as u64, (word >> 64) as u64])
}

fn probabilities() -> Array<f64> {
    let weights = (Array::arange(0.0, 2000.0, 1.0) * 7919.0).map(|w: f64| w % 101.0 + 1.0);
    &weights / weights.sum()
}

/// Draws of 32 and of 64 bits by turns, over the half of a word that is left between calls.
fn mixed(rng: &mut Generator) -> Vec<u64> {
    let mut all: Vec<f64> = rng.random::<f32>(3).iter().map(|&x| f64::from(x)).collect();
    all.extend(rng.random::<f64>(2).iter());
    all.extend(rng.integers(0, 10, 1).iter().map(|&x| f64::from(x)));
    all.extend(rng.standard_normal::<f64>(3).iter());
    all.extend(rng.standard_normal::<f32>(4).iter().map(|&x| f64::from(x)));
    all.extend(rng.random::<f32>(1).iter().map(|&x| f64::from(x)));
    all.extend(rng.permutation(4).iter().map(|&x| x as f64));
    all.extend(rng.random::<f32>(6).iter().map(|&x| f64::from(x)));
    all.extend(rng.integers(0i8, 9, 3).iter().map(|&x| f64::from(x)));
    all.extend(rng.random::<f64>(1).iter());
    all.into_iter().map(f64::to_bits).collect()
}

fn spawned(rng: &mut Generator) -> Vec<u64> {
    let mut children = rng.spawn_n(3);
    let grandchild = children[1].spawn_n(2).remove(1);
    let [first, third] = [children[0].clone(), children[2].clone()];
    let all = [first, third, grandchild, rng.spawn()].map(|mut one| bits(one.random::<f64>(DRAWS / 4)));
    all.concat()
}

fn draw(method: &str, rng: &mut Generator) -> Vec<u64> {
    let table = || Array::arange(0.0, 100_000.0, 1.0).reshape([10, 10_000]);
    let shuffled = |mut a: Array<f64>, axis: isize, rng: &mut Generator| {
        rng.shuffle_axis(&mut a, axis);
        bits(a)
    };
    let distinct = |shuffle: bool| Choice { replace: false, shuffle, ..Choice::default() };
    match method {
        "random_f64" => bits(rng.random::<f64>(DRAWS)),
        "random_f32" => bits(rng.random::<f32>(DRAWS)),
        "uniform" => bits(rng.uniform(-1.5, 4.0, DRAWS)),
        "standard_normal_f64" => bits(rng.standard_normal::<f64>(DRAWS)),
        "standard_normal_f32" => bits(rng.standard_normal::<f32>(DRAWS)),
        "normal" => bits(rng.normal(3.0, 2.5, DRAWS)),
        "standard_exponential_f64" => bits(rng.standard_exponential::<f64>(DRAWS)),
        "standard_exponential_f32" => bits(rng.standard_exponential::<f32>(DRAWS)),
        "exponential" => bits(rng.exponential(0.7, DRAWS)),
        "integers_i8" => bits(rng.integers(-50i8, 79, DRAWS)),
        "integers_i16" => bits(rng.integers(-5000i16, 27769, DRAWS)),
        "integers_i32" => bits(rng.integers(-7, i32::MAX - 5, DRAWS)),
        "integers_i64" => bits(rng.integers(-7i64, 1000, DRAWS)),
        "integers_u8" => bits(rng.integers(100u8, 229, DRAWS)),
        "integers_u16" => bits(rng.integers(0u16, 32769, DRAWS)),
        "integers_u32" => bits(rng.integers(3u32, (1 << 31) + 4, DRAWS)),
        "integers_u64" => bits(rng.integers(5u64, (1 << 63) + 6, DRAWS)),
        "integers_i64_wide" => bits(rng.integers(-1i64 << 62, (1 << 62) + 1, DRAWS)),
        "integers_i64_word" => bits(rng.integers(-3i64, (1 << 32) - 3, DRAWS)),
        "integers_i8_full" => bits(rng.integers(i8::MIN, endpoint(i8::MAX), DRAWS)),
        "integers_i16_full" => bits(rng.integers(i16::MIN, endpoint(i16::MAX), DRAWS)),
        "integers_i32_full" => bits(rng.integers(i32::MIN, endpoint(i32::MAX), DRAWS)),
        "integers_i64_full" => bits(rng.integers(i64::MIN, endpoint(i64::MAX), DRAWS)),
        "integers_u8_full" => bits(rng.integers(u8::MIN, endpoint(u8::MAX), DRAWS)),
        "integers_u16_full" => bits(rng.integers(u16::MIN, endpoint(u16::MAX), DRAWS)),
        "integers_u32_full" => bits(rng.integers(u32::MIN, endpoint(u32::MAX), DRAWS)),
        "integers_u64_full" => bits(rng.integers(u64::MIN, endpoint(u64::MAX), DRAWS)),
        "integers_one" => bits(rng.integers(8i64, 9, DRAWS)),
        "integers_bool" => bits(rng.integers(false, endpoint(true), DRAWS)),
        "bytes" => rng.bytes(DRAWS + 3).into_iter().map(u64::from).collect(),
        "bytes_none" => rng.bytes(0).into_iter().map(u64::from).collect(),
        "permutation" => bits(rng.permutation(DRAWS)),
        "permutation_rows" => bits(rng.permutation(&table().t())),
        "permutation_axis" => bits(rng.permutation_axis(&table(), -1)),
        "shuffle" => shuffled(table().ravel(), 0, rng),
        "shuffle_rows" => shuffled(table().t(), 0, rng),
        "shuffle_axis" => shuffled(table(), 1, rng),
        "choice" => bits(rng.choice(1000, DRAWS)),
        "choice_columns" => {
            bits(rng.choice_with(&table(), [100, 100], Choice { axis: 1, ..Choice::default() }))
        }
        "choice_p" => {
            let weighted = Choice { p: Some(probabilities()), ..Choice::default() };
            bits(rng.choice_with(2000, [100, DRAWS / 100], weighted))
        }
        "choice_floyd" => bits(rng.choice_with(50 * DRAWS, DRAWS, distinct(true))),
        "choice_floyd_small" => bits(rng.choice_with(10_000, 9_999, distinct(true))),
        "choice_floyd_unshuffled" => bits(rng.choice_with(20 * DRAWS, DRAWS, distinct(false))),
        "choice_tail" => bits(rng.choice_with(3 * DRAWS / 2, DRAWS, distinct(true))),
        "choice_tail_unshuffled" => bits(rng.choice_with(10 * DRAWS, DRAWS, distinct(false))),
        "choice_all" => bits(rng.choice_with(DRAWS, DRAWS, distinct(true))),
        "choice_distinct_p" => {
            let weighted = Choice { p: Some(probabilities()), ..distinct(true) };
            bits(rng.choice_with(2000, [30, 50], weighted))
        }
        "mixed" => mixed(rng),
        "spawned" => spawned(rng),
        "jumped" => bits(rng.jumped(3).random::<f64>(DRAWS)),
        "advanced" => {
            rng.random::<f32>(1);
            rng.advance(10u128.pow(30) + 7);
            bits(rng.random::<f64>(DRAWS))
        }
        _ => panic!("no method {method}"),
    }
}

fn seeded(seed: &str) -> Generator {
    let integer = |n: &str| n.parse::<u128>().expect("an integer");
    match seed.strip_prefix('[').and_then(|seed| seed.strip_suffix(']')) {
        Some(list) => default_rng(list.split(',').map(integer).collect::<Vec<_>>()),
        None => default_rng(integer(seed)),
    }
}

#[test]
fn streams_equal_numpys() {
    let mut lines = include_str!("reference/data/random_streams.txt").lines();
    assert_eq!(lines.next(), Some("# numpy 2.4.6, 100000 draws"));
    let seeds: Vec<&str> = lines.next().map(|line| line.split(' ').skip(1).collect()).unwrap_or_default();
    assert_eq!(seeds.len(), 20);
    let mut methods = 0;
    for line in lines {
        let mut columns = line.split(' ');
        let method = columns.next().unwrap_or_default();
        for (seed, expected) in seeds.iter().zip(columns) {
            let mut rng = seeded(seed);
            let values = draw(method, &mut rng);
            let found = fingerprint(values.into_iter().chain(state(&rng)));
            assert_eq!(format!("{found:016x}"), expected, "{method} with seed {seed}");
        }
        methods += 1;
    }
    assert_eq!(methods, 51);
}

#[test]
fn raw_words_equal_the_published_vectors() {
    for vectors in [
        include_str!("reference/data/pcg64_testset_1.txt"),
        include_str!("reference/data/pcg64_testset_2.txt"),
    ] {
        let hex = |line: &str| u64::from_str_radix(line.trim_start_matches("0x"), 16).expect("a word");
        let mut words = vectors.lines().map(hex);
        let mut rng = default_rng(words.next().expect("a seed"));
        let words: Vec<u64> = words.collect();
        assert_eq!(words.len(), 1000);
        assert!(words.into_iter().all(|word| word == rng.next_u64()));
    }
}

#[test]
fn large_arrays_have_the_bits_of_small_ones_for_any_number_of_threads() {
    let (wide, narrow) = (150_001, 300_002);
    for threads in [1, 2, 3] {
        set_num_threads(threads);
        for left_over in [0, 1] {
            let mut whole = default_rng(5);
            whole.random::<f32>(left_over);
            let mut pieces = whole.clone();
            let values = [bits(whole.random::<f32>(narrow)), bits(whole.uniform(-1.0, 2.0, wide))].concat();
            assert_eq!(whole.state().has_uint32, left_over == 1);
            let halves = (0..narrow / 101).flat_map(|_| bits(pieces.random::<f32>(101))).collect::<Vec<_>>();
            let rest = bits(pieces.random::<f32>(narrow % 101));
            let words = (0..wide).flat_map(|_| bits(pieces.uniform(-1.0, 2.0, 1))).collect::<Vec<_>>();
            assert!(values == [halves, rest, words].concat(), "{threads} threads, {left_over} left over");
            assert_eq!(whole, pieces);
        }
    }
}

#[test]
fn an_erroneous_call_draws_nothing() {
    let mut rng = default_rng(1);
    rng.random::<f32>(1);
    let before = rng.clone();
    let weighted = |p: &[f64]| Choice { p: Some(Array::from_vec(p, p.len())), ..Choice::default() };
    let distinct = || Choice { replace: false, ..Choice::default() };
    let errors = [
        rng.try_random::<f32>([2, -1]).unwrap_err(),
        rng.try_standard_normal::<f64>([usize::MAX / 2, 2]).unwrap_err(),
        rng.try_uniform(1.0, 0.0, 3).unwrap_err(),
        rng.try_uniform(f64::MIN, f64::MAX, 3).unwrap_err(),
        rng.try_normal(0.0, -1.0, 3).unwrap_err(),
        rng.try_exponential(-1.0, 3).unwrap_err(),
        rng.try_integers(5, 5, 3).unwrap_err(),
        rng.try_integers(5u8, endpoint(4), 3).unwrap_err(),
        rng.try_integers(0u8, 0, 3).unwrap_err(),
        rng.try_permutation(-1).unwrap_err(),
        rng.try_permutation(&Array::scalar(1)).unwrap_err(),
        rng.try_shuffle_axis(&mut Array::<f64>::zeros(3), 1).unwrap_err(),
        rng.try_choice_with(3, 4, distinct()).unwrap_err(),
        rng.try_choice(0, 1).unwrap_err(),
        rng.try_choice_with(2, 1, weighted(&[0.5, 0.4])).unwrap_err(),
        rng.try_choice_with(2, 1, weighted(&[1.5, -0.5])).unwrap_err(),
        rng.try_choice_with(2, 1, weighted(&[f64::NAN, 1.0])).unwrap_err(),
        rng.try_choice_with(2, 1, weighted(&[1.0])).unwrap_err(),
        rng.try_choice_with(2, 2, Choice { replace: false, ..weighted(&[1.0, 0.0]) }).unwrap_err(),
    ];
    assert_eq!(rng, before);
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages[2], "uniform: high − low must not be negative, and -1.0 is");
    assert_eq!(messages[6], "integers: no integer lies between low 5 and high 5, which is excluded");
    assert_eq!(messages[12], "choice: 4 cannot be chosen from 3, with replace: false");
    assert_eq!(messages[14], "choice: the probabilities sum to 0.9, not 1");
    assert_eq!(messages[17], "choice: shapes [1] and [2]: p must have one entry for each to draw");
}

#[test]
fn nothing_is_drawn_for_no_elements() {
    let mut rng = default_rng(1);
    let before = rng.clone();
    assert!(rng.random::<f32>([0, 3]).is_empty());
    assert!(rng.integers(5, 5, 0).is_empty());
    assert!(rng.choice(0, 0).is_empty());
    assert!(rng.choice_with(0, 0, Choice { replace: false, ..Choice::default() }).is_empty());
    rng.shuffle(&mut Array::<f64>::zeros([5, 0]));
    assert_eq!(rng, before);
}

#[test]
fn shuffling_writes_one_array_only() {
    let mut table = Array::arange(0, 12, 1).reshape([3, 4]);
    let untouched = table.clone();
    let mut row = table.slice(1);
    default_rng(3).shuffle(&mut row);
    default_rng(3).shuffle_axis(&mut table, 1);
    assert_eq!(table.slice(1), row);
    assert_eq!(untouched.to_vec(), (0..12).collect::<Vec<_>>());
}

#[test]
fn a_restored_generator_continues() {
    let mut rng = default_rng([1u64, 2, 3]).spawn();
    rng.spawn();
    rng.random::<f32>(3);
    let mut restored = default_rng(0);
    // As text, with the half of a word that is left.
    let text = serde_json::to_string(&rng.state()).expect("plain numbers");
    assert!(text.contains("\"has_uint32\":true"), "{text}");
    restored.set_state(&serde_json::from_str(&text).expect("what was written"));
    assert_eq!(restored.random::<f32>(5).to_vec(), rng.random::<f32>(5).to_vec());
    assert_eq!(restored.spawn(), rng.spawn());
}

#[test]
fn rands_traits_share_the_stream() {
    assert_eq!(Generator::seed_from_u64(42), default_rng(42));
    assert_eq!(Generator::from_seed([1; 16]), default_rng(u128::from_le_bytes([1; 16])));
    let mut rng = default_rng(42);
    let mut numpys = rng.clone();
    let halves = numpys.integers(0u32, endpoint(u32::MAX), 3);
    assert_eq!([rng.next_u32(), rng.next_u32(), rng.next_u32()], halves.to_vec()[..]);
    assert_eq!(rng.next_u64(), numpys.integers(0u64, endpoint(u64::MAX), 1)[0]);
    assert_eq!(rng.next_u32(), numpys.integers(0u32, endpoint(u32::MAX), 1)[0]);
    let sampled: Array<f32> = rng.clone().sample(StandardUniform, [2, 3]);
    let drawn: Vec<f32> = StandardUniform.sample_iter(&mut rng).take(6).collect();
    assert_eq!(sampled.to_vec(), drawn);
    let mut word = [0; 12];
    rng.clone().fill_bytes(&mut word);
    assert_eq!(word[..8], rng.next_u64().to_le_bytes());
    assert!((0..6).contains(&rng.random_range(0..6)));
}

#[test]
fn a_negative_seed_is_an_error() {
    let error = array_core::random::try_default_rng([1, -2]).unwrap_err();
    assert_eq!(error.to_string(), "seed: -2 is negative");
}
