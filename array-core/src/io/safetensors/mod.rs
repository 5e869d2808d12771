//! Safetensors: arrays with names, and texts about them.
//!
//! ```text
//! bytes   contents
//! 0..8    length of the header, little-endian
//! 8..     header: JSON, {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [BEGIN, END]}, …,
//!         "__metadata__": {"KEY": "TEXT", …}}, padded with spaces
//! …       elements, little-endian, in row-major order; offsets count from here
//! ```
//!
//! Source: the format's description at <https://huggingface.co/docs/safetensors>.

mod header;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::any::AnyArray;
use super::atomic::atomic_write;
use super::bytes::ByteOrder;
use super::fault::{Fault, read_file};
use crate::error::Result;
use header::{Header, Tensor};

/// The longest header that is read, as in the original implementation.
const MAX_HEADER: u64 = 100_000_000;

/// What a safetensors file holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SafeTensors {
    /// The arrays by name, in the order of their elements in the file.
    pub tensors: Vec<(String, AnyArray)>,
    /// Texts about the arrays: the file's `__metadata__`.
    pub metadata: BTreeMap<String, String>,
}

/// Reads a safetensors file.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) if the file cannot be read; [`Error::File`](crate::Error::File) if it is no
/// safetensors file: a header of other JSON than the format's, names given twice, element types without counterpart
/// here, elements that overlap, leave gaps or do not fit their shapes, bytes missing or left over.
///
/// ```
/// use array_core::{Array, io};
/// let path = std::env::temp_dir().join(format!("array-core-doc-{}.safetensors", std::process::id()));
/// let weight = Array::<f32>::ones([2, 3]);
/// let metadata = [("made by", "hand")];
/// io::write_safetensors(&path, [("weight", &weight)], metadata)?;
/// let file = io::read_safetensors(&path)?;
/// assert_eq!(file.tensors, [("weight".to_string(), weight.into())]);
/// assert_eq!(file.metadata["made by"], "hand");
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), array_core::Error>(())
/// ```
pub fn read_safetensors(path: impl AsRef<Path>) -> Result<SafeTensors> {
    read_file("read_safetensors", path.as_ref(), read)
}

/// As [`read_safetensors`], from anything that can be read, from where it stands to its end.
pub fn read_safetensors_from(mut reader: impl Read + Seek) -> Result<SafeTensors> {
    read(&mut reader).map_err(|fault| fault.of("read_safetensors", None))
}

/// Writes a safetensors file, replacing an older one as a whole or not at all.
///
/// Elements are ordered by the size of their type, then by name, as in the original implementation, so that all are
/// aligned.
///
/// # Errors
/// If the file cannot be written, if two tensors have one name or one is called `__metadata__`, and for
/// `complex128`, which the format has not got.
pub fn write_safetensors(
    path: impl AsRef<Path>,
    tensors: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
    metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> Result<()> {
    let path = path.as_ref();
    let written = Prepared::new(tensors, metadata)
        .and_then(|prepared| atomic_write(path, |file| prepared.write(file)).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_safetensors", Some(path)))
}

/// As [`write_safetensors`], to anything that can be written.
pub fn write_safetensors_to(
    mut writer: impl Write,
    tensors: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
    metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
) -> Result<()> {
    let written =
        Prepared::new(tensors, metadata).and_then(|prepared| prepared.write(&mut writer).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_safetensors", None))
}

fn read(reader: &mut (impl Read + Seek)) -> std::result::Result<SafeTensors, Fault> {
    let start = reader.stream_position()?;
    let length = reader.seek(SeekFrom::End(0))?.saturating_sub(start);
    reader.seek(SeekFrom::Start(start))?;
    if length < 8 {
        return Err(Fault::at(length, "the file ends here, and the length of its header takes 8 bytes"));
    }
    let mut number = [0; 8];
    reader.read_exact(&mut number)?;
    let size = u64::from_le_bytes(number);
    if size > MAX_HEADER || size > length - 8 {
        let message = format!(
            "a header of {size} bytes, where {} are left and at most {MAX_HEADER} are allowed",
            length - 8
        );
        return Err(Fault::at(0, message));
    }
    let mut text = vec![0; size as usize];
    reader.read_exact(&mut text)?;
    let header = Header::parse(&text)?;
    drop(text);
    header.demand(length - 8 - size)?;

    let Header { tensors, metadata } = header;
    let tensors = tensors.into_iter().map(|Tensor { name, dtype, shape, .. }| {
        let array = AnyArray::read(reader, ByteOrder::Little, dtype, &shape);
        let array = array.map_err(|fault| fault.within(&format!("tensor {name:?}")))?;
        Ok((name, array))
    });
    Ok(SafeTensors { tensors: tensors.collect::<std::result::Result<_, Fault>>()?, metadata })
}

/// Tensors that can be written.
struct Prepared {
    header: Vec<u8>,
    arrays: Vec<AnyArray>,
}

impl Prepared {
    fn new(
        tensors: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
        metadata: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> std::result::Result<Prepared, Fault> {
        let mut tensors: Vec<(String, AnyArray)> =
            tensors.into_iter().map(|(name, array)| (name.into(), array.into())).collect();
        tensors.sort_by(|(a, x), (b, y)| (y.dtype().itemsize(), a).cmp(&(x.dtype().itemsize(), b)));
        let metadata = metadata.into_iter().map(|(key, text)| (key.into(), text.into())).collect();
        let header = header::encode(&tensors, metadata)?;
        Ok(Prepared { header, arrays: tensors.into_iter().map(|(_, array)| array).collect() })
    }

    fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        writer.write_all(&(self.header.len() as u64).to_le_bytes())?;
        writer.write_all(&self.header)?;
        self.arrays.iter().try_for_each(|array| array.write(writer))
    }
}
