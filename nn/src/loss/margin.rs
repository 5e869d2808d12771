//! Losses that are 0 from a margin on.

use array_core::{Array, Error};

use super::elementwise::{expect_same_shape, of_pairs};
use super::losses;
use crate::autograd::Var;
use crate::scalar::Scalar;

losses! {
    /// max(0, margin − y·x), for targets y of −1 and 1, of scores x: the loss of support vector machines. The margin is 1
    /// by default.
    Hinge() {
        /// How far on the right side scores must lie.
        margin: f64 = 1.0;
    }

    /// x where y is 1, max(0, margin − x) where y is −1, for distances x: PyTorch's `HingeEmbeddingLoss`. The margin is 1
    /// by default.
    HingeEmbedding() {
        /// How far apart what is different must lie.
        margin: f64 = 1.0;
    }

    /// 1 − cos(a, b) where y is 1, max(0, cos(a, b) − margin) where y is −1, of the vectors along the last axis of a and b:
    /// PyTorch's `CosineEmbeddingLoss`. The margin is 0 by default.
    CosineEmbedding() {
        /// How much alike what is different may be.
        margin: f64 = 0.0;
    }

    /// max(0, ‖a − p‖ − ‖a − n‖ + margin) of anchors a, positives p and negatives n, vectors along the last axis:
    /// PyTorch's `TripletMarginLoss`. The margin is 1 by default.
    ///
    /// Norms are of differences plus 1e-6 in each component, as PyTorch's, so that they have derivatives everywhere.
    TripletMargin() {
        /// How much closer positives must be.
        margin: f64 = 1.0;
        /// The order of the norms.
        p: f64 = 2.0;
        /// Whether ‖p − n‖ takes the place of ‖a − n‖ where it is smaller.
        swap: bool = false;
    }
}

impl Hinge {
    /// The loss of scores and targets of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, scores: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        let margin = T::from_f64(self.margin);
        let inside = move |x: T, y: T| y.mul(x) < margin;
        let f = move |x: T, y: T| if inside(x, y) { margin.sub(y.mul(x)) } else { T::ZERO };
        let by_x = move |x: T, y: T| if inside(x, y) { y.neg() } else { T::ZERO };
        let by_y = move |x: T, y: T| if inside(x, y) { x.neg() } else { T::ZERO };
        self.reduction.apply(of_pairs("hinge", scores, target, f, by_x, by_y))
    }
}

/// Panics unless every target is −1 or 1; returns which are 1.
#[track_caller]
fn alike<T: Scalar>(op: &'static str, of: Var<'_, T>, target: &Array<T>) -> Array<bool> {
    if let Some(y) = target.iter().find(|y| y.abs() != T::ONE) {
        let message = format!("target {y:?} is neither −1 nor 1");
        of.tape().expect::<()>(Err(Error::Value { op, message }));
    }
    target.greater(T::ZERO)
}

impl HingeEmbedding {
    /// The loss of distances and targets of one shape.
    ///
    /// # Panics
    /// If the shapes differ, or a target is neither −1 nor 1.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, distances: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        let op = "hinge_embedding";
        expect_same_shape(op, distances, target);
        let alike = alike(op, distances, &target.value());
        let different = (-distances + T::from_f64(self.margin)).relu();
        self.reduction.apply(distances.where_(&alike, different))
    }
}

impl CosineEmbedding {
    /// The loss of vectors a and b of shape (…, width) and targets of shape (…).
    ///
    /// # Panics
    /// If the shapes do not fit, or a target is neither −1 nor 1.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, a: Var<'t, T>, b: Var<'t, T>, target: &Array<T>) -> Var<'t, T> {
        let op = "cosine_embedding";
        expect_same_shape(op, a, b);
        let shapes = [a.shape(), target.shape().to_vec()];
        if shapes[0].split_last().is_none_or(|(_, rows)| rows != shapes[1]) {
            let rule = "vectors must be (…, width) and targets (…)";
            a.tape().expect::<()>(Err(Error::Shapes { op, shapes, rule }));
        }
        let alike = alike(op, a, target);
        // PyTorch's: a·b / √((a·a + ε)(b·b + ε))
        let square = |x: Var<'t, T>| x.square().sum_axis(-1) + T::from_f64(1e-12);
        let cosine = (a * b).sum_axis(-1) / (square(a) * square(b)).sqrt();
        let different = (cosine - T::from_f64(self.margin)).relu();
        self.reduction.apply((-cosine + T::ONE).where_(&alike, different))
    }
}

impl TripletMargin {
    /// The loss of anchors, positives and negatives of one shape (…, width).
    ///
    /// # Panics
    /// If the shapes differ, or there is no axis.
    #[track_caller]
    pub fn of<'t, T: Scalar>(
        self,
        anchor: Var<'t, T>,
        positive: Var<'t, T>,
        negative: Var<'t, T>,
    ) -> Var<'t, T> {
        let op = "triplet_margin";
        expect_same_shape(op, anchor, positive);
        expect_same_shape(op, anchor, negative);
        let distance = |a: Var<'t, T>, b: Var<'t, T>| (a - b + T::from_f64(1e-6)).norm_axis(-1, self.p);
        let near = distance(anchor, positive);
        let mut far = distance(anchor, negative);
        if self.swap {
            far = far.minimum(distance(positive, negative));
        }
        self.reduction.apply((near - far + T::from_f64(self.margin)).relu())
    }
}
