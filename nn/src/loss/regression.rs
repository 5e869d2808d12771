//! Distances of numbers.

use super::elementwise::of_difference;
use super::losses;
use crate::autograd::Var;
use crate::scalar::Scalar;

losses! {
    /// The squared difference (x − y)²: PyTorch's `MSELoss`.
    Mse() {}

    /// The absolute difference |x − y|, with derivative 0 at 0: PyTorch's `L1Loss`.
    Mae() {}

    /// ½·(x − y)² where |x − y| ≤ δ, and δ·(|x − y| − ½·δ) beyond: PyTorch's `HuberLoss`, whose δ is 1 by default.
    ///
    /// Source: P. J. Huber, "Robust Estimation of a Location Parameter", Ann. Math. Statist. 35, 1964.
    Huber(delta: f64) {}

    /// ½·(x − y)²/β where |x − y| < β, and |x − y| − ½·β beyond: PyTorch's `SmoothL1Loss`, whose β is 1 by default.
    /// With β = 0 the absolute difference.
    SmoothL1(beta: f64) {}
}

impl Mse {
    /// The loss of a prediction x and a target y of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        self.reduction.apply(of_difference("mse", prediction, target, |d: T| d.mul(d), |d| d.add(d)))
    }
}

impl Mae {
    /// The loss of a prediction x and a target y of one shape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        self.reduction.apply(of_difference("mae", prediction, target, T::abs, T::sign))
    }
}

impl Huber {
    /// The loss of a prediction x and a target y of one shape.
    ///
    /// # Panics
    /// If the shapes differ, or δ is not positive.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        assert!(self.delta > 0.0, "Huber: δ must be positive, but is {}", self.delta);
        let (delta, half) = (T::from_f64(self.delta), T::from_f64(0.5));
        let f = move |d: T| match d.abs() {
            size if size <= delta => half.mul(d).mul(d),
            size => delta.mul(size.sub(half.mul(delta))),
        };
        let slope = move |d: T| if d.abs() < delta { d } else { delta.mul(d.sign()) };
        self.reduction.apply(of_difference("huber", prediction, target, f, slope))
    }
}

impl SmoothL1 {
    /// The loss of a prediction x and a target y of one shape.
    ///
    /// # Panics
    /// If the shapes differ, or β is negative.
    #[track_caller]
    pub fn of<'t, T: Scalar>(self, prediction: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        assert!(self.beta >= 0.0, "SmoothL1: β must not be negative, but is {}", self.beta);
        let (beta, half) = (T::from_f64(self.beta), T::from_f64(0.5));
        let f = move |d: T| match d.abs() {
            size if size < beta => half.mul(d).mul(d).div(beta),
            size => size.sub(half.mul(beta)),
        };
        let slope = move |d: T| if d.abs() < beta { d.div(beta) } else { d.sign() };
        self.reduction.apply(of_difference("smooth_l1", prediction, target, f, slope))
    }
}
