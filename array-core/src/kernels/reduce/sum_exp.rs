//! Sums of exponentials in one pass over memory, without overflow.

use super::{Fold, LANES, ROUNDS, fold_lanes, fold_rows};
use crate::element::{Element, Float, Num};
use crate::kernels::math::Math;
use crate::number::Cast;

/// What sums of exponentials are accumulated in: `f32` for half precision.
pub type ExpSum<T> = <<T as Element>::Wide as Element>::Magnitude;

/// Folds into the greatest element and Σ exp(x − greatest).
#[derive(Clone, Copy)]
pub struct SumExp;

/// What is subtracted before exp: the greatest element, unless that is infinite or NaN.
#[inline(always)]
pub fn shift<T: Float>(greatest: T) -> T {
    if greatest.is_finite() { greatest } else { T::ZERO }
}

#[inline(always)]
fn exp<T: Float + Math>(x: T) -> ExpSum<T> {
    ExpSum::<T>::from_number(x.exp().to_number())
}

// SAFETY: elements are asked for by `fold_lanes` and `fold_rows` only, which keep to the bounds they are given.
unsafe impl<T: Float + Math> Fold<T> for SumExp {
    type Acc = (T, ExpSum<T>);

    /// Few enough for the nearest cache to keep them for the passes after the first.
    const LEAF: usize = LANES * ROUNDS;

    #[inline(always)]
    fn neutral(self) -> Self::Acc {
        (T::LOWEST, Num::ZERO)
    }

    #[inline(always)]
    fn lift(self, x: T) -> Self::Acc {
        (x, exp(x.sub(shift(x))))
    }

    #[inline(always)]
    fn combine(self, a: Self::Acc, b: Self::Acc) -> Self::Acc {
        let greatest = a.0.maximum(b.0);
        let scaled = |(of, sum): Self::Acc| sum.mul(exp(shift(of).sub(shift(greatest))));
        (greatest, scaled(a).add(scaled(b)))
    }

    #[inline(always)]
    fn leaf<const L: usize, const STEP: usize>(
        self,
        n: usize,
        get: impl Fn(usize) -> T + Copy,
        ahead: impl Fn(usize),
    ) -> Self::Acc {
        let greatest = fold_lanes::<_, L, STEP>(
            n,
            T::LOWEST,
            ahead,
            #[inline(always)]
            |acc, i| acc.maximum(get(i)),
            T::maximum,
        );
        let shift = shift(greatest);
        let sum = fold_lanes::<_, L, STEP>(
            n,
            ExpSum::<T>::ZERO,
            |_| (),
            #[inline(always)]
            |acc, i| acc.add(exp(get(i).sub(shift))),
            Num::add,
        );
        (greatest, sum)
    }

    #[inline(always)]
    fn leaves(self, accs: &mut [Self::Acc], rows: usize, get: impl Fn(usize, usize) -> T + Copy) {
        let width = accs.len();
        let (mut greatest, mut sums) = ([T::LOWEST; LANES], [ExpSum::<T>::ZERO; LANES]);
        fold_rows(
            &mut greatest[..width],
            rows,
            T::LOWEST,
            #[inline(always)]
            |acc, i, j| acc.maximum(get(i, j)),
        );
        let shifts = greatest.map(shift);
        fold_rows(
            &mut sums[..width],
            rows,
            Num::ZERO,
            #[inline(always)]
            |acc, i, j| Num::add(acc, exp(get(i, j).sub(shifts[j]))),
        );
        for (acc, result) in accs.iter_mut().zip(greatest.into_iter().zip(sums)) {
            *acc = result;
        }
    }
}
