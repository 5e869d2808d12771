//! Matrix products.

use std::borrow::Cow;

use crate::array::Array;
use crate::error::{Error, OrPanic, Result};
use crate::kernels::gemm::{Base, Gemm, gemm};
use crate::kernels::operand::In;
use crate::layout::broadcast::broadcast_shapes;
use crate::layout::{Layout, Shape};
use crate::view_mut::ViewMut;

/// The layouts of both operands as batches of matrices, and the shape of their product.
struct Plan<'a> {
    a: Cow<'a, Layout>,
    b: Cow<'a, Layout>,
    product: Shape,
}

/// Applies NumPy's rules: a 1-D operand is a row on the left and a column on the right, and leading axes
/// broadcast. The product keeps the axes of size 1 that stand for the missing ones.
fn plan<'a>(op: &'static str, a: &'a Layout, b: &'a Layout) -> Result<Plan<'a>> {
    let error = |rule| Error::Shapes { op, shapes: [a.shape().to_vec(), b.shape().to_vec()], rule };
    if a.ndim() == 0 || b.ndim() == 0 {
        return Err(error("both operands need at least one axis"));
    }
    let a_matrix = if a.ndim() == 1 { Cow::Owned(a.with_axis(0)) } else { Cow::Borrowed(a) };
    let b_matrix = if b.ndim() == 1 { Cow::Owned(b.with_axis(1)) } else { Cow::Borrowed(b) };
    let (batch_a, m_k) = a_matrix.shape().split_at(a_matrix.ndim() - 2);
    let (batch_b, k_n) = b_matrix.shape().split_at(b_matrix.ndim() - 2);
    if m_k[1] != k_n[0] {
        let rule = if b.ndim() == 1 {
            "the last axis of the first must equal the axis of the second"
        } else {
            "the last axis of the first must equal the last but one of the second"
        };
        return Err(error(rule));
    }
    if batch_a.is_empty() && batch_b.is_empty() {
        let product = Shape::from_slice(&[m_k[0], k_n[1]]);
        return Ok(Plan { a: a_matrix, b: b_matrix, product });
    }
    let batch =
        broadcast_shapes(op, batch_a, batch_b).map_err(|_| error("the batch axes do not broadcast"))?;
    let with_batch = |matrix: &[usize]| -> Shape { batch.iter().chain(matrix).copied().collect() };
    Ok(Plan {
        a: Cow::Owned(a_matrix.broadcast_to(op, &with_batch(m_k))?),
        b: Cow::Owned(b_matrix.broadcast_to(op, &with_batch(k_n))?),
        product: with_batch(&[m_k[0], k_n[1]]),
    })
}

impl<T: Gemm> Array<T> {
    /// The matrix product: `numpy.matmul`, `a @ b`.
    ///
    /// (…, m, k) · (…, k, n) → (…, m, n). Leading axes are a batch and broadcast. A 1-D operand counts as a
    /// row on the left or a column on the right, and its axis is missing from the result.
    ///
    /// ```
    /// use array_core::Array;
    /// let a = Array::arange(0.0, 6.0, 1.0).reshape([2, 3]);
    /// let x = Array::from_vec([1.0, 0.0, -1.0], 3);
    /// assert_eq!(a.matmul(&x).to_vec(), [-2.0, -2.0]);
    /// assert_eq!(a.matmul(&a.t()).shape(), [2, 2]);
    /// ```
    ///
    /// # Panics
    /// If the inner sizes differ, the batches do not broadcast, or an operand has no axis.
    #[track_caller]
    pub fn matmul(&self, other: &Array<T>) -> Array<T> {
        self.try_matmul(other).or_panic()
    }

    /// As [`Array::matmul`]; fails where it panics.
    pub fn try_matmul(&self, other: &Array<T>) -> Result<Array<T>> {
        self.product("matmul", other, Base::Zero)
    }

    /// `self.matmul(other) + row`, for a row with an element per column of `other`, in the last pass of the product:
    /// `torch.addmm`. A dense layer.
    ///
    /// ```
    /// use array_core::array;
    /// let (x, w) = (array![[1.0, 2.0]], array![[1.0, 0.0], [0.0, 1.0]]);
    /// assert_eq!(x.matmul_plus(&w, &array![10.0, 20.0]), array![[11.0, 22.0]]);
    /// ```
    ///
    /// # Panics
    /// If the operands do not fit together, as in [`Array::matmul`], or the row has another shape.
    #[track_caller]
    pub fn matmul_plus(&self, other: &Array<T>, row: &Array<T>) -> Array<T> {
        self.try_matmul_plus(other, row).or_panic()
    }

    /// As [`Array::matmul_plus`]; fails where it panics.
    pub fn try_matmul_plus(&self, other: &Array<T>, row: &Array<T>) -> Result<Array<T>> {
        if other.ndim() < 2 || row.shape() != &other.shape()[other.ndim() - 1..] {
            return Err(Error::Shapes {
                op: "matmul_plus",
                shapes: [other.shape().to_vec(), row.shape().to_vec()],
                rule: "the row must have an element per column of the matrix",
            });
        }
        let row = row.contiguous();
        self.product("matmul_plus", other, Base::Row(row.as_slice().unwrap_or_default()))
    }

    fn product(&self, op: &'static str, other: &Array<T>, base: Base<'_, T>) -> Result<Array<T>> {
        let Plan { a, b, product } = plan(op, self.layout(), other.layout())?;
        let mut result = Array::build(Self::new_layout(op, &product)?, |out| {
            gemm(out, In::new(self.data(), &a), In::new(other.data(), &b), base);
        });
        // The axes that stood for those of 1-D operands.
        if other.ndim() == 1 {
            result = result.squeeze(-1);
        }
        if self.ndim() == 1 {
            result = result.squeeze(if other.ndim() == 1 { -1 } else { -2 });
        }
        Ok(result)
    }
}

/// `out = a @ b`, or `out += a @ b` if `accumulate`, without an array for the product.
///
/// # Panics
/// If the operands do not fit together or `out` does not have their product's shape. Operands of one axis are
/// not accepted here.
#[track_caller]
pub fn matmul_into<T: Gemm>(out: &mut ViewMut<'_, T>, a: &Array<T>, b: &Array<T>, accumulate: bool) {
    try_matmul_into(out, a, b, accumulate).or_panic();
}

/// As [`matmul_into`]; fails, and writes nothing, where it panics.
pub fn try_matmul_into<T: Gemm>(
    out: &mut ViewMut<'_, T>,
    a: &Array<T>,
    b: &Array<T>,
    accumulate: bool,
) -> Result<()> {
    let plan = plan("matmul_into", a.layout(), b.layout())?;
    if out.shape() != &plan.product[..] {
        let shapes = [out.shape().to_vec(), plan.product.to_vec()];
        return Err(Error::Shapes {
            op: "matmul_into",
            shapes,
            rule: "the output must have the product's shape",
        });
    }
    gemm(
        out.out(),
        In::new(a.data(), &plan.a),
        In::new(b.data(), &plan.b),
        if accumulate { Base::C } else { Base::Zero },
    );
    Ok(())
}
