//! The file of a checkpoint.
//!
//! ```text
//! bytes     contents (all numbers little-endian)
//! 0..8      "NNCKPT\r\n"
//! 8..12     version, 2
//! 12..16    CRC-32 of everything from byte 32 on
//! 16..24    length of the file
//! 24..32    length of the metadata
//! 32..      metadata (see `metadata.rs`)
//! …         tensors, each from a multiple of 64 bytes on, zeros in between
//! ```
//!
//! Tensors are raw little-endian elements in row-major order. The line feed behind the carriage return shows
//! files that were damaged by a transfer as text.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use array_core::Array;
use array_core::io::atomic_write;

use super::Checkpoint;
use super::metadata::{Metadata, Optimizer, Tensor};
use crate::error::{Error, Result};
use crate::optim::OptimizerState;
use crate::scalar::Scalar;
use crate::train::History;

const MAGIC: &[u8; 8] = b"NNCKPT\r\n";
const VERSION: u32 = 2;
const HEADER: usize = 32;
const ALIGN: usize = 64;

/// Lists arrays with their offsets still relative to the first tensor; returns where the next one begins.
fn list<'a, T: Scalar>(
    arrays: impl Iterator<Item = (&'a String, &'a Array<T>)>,
    next: &mut usize,
) -> Vec<Tensor> {
    let tensor = |(name, array): (&String, &Array<T>)| {
        let (shape, offset) = (array.shape().iter().map(|&n| n as u64).collect(), *next as u64);
        *next += array.nbytes().next_multiple_of(ALIGN);
        Tensor { name: name.clone(), shape, offset }
    };
    arrays.map(tensor).collect()
}

/// The bytes of the file.
pub(super) fn encode<T: Scalar>(checkpoint: &Checkpoint<T>) -> std::result::Result<Vec<u8>, String> {
    let Checkpoint { parameters, optimizer, averages, generator, position, history, notes } = checkpoint;
    let mut length = 0;
    let mut metadata = Metadata {
        dtype: T::DTYPE.to_string(),
        parameters: list(parameters.iter(), &mut length),
        optimizer: optimizer.as_ref().map(|state| Optimizer {
            kind: state.kind.clone(),
            steps: state.steps,
            learning_rate: state.learning_rate,
            arrays: list(state.arrays.iter().map(|(name, array)| (name, array)), &mut length),
        }),
        averages: list(averages.iter(), &mut length),
        generator: generator.as_ref().map(Into::into),
        position: position.into(),
        epochs: history.epochs.iter().map(Into::into).collect(),
        notes: notes.clone().into_iter().collect(),
    };
    // Offsets are of variable length, so the metadata is as long as it gets with the final ones: approach them.
    let mut start = 0;
    let encoded = loop {
        let encoded = metadata.encode()?;
        let needed = (HEADER + encoded.len()).next_multiple_of(ALIGN);
        if needed <= start {
            break encoded;
        }
        let tensors = metadata.optimizer.iter_mut().flat_map(|optimizer| &mut optimizer.arrays);
        for tensor in metadata.parameters.iter_mut().chain(tensors).chain(&mut metadata.averages) {
            tensor.offset += (needed - start) as u64;
        }
        start = needed;
    };

    let mut file = vec![0; HEADER];
    file.extend_from_slice(&encoded);
    file.resize(start, 0);
    let arrays = optimizer.iter().flat_map(|state| state.arrays.iter().map(|(_, array)| array));
    for array in parameters.values().chain(arrays).chain(averages.values()) {
        file.extend_from_slice(&array.to_le_bytes());
        file.resize(file.len().next_multiple_of(ALIGN), 0);
    }
    let checksum = crc32fast::hash(&file[HEADER..]);
    let length = file.len() as u64;
    file[..8].copy_from_slice(MAGIC);
    file[8..12].copy_from_slice(&VERSION.to_le_bytes());
    file[12..16].copy_from_slice(&checksum.to_le_bytes());
    file[16..24].copy_from_slice(&length.to_le_bytes());
    file[24..32].copy_from_slice(&(encoded.len() as u64).to_le_bytes());
    Ok(file)
}

pub(super) fn save<T: Scalar>(checkpoint: &Checkpoint<T>, path: &Path) -> Result<()> {
    let bytes =
        encode(checkpoint).map_err(|message| Error::Checkpoint { path: path.to_path_buf(), message })?;
    atomic_write(path, |file| file.write_all(&bytes)).map_err(Error::io(path, "write"))
}

