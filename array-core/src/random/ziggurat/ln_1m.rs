//! ln(1 − u) with the bits of the C library's `log1p(-u)`, which NumPy calls in the tails of its ziggurats.
//!
//! The algorithm is fdlibm's (Sun Microsystems, 1993): 1 − u = 2ᵏ·(1 + f) with 1 + f between √½ and √2, and
//! ln(1 + f) = f − (f²/2 − s·(f²/2 + R(s²))) with s = f/(2 + f). What decides about the last bit is how the
//! polynomial R is evaluated: here as glibc does on x86-64 processors with fused multiply-add. On other
//! machines NumPy's own tails may differ from these by one unit in the last place.
//!
//! `u` is a fraction of 53 (or 24) bits, so 1 − u is exact, and fdlibm's correction for it is 0.

/// ln(1 − u) for 0 ≤ u < 1, a multiple of 2⁻⁵³.
pub fn ln_1m_f64(u: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const R: [f64; 8] = [
        0.0,
        6.666_666_666_666_735e-1,
        3.999_999_999_940_942e-1,
        2.857_142_874_366_239e-1,
        2.222_219_843_214_978_4e-1,
        1.818_357_216_161_805e-1,
        1.531_383_769_920_937_3e-1,
        1.479_819_860_511_658_6e-1,
    ];
    // The upper half of √2's bits.
    let middle = f64::from_bits(0x3FF6_A09E << 32);

    if u < 2f64.powi(-29) {
        return (-u * u).mul_add(0.5, -u);
    }
    let w = (1.0 - u).to_bits();
    let (mut k, mut m) = ((w >> 52) as f64 - 1023.0, f64::from_bits(w & !(0xFFF << 52) | 0x3FF << 52));
    if m >= middle {
        (k, m) = (k + 1.0, 0.5 * m);
    }
    let f = m - 1.0;
    let half = 0.5 * f * f;
    // Two terms do where |f| < 2⁻²⁰, a bound that fdlibm reads off the upper half of m's bits.
    let rest = if k != 0.0 && (-3.0 * 2f64.powi(-21)..2f64.powi(-20)).contains(&f) {
        half * f.mul_add(-2.0 / 3.0, 1.0) - k * LN2_LOW
    } else {
        let s = f / (2.0 + f);
        let z = s * s;
        let (z2, pair) = (z * z, |i: usize| z.mul_add(R[i + 1], R[i]));
        let sum = z.mul_add(R[1], z2 * pair(2));
        let sum = (z2 * z2).mul_add(pair(4), sum);
        let sum = (z2 * (z2 * z2)).mul_add(pair(6), sum);
        half - (s * (half + sum) + k * LN2_LOW)
    };
    k.mul_add(LN2_HIGH, -(rest - f))
}

/// ln(1 − u) for 0 ≤ u < 1, a multiple of 2⁻²⁴.
pub fn ln_1m_f32(u: f32) -> f32 {
    const LN2_HIGH: f32 = 6.931_381e-1;
    const LN2_LOW: f32 = 9.058_001e-6;
    const R: [f32; 7] =
        [6.666_667e-1, 4e-1, 2.857_143e-1, 2.222_219_9e-1, 1.818_357_3e-1, 1.531_383_8e-1, 1.479_819_9e-1];
    // √2, and 1 − √½, below which k is 0.
    let (middle, unscaled) = (f32::from_bits(0x3FB5_04F7), f32::from_bits(0x3E95_F620));

    let w = (1.0 - u).to_bits();
    let (mut k, mut m) = ((w >> 23) as f32 - 127.0, f32::from_bits(w & 0x007F_FFFF | 127 << 23));
    if m >= middle || k < 0.0 && u < unscaled {
        (k, m) = (k + 1.0, 0.5 * m);
    }
    let f = m - 1.0;
    let half = 0.5 * f * f;
    let rest = if k != 0.0 && (-3.0 * 2f32.powi(-24)..2f32.powi(-23)).contains(&f) {
        half * (1.0 - 2.0 / 3.0 * f) - k * LN2_LOW
    } else {
        let s = f / (2.0 + f);
        let z = s * s;
        let sum = R.into_iter().rev().fold(0.0, |sum, r| z * (r + sum));
        half - (s * (half + sum) + k * LN2_LOW)
    };
    k * LN2_HIGH - (rest - f)
}
