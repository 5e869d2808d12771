//! Do the answers agree? Asked before any time is taken.

use std::fmt::Display;

use array_core::{Array, Cast, Element, Number};

/// What a candidate's work results in. A peer's kinds of arrays are taught this in `peers/`.
pub trait Answer {
    /// All numbers in it, in row-major order; of complex ones the absolute values.
    fn numbers(&self) -> Result<Vec<f64>, String>;
}

impl<T: Element> Answer for Array<T> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(self.iter().copied().map(size).collect())
    }
}

/// An element as a number, a complex one as its absolute value.
pub fn size<T: Element>(x: T) -> f64 {
    match x.to_number() {
        Number::Complex(z) => z.norm(),
        number => f64::from_number(number),
    }
}

impl<T: Element> Answer for Vec<T> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(self.iter().copied().map(size).collect())
    }
}

impl Answer for f64 {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(vec![*self])
    }
}

impl Answer for f32 {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok(vec![f64::from(*self)])
    }
}

impl<A: Answer, B: Answer> Answer for (A, B) {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok([self.0.numbers()?, self.1.numbers()?].concat())
    }
}

impl<A: Answer, B: Answer, C: Answer> Answer for (A, B, C) {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        Ok([self.0.numbers()?, self.1.numbers()?, self.2.numbers()?].concat())
    }
}

impl<A: Answer, E: Display> Answer for Result<A, E> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        self.as_ref().map_err(E::to_string)?.numbers()
    }
}

/// How answers are compared with ours.
#[derive(Clone, Copy)]
pub enum Agreement {
    /// Number by number; the difference relative to the largest.
    Values(f64),
    /// The absolute values in ascending order, likewise.
    Magnitudes(f64),
}

impl Agreement {
    pub fn tolerance(self) -> f64 {
        match self {
            Agreement::Values(tolerance) | Agreement::Magnitudes(tolerance) => tolerance,
        }
    }

    /// Says how two answers differ if they do by more than the tolerance.
    pub fn check(self, ours: &[f64], theirs: &[f64]) -> Result<(), String> {
        if ours.len() != theirs.len() {
            return Err(format!("{} numbers, ours are {}", theirs.len(), ours.len()));
        }
        match self {
            Agreement::Values(tolerance) => close(ours, theirs, tolerance),
            Agreement::Magnitudes(tolerance) => close(&magnitudes(ours), &magnitudes(theirs), tolerance),
        }
    }
}

fn close(ours: &[f64], theirs: &[f64], tolerance: f64) -> Result<(), String> {
    let largest = ours.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    // A NaN is close to nothing.
    let close = |(x, y): (&f64, &f64)| (x - y).abs() <= tolerance * largest;
    match ours.iter().zip(theirs).position(|pair| !close(pair)) {
        Some(i) => Err(format!("number {i} of the answer is {}, ours is {}", theirs[i], ours[i])),
        None => Ok(()),
    }
}

fn magnitudes(numbers: &[f64]) -> Vec<f64> {
    let mut magnitudes: Vec<f64> = numbers.iter().map(|x| x.abs()).collect();
    magnitudes.sort_by(f64::total_cmp);
    magnitudes
}

#[cfg(test)]
mod tests {
    use super::Agreement;

    #[test]
    fn answers_that_differ_are_found() {
        let values = Agreement::Values(1e-3);
        assert!(values.check(&[1.0, -100.0], &[1.05, -100.0]).is_ok());
        let message = "number 1 of the answer is 100, ours is -100";
        assert_eq!(values.check(&[1.0, -100.0], &[1.0, 100.0]), Err(message.to_string()));
        assert!(values.check(&[1.0], &[1.0, 1.0]).is_err());
        assert!(values.check(&[1.0, f64::NAN], &[1.0, f64::NAN]).is_err());
        assert!(Agreement::Magnitudes(1e-3).check(&[1.0, -100.0], &[100.0, 1.0]).is_ok());
        assert!(Agreement::Magnitudes(1e-3).check(&[1.0, -100.0], &[100.0, 2.0]).is_err());
    }
}
