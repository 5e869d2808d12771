//! The decimal digits of a float: as few as identify it, or as many as asked for.

use crate::dtype::DType;
use crate::element::Float;

/// A finite float without its sign: `digits[0]`.`digits[1..]` · 10^`exponent`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimal {
    pub digits: String,
    pub exponent: i32,
}

impl Decimal {
    /// The decimal with `decimals` digits after the first that is nearest to `x`, halves to even.
    fn nearest(x: f64, decimals: usize) -> Decimal {
        Decimal::read(&format!("{x:.decimals$e}"))
    }

    /// Reads what `{:e}` writes, such as `1.25e-3`.
    fn read(text: &str) -> Decimal {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Decimal { digits: digits.replace('.', ""), exponent: exponent.parse().unwrap_or(0) }
    }

    /// The next greater decimal with as many digits.
    fn above(&self) -> Decimal {
        let digits = self.digits.parse().map_or(0, |digits: u64| digits + 1).to_string();
        let carry = digits.len() - self.digits.len();
        Decimal { exponent: self.exponent + carry as i32, digits }
    }

    fn to_f64(&self) -> f64 {
        let (first, rest) = self.digits.split_at(1);
        format!("{first}.{rest}e{}", self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// The fewest digits that identify `x` among the values of its type; of those the nearest to `x`, and of
    /// two equally near the one that ends in an even digit.
    ///
    /// Guy L. Steele and Jon L. White, "How to print floating-point numbers accurately", 1990, as NumPy does.
    pub fn shortest<T: Float>(x: T) -> Decimal {
        let exact = x.to_f64().abs();
        // The standard library knows how few digits it takes, but rounds halves up.
        let decimals = |text: String| Decimal::read(&text).digits.len() - 1;
        let fewest = match T::DTYPE {
            DType::Float64 => decimals(format!("{exact:e}")),
            DType::Float32 => decimals(format!("{:e}", exact as f32)),
            _ => 0,
        };
        // Floats below a power of two lie closer than above it: there, the nearest decimal may belong to the float
        // below, and the next one to `x`.
        let candidates = |decimals| {
            let nearest = Decimal::nearest(exact, decimals);
            [nearest.clone(), nearest.above()]
        };
        let identifies = |decimal: &Decimal| T::from_f64(decimal.to_f64()) == x.abs();
        (fewest..17).flat_map(candidates).find(identifies).unwrap_or_else(|| Decimal::nearest(exact, 16))
    }

    /// The shortest form of `x` if it has at most `decimals` digits after the first, else `x` rounded to so many.
    pub fn at_most<T: Float>(x: T, decimals: usize) -> Decimal {
        let shortest = Decimal::shortest(x);
        if shortest.digits.len() <= decimals + 1 {
            return shortest;
        }
        let Decimal { digits, exponent } = Decimal::nearest(x.to_f64().abs(), decimals);
        let (first, rest) = digits.split_at(1);
        Decimal { digits: first.to_string() + rest.trim_end_matches('0'), exponent }
    }

    /// `x` rounded to `decimals` digits after the first; its shortest form, if that has as many.
    pub fn exactly<T: Float>(x: T, decimals: usize) -> Decimal {
        let shortest = Decimal::shortest(x);
        if shortest.digits.len() == decimals + 1 {
            return shortest;
        }
        Decimal::nearest(x.to_f64().abs(), decimals)
    }

    /// The digits before and after the point in positional notation, with `x` rounded to at most `decimals` after.
    pub fn positional<T: Float>(x: T, decimals: usize) -> (String, String) {
        let Decimal { digits, exponent } = Decimal::shortest(x);
        let point = exponent + 1;
        if (digits.len() as i32 - point).max(0) as usize > decimals {
            let text = format!("{:.decimals$}", x.to_f64().abs());
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            return (whole.to_string(), fraction.trim_end_matches('0').to_string());
        }
        // Zeros between the digits and the point, on either side.
        let digits = "0".repeat((1 - point).max(0) as usize) + &digits;
        let point = point.max(1) as usize;
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        (format!("{whole:0<point$}"), fraction.to_string())
    }
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    fn short<T: Float>(x: T) -> String {
        let Decimal { digits, exponent } = Decimal::shortest(x);
        format!("{digits}e{}", exponent + 1 - digits.len() as i32)
    }

    #[test]
    fn of_two_equally_near_the_even_one_wins() {
        assert_eq!(short(2f64.powi(50) + 0.25), "11258999068426242e-1");
        assert_eq!(short(2f64.powi(50) + 0.75), "11258999068426248e-1");
        assert_eq!(short(2f32.powi(21) + 0.25), "20971522e-1");
        assert_eq!(short(f16::from_f32(256.25)), "2562e-1");
        assert_eq!(short(bf16::from_f32(32.25)), "322e-1");
    }

    #[test]
    fn below_a_power_of_two_the_nearest_may_belong_to_another() {
        assert_eq!(short(2f64.powi(-44)), "5684341886080802e-29"); // …801|5, whose double is the one below
        assert_eq!(short(2f32.powi(90)), "12379401e20"); // …940|04
        assert_eq!(short(f16::from_f32(2f32.powi(-6))), "1563e-5"); // 1562|5
        assert_eq!(short(bf16::from_f32(2f32.powi(64))), "185e17"); // 184|47
    }

    #[test]
    fn extremes() {
        assert_eq!(short(0.0), "0e0");
        assert_eq!(short(5e-324), "5e-324");
        assert_eq!(short(f64::MAX), "17976931348623157e292");
        assert_eq!(short(bf16::from_bits(1)), "9e-41");
    }

    /// For all values of 16 bits: the digits identify the value, and one digit less would not.
    fn identify<T: Float>(from_bits: impl Fn(u16) -> T) {
        for x in (0..1 << 15).map(from_bits).filter(|x| x.is_finite()) {
            let decimal = Decimal::shortest(x);
            assert_eq!(T::from_f64(decimal.to_f64()), x);
            if decimal.digits.len() > 1 {
                let shorter = Decimal::nearest(x.to_f64(), decimal.digits.len() - 2);
                assert_ne!(T::from_f64(shorter.to_f64()), x, "{shorter:?}");
                assert_ne!(T::from_f64(shorter.above().to_f64()), x, "{shorter:?}");
            }
        }
    }

    #[test]
    fn no_fewer_digits_would_do() {
        identify(f16::from_bits);
        identify(bf16::from_bits);
    }
}
