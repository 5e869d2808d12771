//! Tables and logarithms against those of NumPy and the C library, as fingerprints that
//! tests/reference/ziggurat.py wrote.

use super::*;

/// h ← h·p + bits over all words, modulo 2^64, p the FNV prime.
fn assert_fingerprint(name: &str, bits: impl Iterator<Item = u64>) {
    let lines = include_str!("../../../../tests/reference/data/ziggurat.txt").lines();
    let expected = lines.filter_map(|line| line.split_once(' ')).find(|&(of, _)| of == name);
    let found = bits.fold(0u64, |hash, bits| hash.wrapping_mul(0x100_0000_01B3).wrapping_add(bits));
    assert_eq!(Some((name, &*format!("{found:016x}"))), expected);
}

fn assert_table<F: Drawn>(letter: &str, suffix: &str, table: &Ziggurat<F>, bits: fn(F) -> u64) {
    let layers = || table.layers.iter();
    assert_fingerprint(&format!("k{letter}_{suffix}"), layers().map(|layer| layer.k));
    assert_fingerprint(&format!("w{letter}_{suffix}"), layers().map(|layer| bits(layer.w)));
    assert_fingerprint(&format!("f{letter}_{suffix}"), table.y.iter().map(|&y| bits(y)));
}

#[test]
fn tables_equal_numpys() {
    let single = |x: f32| u64::from(x.to_bits());
    assert_table("i", "double", &NORMAL_F64, f64::to_bits);
    assert_table("i", "float", &NORMAL_F32, single);
    assert_table("e", "double", &EXPONENTIAL_F64, f64::to_bits);
    assert_table("e", "float", &EXPONENTIAL_F32, single);
}

/// Multiples of 2^-digits of all magnitudes, near 0 and near 1.
fn fractions(digits: u32) -> impl Iterator<Item = f64> {
    (0..100_000u64).map(move |i| {
        let n = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - digits) >> (i / 2 % u64::from(digits));
        let n = if i % 2 == 0 { n.max(1) } else { (1 << digits) - n.max(1) };
        n as f64 / (1u64 << digits) as f64
    })
}

#[test]
fn logarithms_equal_the_c_librarys() {
    assert_fingerprint("log1p", fractions(53).map(|u| ln_1m_f64(u).to_bits()));
    assert_fingerprint("log1pf", fractions(24).map(|u| u64::from(ln_1m_f32(u as f32).to_bits())));
}
