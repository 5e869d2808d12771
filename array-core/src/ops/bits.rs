//! `& | ^ ! << >>` on integers, and the same on masks.

use std::ops::{
    BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Not, Shl, ShlAssign, Shr, ShrAssign,
};

use super::arithmetic::operators;
use super::{binary, binary_inplace, binary_reusing, layout_like, map_to};
use crate::array::Array;
use crate::element::{Bits, Element, Integer};
use crate::error::{OrPanic, Result};
use crate::operand::Operand;
use crate::view_mut::ViewMut;

operators! {
    /// The bits set in both of every pair of elements; on masks, where both are true: `numpy.bitwise_and`.
    BitAnd bitand, BitAndAssign bitand_assign, try_bitwise_and, Bits::bitwise_and;
    /// The bits set in either of every pair of elements; on masks, where one is true: `numpy.bitwise_or`.
    BitOr bitor, BitOrAssign bitor_assign, try_bitwise_or, Bits::bitwise_or;
    /// The bits set in just one of every pair of elements; on masks, where they differ: `numpy.bitwise_xor`.
    BitXor bitxor, BitXorAssign bitxor_assign, try_bitwise_xor, Bits::bitwise_xor;
    /// Every element shifted left, zeros following: `numpy.left_shift`. Counts outside 0 .. bits give 0.
    Shl shl, ShlAssign shl_assign, try_left_shift, Integer::left_shift;
    /// Every element shifted right, its sign following: `numpy.right_shift`. Counts outside 0 .. bits give 0,
    /// or −1 for negative elements.
    Shr shr, ShrAssign shr_assign, try_right_shift, Integer::right_shift;
}

/// The bits that are not set; on masks, where they are false: `numpy.invert`.
impl<T: Bits> Not for &Array<T> {
    type Output = Array<T>;
    #[inline]
    fn not(self) -> Array<T> {
        map_to(layout_like(self), self, T::invert)
    }
}

impl<T: Bits> Not for Array<T> {
    type Output = Array<T>;
    #[inline]
    fn not(self) -> Array<T> {
        self.into_map(T::invert)
    }
}
