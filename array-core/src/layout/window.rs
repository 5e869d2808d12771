//! Windows that move along an axis: where convolutions and pools look.

use std::ops::Range;

/// A window of `size` taps, `dilation` apart, that moves along an axis in steps of `stride`; the axis is thought to
/// go on by `padding` elements at both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// The number of taps.
    pub size: usize,
    /// The distance of neighbouring places of the window.
    pub stride: usize,
    /// How many elements the axis is thought to have before its first and after its last.
    pub padding: usize,
    /// The distance of neighbouring taps.
    pub dilation: usize,
}

impl Window {
    /// A window of neighbours that moves one by one and stays inside.
    pub fn new(size: usize) -> Window {
        Window { size, stride: 1, padding: 0, dilation: 1 }
    }

    /// How many elements the window spans: (size − 1)·dilation + 1.
    pub fn extent(self) -> Option<usize> {
        self.size.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)
    }

    /// The number of places on an axis of this size, ⌊(input + 2·padding − extent) / stride⌋ + 1; `None` if the
    /// window does not fit, or has no taps, no stride or no dilation.
    pub fn places(self, input: usize) -> Option<usize> {
        let room = input.checked_add(self.padding.checked_mul(2)?)?.checked_sub(self.extent()?)?;
        (self.dilation > 0).then_some(room.checked_div(self.stride)?.checked_add(1)?)
    }

    /// As [`Window::places`], rounded up: a last window may stick out at the end, but has to start inside the axis or
    /// in the padding before it. PyTorch's `ceil_mode`.
    pub fn places_ceil(self, input: usize) -> Option<usize> {
        let whole = self.places(input)?;
        let next = whole.checked_mul(self.stride)?;
        let covered = next - self.stride + self.extent()?;
        let sticks_out = covered < input + 2 * self.padding && next < input + self.padding;
        Some(whole + usize::from(sticks_out))
    }

    /// The places, of those given, at which a tap lies on an axis of this size.
    #[inline(always)]
    pub(crate) fn inside(self, places: Range<usize>, tap: usize, input: usize) -> Range<usize> {
        let tap = tap * self.dilation;
        let first = self.padding.saturating_sub(tap).div_ceil(self.stride);
        let end = (input + self.padding).saturating_sub(tap).div_ceil(self.stride);
        let start = first.clamp(places.start, places.end);
        start..end.clamp(start, places.end)
    }

    /// The elements of an axis of this size that the window shows at a place. For windows without dilation.
    pub(crate) fn shown(self, place: usize, input: usize) -> Range<usize> {
        let start = place * self.stride;
        let clip = |at: usize| at.saturating_sub(self.padding).min(input);
        clip(start)..clip(start + self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All windows of small numbers, against the list of indices that each shows.
    #[test]
    fn places_and_taps_are_those_counted_one_by_one() {
        let numbers = |n: usize| (0..n).flat_map(move |a| (0..n).map(move |b| (a, b)));
        for ((size, stride), (padding, dilation)) in numbers(4).flat_map(|a| numbers(4).map(move |b| (a, b)))
        {
            let window = Window { size, stride, padding, dilation };
            for input in 0..9 {
                let Some(places) = window.places(input) else {
                    let fits = input + 2 * padding > (size.max(1) - 1) * dilation;
                    assert!(size == 0 || stride == 0 || dilation == 0 || !fits, "{window:?} on {input}");
                    continue;
                };
                let last = |place: usize| place * stride + (size - 1) * dilation;
                assert!(last(places - 1) < input + 2 * padding && last(places) >= input + 2 * padding);
                for tap in 0..size {
                    let on_axis = |&place: &usize| {
                        let index = (place * stride + tap * dilation).checked_sub(padding);
                        index.is_some_and(|index| index < input)
                    };
                    let expected: Vec<usize> = (0..places).filter(on_axis).collect();
                    let found: Vec<usize> = window.inside(0..places, tap, input).collect();
                    assert_eq!(found, expected, "{window:?}, tap {tap}, on {input}");
                }
            }
        }
    }
}
