//! Parts of a `.npy` file, read by way of the system's page cache.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use super::super::any::AnyArray;
use super::super::fault::{Fault, read_file};
use super::Header;
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::kernels::mapped::Mapped;

/// A `.npy` file that is mapped into memory: `numpy.load(path, mmap_mode="r")`. Made by [`map_npy`].
///
/// Opening it reads the header only. [`MappedNpy::read_rows`] copies some rows into an array, and no more than their
/// pages are fetched from the disk.
#[derive(Debug)]
pub struct MappedNpy {
    header: Header,
    /// Nothing, if there are no elements.
    bytes: Option<Mapped>,
}

/// Maps a `.npy` file, of which then parts can be read.
///
/// What is read is in the machine's order of bytes and aligned, whatever the file has. A file that is *replaced*
/// ([`write_npy`](super::write_npy)) stays as it was for those who have mapped it. A file that is *written to* while it
/// is mapped shows some of the old bytes and some of the new ones; one that is *cut short* ends the process with a
/// signal when what is gone is read, as every mapped file does.
///
/// # Errors
/// As [`read_npy`](super::read_npy); also if the system cannot map the file.
///
/// ```
/// use array_core::{Array, io};
/// let path = std::env::temp_dir().join(format!("array-core-doc-{}-mapped.npy", std::process::id()));
/// io::write_npy(&path, Array::arange(0i64, 30, 1).reshape([10, 3]))?;
/// let mapped = io::map_npy(&path)?;
/// assert_eq!(mapped.shape(), [10, 3]);
/// assert_eq!(mapped.read_rows(4..6)?.try_into::<i64>()?.to_vec(), [12, 13, 14, 15, 16, 17]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), array_core::Error>(())
/// ```
pub fn map_npy(path: impl AsRef<Path>) -> Result<MappedNpy> {
    read_file("map_npy", path.as_ref(), map)
}

fn map(reader: &mut BufReader<File>) -> std::result::Result<MappedNpy, Fault> {
    let header = Header::read(reader)?;
    let file = reader.get_ref();
    header.demand(file.metadata()?.len())?;
    if header.nbytes == 0 {
        return Ok(MappedNpy { header, bytes: None });
    }
    let bytes = Mapped::new(file)?;
    // It may have shrunk since.
    header.demand(bytes.len() as u64)?;
    Ok(MappedNpy { header, bytes: Some(bytes) })
}

impl MappedNpy {
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.header.dtype
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Copies all elements into an array.
    ///
    /// # Errors
    /// If bytes represent no element (a `bool` that is neither 0 nor 1).
    pub fn read(&self) -> Result<AnyArray> {
        let mut elements = self.runs(0, self.header.nbytes as usize, 1, 0);
        self.header.read_elements(&mut elements).map_err(|fault| fault.of("read", None))
    }

    /// Copies the slices at these positions of the first axis into an array.
    ///
    /// # Errors
    /// If there is no first axis, the range does not lie in it, or bytes represent no element.
    pub fn read_rows(&self, rows: Range<usize>) -> Result<AnyArray> {
        let op = "read_rows";
        let Header { dtype, order, fortran, ref shape, nbytes, .. } = self.header;
        let Some(&count) = shape.first().filter(|&&count| rows.start <= rows.end && rows.end <= count) else {
            let message = format!("rows {rows:?} do not lie in shape {shape:?}");
            return Err(Error::Value { op, message });
        };
        let mut part = [&[rows.len()], &shape[1..]].concat();
        let (runs, item) = if fortran {
            // The first axis is the one whose elements lie side by side: rows are a piece of each of its lanes.
            part.reverse();
            (shape[1..].iter().product(), dtype.itemsize())
        } else {
            (1, nbytes as usize / count.max(1))
        };
        let mut elements = self.runs(rows.start * item, rows.len() * item, runs, count * item);
        let array = AnyArray::read(&mut elements, order, dtype, &part).map_err(|fault| fault.of(op, None))?;
        Ok(if fortran { array.t() } else { array })
    }

    /// Several runs of bytes of one length, the first at `first` behind the header, each `distance` behind the other.
    fn runs(&self, first: usize, len: usize, count: usize, distance: usize) -> Runs<'_> {
        let at = self.header.len as usize + first;
        Runs { bytes: self.bytes.as_ref(), at, done: 0, len, count, distance }
    }
}

/// Runs of bytes one after the other.
struct Runs<'a> {
    bytes: Option<&'a Mapped>,
    /// Where the present run begins, and how much of it has been read.
    at: usize,
    done: usize,
    /// The length of each, how many are left, and from where to where it is to the next.
    len: usize,
    count: usize,
    distance: usize,
}

impl Read for Runs<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.done == self.len && self.count > 0 {
            self.at += self.distance;
            self.done = 0;
            self.count -= 1;
        }
        let Some(bytes) = self.bytes.filter(|_| self.count > 0) else { return Ok(0) };
        let count = out.len().min(self.len - self.done);
        bytes.copy(self.at + self.done, &mut out[..count]);
        self.done += count;
        Ok(count)
    }
}
