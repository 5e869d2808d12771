//! Labels that are classes: checked, weighted, ignored; and the mean over them.

use array_core::{Array, Error, Integer};

use super::Reduction;
use crate::autograd::Var;
use crate::scalar::Scalar;

/// What losses of classes have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings<T: Scalar> {
    pub class_weights: Option<Array<T>>,
    pub ignore_index: Option<i64>,
    pub reduction: Reduction,
}

/// The labels of all rows.
pub(super) struct Classes<T: Scalar> {
    /// How many classes there are.
    pub count: usize,
    /// The label of each row; `None` if it is ignored.
    pub labels: Vec<Option<usize>>,
    weights: Option<Vec<T>>,
    reduction: Reduction,
}

impl<T: Scalar> Settings<T> {
    /// Reads the labels, of shape (…), of rows of shape (…, classes).
    #[track_caller]
    pub fn classes<I: Integer>(&self, op: &'static str, x: Var<'_, T>, labels: &Array<I>) -> Classes<T> {
        let (shape, tape) = (x.shape(), x.tape());
        let count = match shape.split_last() {
            Some((&count, rows)) if rows == labels.shape() => count,
            _ => {
                let shapes = [shape, labels.shape().to_vec()];
                let rule = "logits must be (…, classes) and labels (…)";
                tape.expect(Err(Error::Shapes { op, shapes, rule }))
            }
        };
        let ignored = self.ignore_index.and_then(|label| isize::try_from(label).ok());
        let class = |(row, &label): (usize, &I)| match label.to_isize() {
            index if index.is_some() && index == ignored => Ok(None),
            Some(class) if (0..count as isize).contains(&class) => Ok(Some(class as usize)),
            _ => {
                let message = format!("label {label:?} of row {row} is no class of {count}");
                Err(Error::Value { op, message })
            }
        };
        let labels = labels.contiguous();
        let labels = labels.as_slice().unwrap_or_default().iter();
        let labels = tape.expect(labels.enumerate().map(class).collect());
        Classes { count, labels, weights: self.weights(op, x, count), reduction: self.reduction }
    }

    /// The class weights, one for each of `count` classes.
    #[track_caller]
    pub fn weights(&self, op: &'static str, x: Var<'_, T>, count: usize) -> Option<Vec<T>> {
        let weights = self.class_weights.as_ref()?;
        if weights.shape() != [count] {
            let shapes = [x.shape(), weights.shape().to_vec()];
            let rule = "there must be one weight for each class, along the last axis";
            x.tape().expect::<()>(Err(Error::Shapes { op, shapes, rule }));
        }
        Some(weights.to_vec())
    }
}

impl<T: Scalar> Classes<T> {
    /// The weight of a class.
    pub fn weight(&self, class: usize) -> T {
        self.weights.as_ref().map_or(T::ONE, |weights| weights[class])
    }

    /// What a mean divides by: the sum of the weights of the labels that are not ignored.
    fn total(&self) -> T {
        let labels = self.labels.iter().flatten();
        match &self.weights {
            None => T::from_f64(labels.count() as f64),
            Some(weights) => labels.map(|&class| weights[class]).collect::<Array<T>>().sum(),
        }
    }

    /// The losses of rows, reduced; if they stay, in this shape.
    pub fn reduce(&self, losses: Array<T>, shape: &[usize]) -> Array<T> {
        match self.reduction {
            Reduction::Mean => Array::scalar(losses.sum().div(self.total())),
            Reduction::Sum => Array::scalar(losses.sum()),
            Reduction::None => losses.reshape(shape),
        }
    }

    /// The gradient of each row's loss, from that of the reduced loss; 0 for rows that are ignored.
    pub fn factors(&self, g: &Array<T>) -> Vec<T> {
        let of_all = match self.reduction {
            Reduction::Mean => Some(g.item().div(self.total())),
            Reduction::Sum => Some(g.item()),
            Reduction::None => None,
        };
        let g: Vec<T> = of_all.map_or_else(|| g.to_vec(), |factor| vec![factor; self.labels.len()]);
        g.into_iter().zip(&self.labels).map(|(g, label)| if label.is_some() { g } else { T::ZERO }).collect()
    }
}