pub(super) fn load<T: Scalar>(path: &Path) -> Result<Checkpoint<T>> {
    let bytes = fs::read(path).map_err(Error::io(path, "read"))?;
    parse(&bytes).map_err(|message| Error::Checkpoint { path: path.to_path_buf(), message })
}

/// A little-endian number at a place of the header, whose presence has been checked.
fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|i| bytes[at + i])
}

/// Reads a checkpoint from the bytes of its file, or says what is wrong with them.
fn parse<T: Scalar>(bytes: &[u8]) -> std::result::Result<Checkpoint<T>, String> {
    if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
        return Err("this is no checkpoint".to_string());
    }
    let version = u32::from_le_bytes(number(bytes, 8));
    if version != VERSION {
        return Err(format!("version {version} is not known here, only {VERSION}"));
    }
    let length = u64::from_le_bytes(number(bytes, 16));
    if length != bytes.len() as u64 {
        return Err(format!("the file should have {length} bytes and has {}", bytes.len()));
    }
    let checksum = crc32fast::hash(&bytes[HEADER..]);
    if checksum != u32::from_le_bytes(number(bytes, 12)) {
        return Err("the checksum is wrong: the file is damaged".to_string());
    }
    let metadata_length = usize::try_from(u64::from_le_bytes(number(bytes, 24))).ok();
    let end = metadata_length.and_then(|n| HEADER.checked_add(n)).filter(|&end| end <= bytes.len());
    let Some(end) = end else { return Err("the metadata is longer than the file".to_string()) };
    let metadata = Metadata::decode(&bytes[HEADER..end])?;
    if metadata.dtype != T::DTYPE.name() {
        return Err(format!("it holds {} and {} is wanted", metadata.dtype, T::DTYPE));
    }

    let parameters = read_tensors(&metadata.parameters, bytes)?;
    let averages = read_tensors(&metadata.averages, bytes)?;
    let shape = |name: &str| parameters.get(name).map(Array::shape);
    if let Some((name, _)) = averages.iter().find(|(name, average)| shape(name) != Some(average.shape())) {
        return Err(format!("the average of {name} is not that of a parameter"));
    }
    let optimizer = metadata.optimizer.map(|Optimizer { kind, steps, learning_rate, arrays }| {
        let arrays = arrays.iter().map(|tensor| Ok((tensor.name.clone(), read_tensor(tensor, bytes)?)));
        Ok::<_, String>(OptimizerState {
            kind,
            steps,
            learning_rate,
            arrays: arrays.collect::<std::result::Result<_, String>>()?,
        })
    });
    Ok(Checkpoint {
        parameters,
        optimizer: optimizer.transpose()?,
        averages,
        generator: metadata.generator.map(Into::into),
        position: metadata.position.into(),
        history: History {
            epochs: metadata.epochs.into_iter().map(Into::into).collect(),
            ..History::default()
        },
        notes: metadata.notes.into_iter().collect(),
    })
}

/// Tensors by name, each there once.
fn read_tensors<T: Scalar>(
    list: &[Tensor],
    bytes: &[u8],
) -> std::result::Result<BTreeMap<String, Array<T>>, String> {
    let mut tensors = BTreeMap::new();
    for tensor in list {
        if tensors.insert(tensor.name.clone(), read_tensor(tensor, bytes)?).is_some() {
            return Err(format!("tensor {} is there twice", tensor.name));
        }
    }
    Ok(tensors)
}

/// The elements of a tensor. Its size is checked against the file's before memory is asked for.
fn read_tensor<T: Scalar>(tensor: &Tensor, bytes: &[u8]) -> std::result::Result<Array<T>, String> {
    let Tensor { name, shape, offset } = tensor;
    let outside = || format!("tensor {name} of shape {shape:?} does not fit the file");
    let length = shape.iter().try_fold(size_of::<T>() as u64, |bytes, &n| bytes.checked_mul(n));
    let end = length.and_then(|length| offset.checked_add(length)).ok_or_else(outside)?;
    let range = usize::try_from(*offset).ok().zip(usize::try_from(end).ok());
    let elements = range.and_then(|(start, end)| bytes.get(start..end)).ok_or_else(outside)?;
    let sizes: Option<Vec<usize>> = shape.iter().map(|&n| usize::try_from(n).ok()).collect();
    Array::try_from_le_bytes(elements, sizes.ok_or_else(outside)?)
        .map_err(|error| format!("tensor {name}: {error}"))
}
