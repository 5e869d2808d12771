//! Shuffling: the Fisher–Yates algorithm, from the last element down.

use super::Generator;
use super::pcg64::Pcg64;
use super::population::Population;
use crate::array::Array;
use crate::element::Element;
use crate::error::{OrPanic, Result};
use crate::layout::shape::axis_of;

/// A number in `0 ..= last`, `last ≥ 1`: words are cut to as many bits as `last` has, until one is not above it.
fn index(bits: &mut Pcg64, last: usize) -> usize {
    let last = last as u64;
    let mask = u64::MAX >> last.leading_zeros();
    loop {
        let word = if last <= u64::from(u32::MAX) { u64::from(bits.next_u32()) } else { bits.next_u64() };
        if word & mask <= last {
            return (word & mask) as usize;
        }
    }
}

fn shuffle<T>(bits: &mut Pcg64, values: &mut [T]) {
    let mut local = bits.clone();
    for i in (1..values.len()).rev() {
        values.swap(i, index(&mut local, i));
    }
    *bits = local;
}

/// Orders.
impl Generator {
    /// The numbers 0, …, n − 1 in random order, or the parts of an array along its first axis: NumPy's
    /// `rng.permutation(x)`.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// assert_eq!(default_rng(42).permutation(5).to_vec(), [4, 2, 3, 1, 0]);
    /// let rows = Array::arange(0, 6, 1).reshape([3, 2]);
    /// assert_eq!(default_rng(42).permutation(&rows).to_vec(), [4, 5, 2, 3, 0, 1]);
    /// ```
    ///
    /// # Panics
    /// If `n` is negative or exceeds the address space, or the array has no axes.
    #[track_caller]
    pub fn permutation<P: Population>(&mut self, population: P) -> P::Sample {
        self.try_permutation(population).or_panic()
    }

    /// As [`Generator::permutation`]; fails, and draws nothing, where it panics.
    pub fn try_permutation<P: Population>(&mut self, population: P) -> Result<P::Sample> {
        self.in_random_order("permutation", population, 0)
    }

    /// The parts of an array along an axis, in random order: NumPy's `rng.permutation(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn permutation_axis<T: Element>(&mut self, a: &Array<T>, axis: isize) -> Array<T> {
        self.try_permutation_axis(a, axis).or_panic()
    }

    /// As [`Generator::permutation_axis`]; fails, and draws nothing, where it panics.
    pub fn try_permutation_axis<T: Element>(&mut self, a: &Array<T>, axis: isize) -> Result<Array<T>> {
        self.in_random_order("permutation_axis", a, axis)
    }

    fn in_random_order<P: Population>(
        &mut self,
        op: &'static str,
        population: P,
        axis: isize,
    ) -> Result<P::Sample> {
        let size = population.size(op, axis)?;
        let mut bits = self.bits.clone();
        let order = Array::filled(op, size, |order: &mut [i64]| {
            order.iter_mut().zip(0..).for_each(|(at, i)| *at = i);
            shuffle(&mut bits, order);
        })?;
        let sample = population.sample(order, axis)?;
        self.bits = bits;
        Ok(sample)
    }

    /// Puts the parts of an array along its first axis into random order: NumPy's `rng.shuffle(a)`.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// let mut deck = Array::arange(0, 5, 1);
    /// default_rng(42).shuffle(&mut deck);
    /// assert_eq!(deck.to_vec(), [4, 2, 3, 1, 0]);
    /// ```
    ///
    /// # Panics
    /// If the array has no axes.
    #[track_caller]
    pub fn shuffle<T: Element>(&mut self, a: &mut Array<T>) {
        self.try_shuffle(a).or_panic();
    }

    /// As [`Generator::shuffle`]; fails, and draws nothing, where it panics.
    pub fn try_shuffle<T: Element>(&mut self, a: &mut Array<T>) -> Result<()> {
        self.try_shuffle_axis(a, 0)
    }

    /// Puts the parts of an array along an axis into random order, each kept whole: NumPy's `rng.shuffle(a, axis)`.
    ///
    /// # Panics
    /// If the axis does not exist.
    #[track_caller]
    pub fn shuffle_axis<T: Element>(&mut self, a: &mut Array<T>, axis: isize) {
        self.try_shuffle_axis(a, axis).or_panic();
    }

    /// As [`Generator::shuffle_axis`]; fails, and draws nothing, where it panics.
    pub fn try_shuffle_axis<T: Element>(&mut self, a: &mut Array<T>, axis: isize) -> Result<()> {
        axis_of("shuffle", axis, a.shape())?;
        if a.is_empty() {
            return Ok(());
        }
        if a.ndim() == 1 && a.is_contiguous() {
            let size = a.size();
            let (data, layout) = a.make_unshared();
            let start = layout.offset();
            shuffle(&mut self.bits, &mut data[start..][..size]);
        } else {
            *a = self.in_random_order("shuffle", &*a, axis)?;
        }
        Ok(())
    }
}
