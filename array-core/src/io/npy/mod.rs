//! NumPy's file of one array.
//!
//! ```text
//! bytes   contents
//! 0..6    "\x93NUMPY"
//! 6, 7    version: 1, 2 or 3; minor 0
//! 8..     length of the header, little-endian: 2 bytes in version 1, 4 in later ones
//! …       header: a Python dictionary as text, padded with spaces to a multiple of 64 bytes, and a line feed
//! …       elements
//! ```
//!
//! Source: `numpy/lib/_format_impl.py`.

mod header;
mod literal;
#[cfg(feature = "memmap")]
mod map;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

pub(super) use header::Header;
#[cfg(feature = "memmap")]
pub use map::{MappedNpy, map_npy};

use super::any::AnyArray;
use super::atomic::atomic_write;
use super::fault::{Fault, read_file};
use crate::error::Result;

/// Reads a `.npy` file: `numpy.load`.
///
/// All versions, both orders of bytes and both orders of axes; an array in Fortran order comes as a view with
/// reversed strides. Bytes behind the array are ignored, as NumPy does.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) if the file cannot be read; [`Error::File`](crate::Error::File) if it is no `.npy`
/// file, is damaged, or holds elements that have no counterpart here (objects, text, dates, records).
///
/// ```
/// use array_core::{Array, io};
/// let path = std::env::temp_dir().join(format!("array-core-doc-{}.npy", std::process::id()));
/// let a = Array::arange(0, 6, 1).reshape([2, 3]);
/// io::write_npy(&path, &a)?;
/// assert_eq!(io::read_npy(&path)?.try_into::<i64>()?, a);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), array_core::Error>(())
/// ```
pub fn read_npy(path: impl AsRef<Path>) -> Result<AnyArray> {
    read_file("read_npy", path.as_ref(), read)
}

/// As [`read_npy`], from anything that can be read, from where it stands; it is left behind the array.
pub fn read_npy_from(mut reader: impl Read + Seek) -> Result<AnyArray> {
    read(&mut reader).map_err(|fault| fault.of("read_npy", None))
}

/// Writes a `.npy` file, replacing an older one as a whole or not at all: `numpy.save`.
///
/// The bytes are those that NumPy writes; an array that lies in Fortran order in memory is written so.
///
/// # Errors
/// If the file cannot be written, and for what NumPy has not got: `bfloat16`, and more than 64 axes.
pub fn write_npy(path: impl AsRef<Path>, array: impl Into<AnyArray>) -> Result<()> {
    let path = path.as_ref();
    let written =
        Npy::new(array.into()).and_then(|npy| atomic_write(path, |file| npy.write(file)).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_npy", Some(path)))
}

/// As [`write_npy`], to anything that can be written.
pub fn write_npy_to(mut writer: impl Write, array: impl Into<AnyArray>) -> Result<()> {
    let written = Npy::new(array.into()).and_then(|npy| npy.write(&mut writer).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_npy", None))
}

fn read(reader: &mut (impl Read + Seek)) -> std::result::Result<AnyArray, Fault> {
    let start = reader.stream_position()?;
    let length = reader.seek(SeekFrom::End(0))?.saturating_sub(start);
    reader.seek(SeekFrom::Start(start))?;
    let header = Header::read(reader)?;
    header.demand(length)?;
    header.read_elements(reader)
}

/// An array that can be written: NumPy has its element type and its rank.
pub(super) struct Npy {
    header: Vec<u8>,
    /// The array to write in row-major order: the transpose, if the header says Fortran order.
    array: AnyArray,
}

impl Npy {
    pub fn new(array: AnyArray) -> std::result::Result<Npy, Fault> {
        let transpose = array.t();
        let fortran = transpose.is_contiguous() && !array.is_contiguous();
        let header = header::encode(array.dtype(), fortran, array.shape())?;
        Ok(Npy { header, array: if fortran { transpose } else { array } })
    }

    /// Bytes that [`Npy::write`] writes.
    pub fn len(&self) -> u64 {
        (self.header.len() + self.array.nbytes()) as u64
    }

    pub fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        writer.write_all(&self.header)?;
        self.array.write(writer)
    }
}
