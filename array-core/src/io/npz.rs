//! NumPy's file of several arrays: a zip archive of `.npy` files.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::any::AnyArray;
use super::atomic::atomic_write;
use super::fault::{Fault, read_file};
use super::npy::{Header, Npy};
use crate::error::Result;

/// Members of this many bytes and more are marked as large, before it is known what deflating makes of them.
const LARGE: u64 = 1 << 31;

/// Reads a `.npz` file, its arrays in the order of the archive: `numpy.load`.
///
/// Members may be stored or deflated. Checksums are verified. A deflated member that is longer than the whole file is
/// inflated twice: first to see that what it promises is there, and only then into memory.
///
/// # Errors
/// [`Error::Io`](crate::Error::Io) if the file cannot be read; [`Error::File`](crate::Error::File) if it is no archive,
/// if it is damaged, if members share a name or overlap, or if one is no `.npy` file that
/// [`read_npy`](super::read_npy) would read.
///
/// ```
/// use array_core::{Array, io};
/// let path = std::env::temp_dir().join(format!("array-core-doc-{}.npz", std::process::id()));
/// let (a, b) = (Array::arange(0, 6, 1), Array::scalar(0.5f32));
/// io::write_npz(&path, [("a", io::AnyArray::from(&a)), ("b", io::AnyArray::from(&b))])?;
/// let arrays = io::read_npz(&path)?;
/// assert_eq!(arrays, [("a".to_string(), a.into()), ("b".to_string(), b.into())]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), array_core::Error>(())
/// ```
pub fn read_npz(path: impl AsRef<Path>) -> Result<Vec<(String, AnyArray)>> {
    read_file("read_npz", path.as_ref(), read)
}

/// As [`read_npz`], from anything that can be read.
pub fn read_npz_from(mut reader: impl Read + Seek) -> Result<Vec<(String, AnyArray)>> {
    read(&mut reader).map_err(|fault| fault.of("read_npz", None))
}

/// Writes a `.npz` file of named arrays, replacing an older one as a whole or not at all: `numpy.savez`.
///
/// # Errors
/// If the file cannot be written, if two arrays have one name, and for what NumPy has not got: `bfloat16`, and more
/// than 64 axes.
pub fn write_npz(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
) -> Result<()> {
    write_file(path.as_ref(), prepare(arrays), CompressionMethod::Stored)
}

/// As [`write_npz`], deflated: `numpy.savez_compressed`.
///
/// # Errors
/// As [`write_npz`].
pub fn write_npz_compressed(
    path: impl AsRef<Path>,
    arrays: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
) -> Result<()> {
    write_file(path.as_ref(), prepare(arrays), CompressionMethod::Deflated)
}

/// As [`write_npz`], to anything that can be written.
pub fn write_npz_to(
    writer: impl Write + Seek,
    arrays: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
) -> Result<()> {
    let written = prepare(arrays)
        .and_then(|members| write(&members, writer, CompressionMethod::Stored).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_npz", None))
}

type Members = Vec<(String, Npy)>;

fn prepare(
    arrays: impl IntoIterator<Item = (impl Into<String>, impl Into<AnyArray>)>,
) -> std::result::Result<Members, Fault> {
    let mut members = Members::new();
    for (name, array) in arrays {
        let name = name.into() + ".npy";
        let npy = Npy::new(array.into()).map_err(|fault| fault.within(&name))?;
        members.push((name, npy));
    }
    let mut names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::whole(format!("two arrays are called {}", pair[0]))),
        None => Ok(members),
    }
}

fn write_file(
    path: &Path,
    members: std::result::Result<Members, Fault>,
    method: CompressionMethod,
) -> Result<()> {
    let written = members
        .and_then(|members| atomic_write(path, |file| write(&members, file, method)).map_err(Fault::Io));
    written.map_err(|fault| fault.of("write_npz", Some(path)))
}

fn write(members: &Members, writer: impl Write + Seek, method: CompressionMethod) -> io::Result<()> {
    let mut archive = ZipWriter::new(writer);
    for (name, npy) in members {
        let options = SimpleFileOptions::default().compression_method(method).large_file(npy.len() >= LARGE);
        archive.start_file(name.as_str(), options)?;
        npy.write(&mut archive)?;
    }
    archive.finish()?.flush()
}

impl From<ZipError> for Fault {
    fn from(error: ZipError) -> Fault {
        match error {
            ZipError::Io(error) => error.into(),
            other => Fault::whole(other.to_string()),
        }
    }
}

fn read(reader: &mut (impl Read + Seek)) -> std::result::Result<Vec<(String, AnyArray)>, Fault> {
    let length = reader.seek(SeekFrom::End(0))?;
    let mut archive = ZipArchive::new(reader)?;
    if archive.has_duplicate_names() {
        return Err(Fault::whole("two members have one name"));
    }
    if archive.has_overlapping_entries()? {
        return Err(Fault::whole("members overlap"));
    }
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let file_name = archive.by_index_raw(index)?.name()?.into_owned();
        let array = read_member(&mut archive, index, length).map_err(|fault| fault.within(&file_name))?;
        let name = file_name.strip_suffix(".npy");
        let name = name.ok_or_else(|| Fault::whole(format!("the member {file_name} is no .npy file")))?;
        arrays.push((name.to_string(), array));
    }
    Ok(arrays)
}

/// Reads the array of one member of an archive of this length.
fn read_member(
    archive: &mut ZipArchive<impl Read + Seek>,
    index: usize,
    length: u64,
) -> std::result::Result<AnyArray, Fault> {
    let mut member = archive.by_index(index)?;
    let header = Header::read(&mut member)?;
    header.demand(member.size())?;
    if header.total() > length {
        verify_rest(&mut member, header.len())?;
    }
    drop(member);
    let mut member = archive.by_index(index)?;
    Header::read(&mut member)?;
    let array = header.read_elements(&mut member)?;
    verify_rest(&mut member, header.total())?;
    Ok(array)
}

/// Reads what is left of a member, `read` bytes from its beginning; its checksum is verified at the end.
fn verify_rest(member: &mut ZipFile<'_, impl Read>, read: u64) -> std::result::Result<(), Fault> {
    let size = member.size();
    let length = read + io::copy(&mut member.by_ref().take(size - read + 1), &mut io::sink())?;
    if length != size {
        let what = if length > size { "more".to_string() } else { length.to_string() };
        return Err(Fault::whole(format!("it is said to have {size} bytes, and has {what}")));
    }
    Ok(())
}
