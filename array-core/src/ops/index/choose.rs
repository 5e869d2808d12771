//! Choosing between values: by a mask, by several masks, by number; and clipping.

use std::borrow::Borrow;

use crate::array::Array;
use crate::element::{Element, Integer, Real};
use crate::error::{Error, OrPanic, Result};
use crate::kernels::map::map3;
use crate::kernels::operand::In;
use crate::layout::broadcast::broadcast_shapes;
use crate::operand::{Operand, Source};
use crate::ops::{binary, binary_reusing, layout_like, map_to};

#[inline(always)]
fn choose<T>(mask: bool, x: T, y: T) -> T {
    if mask { x } else { y }
}

impl Array<bool> {
    /// Where the mask holds the first value, elsewhere the second, all broadcast: `numpy.where(mask, x, y)`.
    ///
    /// With the mask alone, `numpy.where` is [`Array::nonzero`].
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([-1.0, 2.0, -3.0], 3);
    /// assert_eq!(a.less(0.0).where_(0.0, &a).to_vec(), [0.0, 2.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn where_<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Array<T> {
        self.try_where(x, y).or_panic()
    }

    /// As [`Array::where_`]; fails where it panics.
    pub fn try_where<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Result<Array<T>> {
        let op = "where";
        match (x.source(), y.source()) {
            (Source::Scalar(x), Source::Scalar(y)) => Ok(map_to(
                layout_like(self),
                self,
                #[inline(always)]
                move |mask| choose(mask, x, y),
            )),
            (Source::Array(x), Source::Scalar(y)) => binary(
                op,
                self,
                x,
                #[inline(always)]
                move |mask, x| choose(mask, x, y),
            ),
            (Source::Scalar(x), Source::Array(y)) => binary(
                op,
                self,
                y,
                #[inline(always)]
                move |mask, y| choose(mask, x, y),
            ),
            (Source::Array(x), Source::Array(y)) => self.where_arrays(op, x, y),
        }
    }

    fn where_arrays<T: Element>(&self, op: &'static str, x: &Array<T>, y: &Array<T>) -> Result<Array<T>> {
        if self.layout() == x.layout() && x.layout() == y.layout() {
            return Ok(Array::build(layout_like(x), |out| {
                map3(out, self.operand(), x.operand(), y.operand(), choose);
            }));
        }
        let shape = broadcast_shapes(op, &broadcast_shapes(op, self.shape(), x.shape())?, y.shape())?;
        let layout = Array::<T>::new_layout(op, &shape)?;
        let (mask, of_x, of_y) =
            (self.stretched(op, &shape)?, x.stretched(op, &shape)?, y.stretched(op, &shape)?);
        Ok(Array::build(layout, |out| {
            map3(
                out,
                In::new(self.data(), &mask),
                In::new(x.data(), &of_x),
                In::new(y.data(), &of_y),
                choose,
            );
        }))
    }
}

/// For every element, the choice beside the first condition that holds, else the default, all broadcast:
/// `numpy.select`.
///
/// ```
/// use array_core::{Array, select};
/// let x = Array::from_vec([1, 4, 6, 9], 4);
/// let chosen = select(&[x.less(3), x.greater(5)], &[&-&x, &(&x * 10)], 0);
/// assert_eq!(chosen.to_vec(), [-1, 0, 60, 90]);
/// ```
///
/// # Panics
/// If there are no conditions, not as many choices, or the shapes do not broadcast.
#[track_caller]
pub fn select<T: Element>(
    conditions: &[impl Borrow<Array<bool>>],
    choices: &[impl Borrow<Array<T>>],
    default: impl Operand<T>,
) -> Array<T> {
    try_select(conditions, choices, default).or_panic()
}

/// As [`select`]; fails where it panics.
pub fn try_select<T: Element>(
    conditions: &[impl Borrow<Array<bool>>],
    choices: &[impl Borrow<Array<T>>],
    default: impl Operand<T>,
) -> Result<Array<T>> {
    if conditions.is_empty() || conditions.len() != choices.len() {
        let message = format!("{} conditions for {} choices", conditions.len(), choices.len());
        return Err(Error::Value { op: "select", message });
    }
    let default = default.source().to_array();
    // From last to first, so that the first condition has the last word.
    let mut pairs = conditions.iter().zip(choices).rev();
    pairs.try_fold(default, |chosen, (condition, choice)| {
        condition.borrow().where_arrays("select", choice.borrow(), &chosen)
    })
}

impl<I: Integer> Array<I> {
    /// For every element, the value of the choice it is the number of, all broadcast: `numpy.choose`.
    ///
    /// ```
    /// use array_core::Array;
    /// let numbers = Array::from_vec([1, 0, 1], 3);
    /// let (a, b) = (Array::from_vec([1.0, 2.0, 3.0], 3), Array::scalar(9.0));
    /// assert_eq!(numbers.choose(&[&a, &b]).to_vec(), [9.0, 2.0, 9.0]);
    /// ```
    ///
    /// # Panics
    /// If an element is not the number of a choice, or the shapes do not broadcast.
    #[track_caller]
    pub fn choose<T: Element>(&self, choices: &[impl Borrow<Array<T>>]) -> Array<T> {
        self.try_choose(choices).or_panic()
    }

    /// As [`Array::choose`]; fails where it panics.
    pub fn try_choose<T: Element>(&self, choices: &[impl Borrow<Array<T>>]) -> Result<Array<T>> {
        let (op, count) = ("choose", choices.len());
        let is_number = |i: &I| i.to_isize().is_some_and(|i| (0..count as isize).contains(&i));
        let outside = self.iter().find(|i| !is_number(i));
        let (None, Some((first, rest))) = (outside, choices.split_first()) else {
            let message = match outside {
                Some(number) => format!("{number:?} is not the number of one of {count} choices"),
                None => "at least one choice is needed".to_string(),
            };
            return Err(Error::Value { op, message });
        };
        let shape = broadcast_shapes(op, self.shape(), first.borrow().shape())?;
        let first = first.borrow().try_broadcast_to(&shape[..])?;
        rest.iter().zip(1..).try_fold(first, |chosen, (choice, number)| {
            let Some(number) = I::from_usize(number) else { return Ok(chosen) };
            self.equal(number).where_arrays(op, choice.borrow(), &chosen)
        })
    }
}

impl<T: Real> Array<T> {
    /// Every element forced into the interval from `low` to `high`, all broadcast: `numpy.clip`.
    ///
    /// This is `a.maximum(low).minimum(high)`: NaN stays NaN, and `high` wins over a greater `low`.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::from_vec([-2.0, 0.5, 3.0], 3);
    /// assert_eq!(a.clip(0.0, 1.0).to_vec(), [0.0, 0.5, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn clip(&self, low: impl Operand<T>, high: impl Operand<T>) -> Array<T> {
        self.try_clip(low, high).or_panic()
    }

    /// As [`Array::clip`]; fails where it panics.
    pub fn try_clip(&self, low: impl Operand<T>, high: impl Operand<T>) -> Result<Array<T>> {
        if let (Source::Scalar(low), Source::Scalar(high)) = (low.source(), high.source()) {
            return Ok(map_to(
                layout_like(self),
                self,
                #[inline(always)]
                move |x| x.maximum(low).minimum(high),
            ));
        }
        binary_reusing("clip", binary("clip", self, low, T::maximum)?, high, T::minimum)
    }
}
