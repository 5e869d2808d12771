//! Convolutions of images and their transposes.

use array_core::{Array, Convolution};
use smallvec::SmallVec;

use super::super::Var;
use crate::scalar::Scalar;

impl<'t, T: Scalar> Var<'t, T> {
    /// Convolves images: (batch, channels, height, width) → (batch, filters, rows, columns), as
    /// [`Convolution::apply`], with a weight of (filters, channels per group, high, wide) and a bias of (filters).
    ///
    /// # Panics
    /// If the shapes do not fit together.
    #[track_caller]
    pub fn conv2d(self, weight: Var<'t, T>, bias: Option<Var<'t, T>>, conv: &Convolution) -> Var<'t, T> {
        let (x, w, b) = (self.value(), weight.value(), bias.map(Var::value));
        let value = self.tape().expect(conv.try_apply(&x, &w, b.as_ref()));
        let (conv, size, filter) = (*conv, [x.shape()[2], x.shape()[3]], [w.shape()[2], w.shape()[3]]);
        let vjp_w = move |g: Array<T>| conv.weight_gradient(&x, &g, filter);
        let vjp_x = move |g: Array<T>| conv.transposed(&g, &w, size, None);
        let mut edges: SmallVec<_> = bias.map(|bias| bias.edge(channel_sums)).into_iter().collect();
        edges.extend([weight.edge(vjp_w), self.edge(vjp_x)]);
        self.tape().record_all("conv2d", value, edges)
    }

    /// The transpose of a convolution: (batch, filters, rows, columns) → (batch, channels, height, width), where
    /// height and width are `size`; as [`Convolution::transposed`], with a weight of (filters, channels per group,
    /// high, wide) and a bias of (channels).
    ///
    /// # Panics
    /// If the shapes do not fit together: a convolution of images of this size has to give this shape.
    #[track_caller]
    pub fn conv_transpose2d(
        self,
        weight: Var<'t, T>,
        bias: Option<Var<'t, T>>,
        conv: &Convolution,
        size: [usize; 2],
    ) -> Var<'t, T> {
        let (x, w, b) = (self.value(), weight.value(), bias.map(Var::value));
        let value = self.tape().expect(conv.try_transposed(&x, &w, size, b.as_ref()));
        let (conv, filter) = (*conv, [w.shape()[2], w.shape()[3]]);
        let vjp_w = move |g: Array<T>| conv.weight_gradient(&g, &x, filter);
        let vjp_x = move |g: Array<T>| conv.apply(&g, &w, None);
        let mut edges: SmallVec<_> = bias.map(|bias| bias.edge(channel_sums)).into_iter().collect();
        edges.extend([weight.edge(vjp_w), self.edge(vjp_x)]);
        self.tape().record_all("conv_transpose2d", value, edges)
    }
}

/// The gradient of a bias that was added to every channel.
fn channel_sums<T: Scalar>(g: Array<T>) -> Array<T> {
    g.sum_axis([0, 2, 3])
}

#[cfg(test)]
pub(super) fn checks() -> Vec<super::checks::Check> {
    use super::checks::Check;
    let one = Convolution::default();
    let odd = Convolution { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 };
    let cases: [([&'static [usize]; 3], Convolution); 4] = [
        ([&[2, 2, 4, 3], &[3, 2, 2, 2], &[3]], one),
        ([&[1, 4, 3, 4], &[2, 2, 3, 2], &[2]], odd),
        ([&[1, 1, 1, 1], &[1, 1, 1, 1], &[1]], one),
        ([&[0, 1, 2, 2], &[1, 1, 2, 2], &[1]], one),
    ];
    let mut checks = Vec::new();
    for (shapes, conv) in cases {
        checks.push(Check::shapes("conv2d", shapes, move |[x, w, b]| x.conv2d(w, Some(b), &conv)));
    }
    checks.push(Check::shapes("conv2d", [&[2, 1, 3, 3], &[2, 1, 2, 2]], |[x, w]| {
        x.conv2d(w, None, &Convolution::default())
    }));
    checks.push(Check::shapes("conv_transpose2d", [&[2, 2, 2, 3], &[2, 3, 2, 2], &[3]], |[x, w, b]| {
        x.conv_transpose2d(w, Some(b), &Convolution::default(), [3, 4])
    }));
    checks.push(Check::shapes("conv_transpose2d", [&[1, 2, 2, 3], &[2, 1, 3, 2], &[2]], move |[x, w, b]| {
        x.conv_transpose2d(w, Some(b), &odd, [4, 1])
    }));
    checks
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_twins;
    use super::*;

    /// Each tap is a product of matrices: x moved by the tap, times the tap's weights.
    #[test]
    fn conv2d_is_its_composed_twin() {
        fn composed<'t>(x: Var<'t, f64>, w: Var<'t, f64>) -> Var<'t, f64> {
            let mut taps = Vec::new();
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let moved = x.slice((.., .., i..i + 3, j..j + 2)).reshape([2, 3, 6]);
                taps.push(w.slice((.., .., i, j)).matmul(moved));
            }
            Var::sum_of(&taps).reshape([2, 5, 3, 2])
        }
        let one = Convolution::default();
        assert_twins(
            [&[2, 3, 4, 3], &[5, 3, 2, 2], &[5]],
            |[x, w, b]| x.conv2d(w, Some(b), &one),
            |[x, w, b]| composed(x, w) + b.reshape([5, 1, 1]),
        );
    }

    /// With stride 1 and no padding: the convolution, with filters turned around, of the image in a frame of zeros.
    #[test]
    fn conv_transpose2d_is_its_composed_twin() {
        let one = Convolution::default();
        let framed = Convolution { padding: [1, 1], ..one };
        assert_twins(
            [&[2, 3, 4, 3], &[3, 5, 2, 2]],
            |[x, w]| x.conv_transpose2d(w, None, &one, [5, 4]),
            move |[x, w]| {
                use array_core::step;
                let turned = w.permute([1, 0, 2, 3]).slice((.., .., step(.., -1), step(.., -1)));
                x.conv2d(turned, None, &framed)
            },
        );
    }
}
