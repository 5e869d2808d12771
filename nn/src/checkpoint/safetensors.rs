//! Parameters in the file format that other libraries read.

use std::collections::BTreeMap;
use std::path::Path;

use array_core::io::{AnyArray, SafeTensors, read_safetensors, write_safetensors};
use array_core::{Array, DType};

use super::restore::Differences;
use crate::error::{Error, Result};
use crate::module::{Module, Param};
use crate::scalar::Scalar;

/// How the weights in a file lie.
///
/// Names are the same in both: the paths of fields. What differs is the order of axes of those parameters that a layer
/// has made by [`Param::transposed_in_pytorch`]: of the layers here, `weight` of [`Dense`](crate::Dense),
/// `in_proj_weight` of [`MultiHeadAttention`](crate::MultiHeadAttention), and `weight_ih_…` and `weight_hh_…` of
/// [recurrent networks](crate::Recurrent). Nothing is guessed from names or shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightLayout {
    /// As the arrays are here: (in, out).
    Native,
    /// As in PyTorch's `state_dict`: (out, in).
    PyTorch,
}

impl WeightLayout {
    fn transposes<T: Scalar>(self, param: &Param<T>) -> bool {
        self == WeightLayout::PyTorch && param.is_transposed_in_pytorch()
    }

    /// The parameter as it lies in a file.
    fn saved<T: Scalar>(self, param: &Param<T>) -> Array<T> {
        if self.transposes(param) { param.value().t() } else { param.value().clone() }
    }
}

/// Names that a model and a file do not share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unmatched {
    /// Parameters of the model that the file lacks.
    pub missing: Vec<String>,
    /// Tensors of the file that the model lacks.
    pub unexpected: Vec<String>,
}

/// Writes a model's parameters as a safetensors file, replacing an older one as a whole or not at all.
///
/// # Errors
/// If the file cannot be written; an older one is left as it was then.
///
/// ```
/// use array_core::default_rng;
/// use nn::{Dense, WeightLayout, load_safetensors, save_safetensors};
/// let path = std::env::temp_dir().join(format!("nn-doc-{}.safetensors", std::process::id()));
/// let model: Dense = Dense::new(3, 2, &mut default_rng(0));
/// save_safetensors(&model, &path, WeightLayout::PyTorch)?; // a weight of shape (2, 3)
///
/// let mut restored: Dense = Dense::new(3, 2, &mut default_rng(1));
/// load_safetensors(&mut restored, &path, WeightLayout::PyTorch, true)?;
/// assert_eq!(restored.weight.value(), model.weight.value());
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nn::Error>(())
/// ```
pub fn save_safetensors<T: Scalar>(
    model: &impl Module<T>,
    path: impl AsRef<Path>,
    layout: WeightLayout,
) -> Result<()>
where
    AnyArray: From<Array<T>>,
{
    let mut tensors = Vec::new();
    model.for_each_param(|path, param| tensors.push((path.to_string(), layout.saved(param))));
    // PyTorch's own loaders ask for the format.
    let metadata = (layout == WeightLayout::PyTorch).then_some(("format", "pt"));
    write_safetensors(path, tensors, metadata).map_err(Error::File)
}

/// Gives a model the parameters of a safetensors file; floating-point tensors are converted to the model's type.
///
/// If `strict`, the names have to be the same; else what they have in common is loaded, and the rest returned. The
/// shapes have to agree in any case.
///
/// # Errors
/// [`Error::File`] if the file cannot be read or is damaged; [`Error::Mismatch`] with all missing, unexpected and
/// mis-shaped parameters at once, where shapes are those of files in this layout; [`Error::Checkpoint`] with all
/// parameters whose tensors are no floating-point numbers. The model has not been changed then.
pub fn load_safetensors<T: Scalar>(
    model: &mut impl Module<T>,
    path: impl AsRef<Path>,
    layout: WeightLayout,
    strict: bool,
) -> Result<Unmatched> {
    let path = path.as_ref();
    let SafeTensors { tensors, .. } = read_safetensors(path).map_err(Error::File)?;
    let saved = tensors.iter().map(|(name, array)| (name.as_str(), array.shape()));
    let differences = Differences::between(model, saved, |param| layout.saved(param).shape().to_vec());
    let unmatched =
        Unmatched { missing: differences.missing.clone(), unexpected: differences.unexpected.clone() };
    if strict || !differences.shapes.is_empty() {
        differences.refuse()?;
    }
    load(model, tensors, layout, path)?;
    Ok(unmatched)
}

/// Writes tensors of the right shapes into the parameters of their names.
fn load<T: Scalar>(
    model: &mut impl Module<T>,
    tensors: Vec<(String, AnyArray)>,
    layout: WeightLayout,
    path: &Path,
) -> Result<()> {
    let tensors: BTreeMap<String, AnyArray> = tensors.into_iter().collect();
    let mut refused = Vec::new();
    model.for_each_param(|name, _| match tensors.get(name).map(AnyArray::dtype) {
        None | Some(DType::Float64 | DType::Float32 | DType::Float16 | DType::BFloat16) => {}
        Some(other) => refused.push(format!("{name} is {other}")),
    });
    if !refused.is_empty() {
        let message = format!("{}, and floating-point numbers are wanted", refused.join(", "));
        return Err(Error::Checkpoint { path: path.to_path_buf(), message });
    }
    model.for_each_param_mut(|name, param| {
        if let Some(tensor) = tensors.get(name) {
            let value: Array<T> = tensor.cast();
            let value = if layout.transposes(param) { value.t() } else { value };
            // A copy: the parameter is to be written in place, and to lie in row-major order.
            *param.value_mut() = value.copy();
        }
    });
    Ok(())
}
