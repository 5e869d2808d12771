//! burn, with its backend `flex`.

use array_core::Array;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::answer::Answer;

pub type Burn<const D: usize> = Tensor<D>;

/// A transposed array stays one.
pub fn burn<const D: usize>(a: &Array<f32>) -> Tensor<D> {
    if D == 2 && !a.is_contiguous() {
        return burn(&a.t()).transpose();
    }
    Tensor::from_data(TensorData::new(a.to_vec(), a.shape()), &Device::flex())
}

/// A transposed array stays one.
pub fn burn_f64<const D: usize>(a: &Array<f64>) -> Tensor<D> {
    if D == 2 && !a.is_contiguous() {
        return burn_f64(&a.t()).transpose();
    }
    Tensor::from_data(TensorData::new(a.to_vec(), a.shape()), (&Device::flex(), DType::F64))
}

pub fn burn_i64<const D: usize>(a: &Array<i64>) -> Tensor<D, Int> {
    Tensor::from_data(TensorData::new(a.to_vec(), a.shape()), (&Device::flex(), DType::I64))
}

impl<const D: usize, K: burn::tensor::kind::Basic> Answer for Tensor<D, K> {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        self.to_data()
            .try_cast_as::<f64>()
            .and_then(|data| data.try_into_vec::<f64>())
            .map_err(|error| format!("{error:?}"))
    }
}
