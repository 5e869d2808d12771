//! candle: tensors with their element type at run time.

use array_core::{Array, Element};
use candle_core::{DType, Device, Tensor, WithDType};

use crate::answer::Answer;

/// A transposed array stays one.
pub fn candle<T: Element + WithDType>(a: &Array<T>) -> Tensor {
    let tensor = if a.ndim() == 2 && !a.is_contiguous() {
        candle(&a.t()).t()
    } else {
        Tensor::from_vec(a.to_vec(), a.shape(), &Device::Cpu)
    };
    tensor.expect("as many elements as the shape says")
}

impl Answer for Tensor {
    fn numbers(&self) -> Result<Vec<f64>, String> {
        let numbers = || self.flatten_all()?.to_dtype(DType::F64)?.to_vec1();
        numbers().map_err(|error: candle_core::Error| error.to_string())
    }
}
