//! The format of MNIST.
//!
//! ```text
//! bytes   contents (all numbers big-endian)
//! 0, 1    0
//! 2       element type: 8 u8, 9 i8, 11 i16, 12 i32, 13 f32, 14 f64
//! 3       number of axes
//! 4..     size of each axis, 4 bytes
//! …       elements in row-major order
//! ```
//!
//! Source: <http://yann.lecun.com/exdb/mnist/>.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use array_core::DType;
use array_core::io::{AnyArray, ByteOrder};
use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};

/// Reads an IDX file, plain or compressed by gzip, whatever it is called.
///
/// A compressed file that is to inflate to more than its own length is inflated twice: first to see that what it
/// promises is there, and only then into memory.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Idx`] with the place if it is no IDX file, is damaged, or has
/// fewer or more elements than its sizes say.
///
/// ```no_run
/// let images = nn::data::idx::read("train-images-idx3-ubyte.gz")?;
/// let inputs = images.cast::<f32>().reshape([-1, 28 * 28]) / 255.0;
/// let labels = nn::data::idx::read("train-labels-idx1-ubyte.gz")?.cast::<i64>();
/// let train = nn::data::Dataset::new(inputs, labels);
/// # Ok::<(), nn::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<AnyArray> {
    let path = path.as_ref();
    let file = File::open(path).map_err(Error::io(path, "open"))?;
    read_file(BufReader::new(file)).map_err(|fault| match fault {
        Fault::Io(error) => Error::io(path, "read")(error),
        Fault::Contents(offset, message) => Error::Idx { path: path.to_path_buf(), offset, message },
    })
}

/// What is wrong with a file.
enum Fault {
    Io(io::Error),
    /// At this place of the (inflated) file.
    Contents(u64, String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

/// For `map_err`: damage that the decoder has found while it read the part that begins at `offset`.
fn damage(offset: u64) -> impl Fn(io::Error) -> Fault {
    move |error| match error.raw_os_error() {
        Some(_) => Fault::Io(error),
        None => Fault::Contents(offset, format!("damaged behind this place: {error}")),
    }
}

fn read_file(mut file: BufReader<File>) -> std::result::Result<AnyArray, Fault> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let compressed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let Header { dtype, shape, len, total } = Header::read(&mut contents(&mut file, compressed)?)?;
    let available = if !compressed {
        length
    } else if total > length {
        let mut prefix = contents(&mut file, compressed)?.take(total);
        io::copy(&mut prefix, &mut io::sink()).map_err(damage(len))?
    } else {
        total
    };
    if available < total {
        let message = format!("the file ends here; shape {shape:?} and dtype {dtype} end at byte {total}");
        return Err(Fault::Contents(available, message));
    }

    let mut reader = contents(&mut file, compressed)?;
    io::copy(&mut reader.by_ref().take(len), &mut io::sink())?;
    let array = AnyArray::from_reader(&mut reader, ByteOrder::Big, dtype, &shape)
        .map_err(|error| Fault::Contents(len, error.to_string()))?;
    // In the end of a compressed file its checksum is verified, too.
    match reader.read(&mut [0]).map_err(damage(total))? {
        0 => Ok(array),
        _ => Err(Fault::Contents(total, format!("expected the end behind shape {shape:?}, found more"))),
    }
}

/// The contents of the file from its beginning.
fn contents(file: &mut BufReader<File>, compressed: bool) -> io::Result<Box<dyn Read + '_>> {
    file.rewind()?;
    Ok(if compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

struct Header {
    dtype: DType,
    shape: Vec<usize>,
    /// Bytes of the header.
    len: u64,
    /// Bytes of the header and the elements.
    total: u64,
}

impl Header {
    fn read(reader: &mut dyn Read) -> std::result::Result<Header, Fault> {
        let start = read_bytes(reader, 4, 0)?;
        let dtype = match start[..3] {
            [0, 0, 8] => DType::UInt8,
            [0, 0, 9] => DType::Int8,
            [0, 0, 11] => DType::Int16,
            [0, 0, 12] => DType::Int32,
            [0, 0, 13] => DType::Float32,
            [0, 0, 14] => DType::Float64,
            [0, 0, other] => {
                let message = format!("expected the element type 8, 9 or 11 to 14, found {other}");
                return Err(Fault::Contents(2, message));
            }
            _ => {
                let message =
                    format!("expected two zeros, with which an IDX file begins, found {:?}", &start[..2]);
                return Err(Fault::Contents(0, message));
            }
        };
        let sizes = read_bytes(reader, 4 * usize::from(start[3]), 4)?;
        let sizes =
            sizes.chunks_exact(4).map(|bytes| bytes.iter().fold(0, |n, &byte| n << 8 | usize::from(byte)));
        let shape: Vec<usize> = sizes.collect();
        let len = 4 + 4 * shape.len() as u64;
        // Without sizes of 0, which hide those that overflow.
        let mut sizes = shape.iter().filter(|&&n| n != 0).map(|&n| n as u64);
        let nbytes = sizes.try_fold(dtype.itemsize() as u64, u64::checked_mul);
        let nbytes = nbytes.filter(|&bytes| isize::try_from(bytes).is_ok());
        let message = || format!("expected sizes within the address space, found {shape:?}");
        let nbytes = nbytes.ok_or_else(|| Fault::Contents(4, message()))?;
        let nbytes = if shape.contains(&0) { 0 } else { nbytes };
        Ok(Header { dtype, shape, len, total: len + nbytes })
    }
}

/// Reads bytes of the header, which begin at `offset`.
fn read_bytes(reader: &mut dyn Read, count: usize, offset: u64) -> std::result::Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    reader.take(count as u64).read_to_end(&mut bytes).map_err(damage(offset))?;
    if bytes.len() < count {
        let (end, header) = (offset + bytes.len() as u64, offset + count as u64);
        return Err(Fault::Contents(end, format!("the file ends here, and its header at byte {header}")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use array_core::Array;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("written to memory");
        encoder.finish().expect("written to memory")
    }

    fn read_back(name: &str, bytes: &[u8]) -> std::result::Result<AnyArray, String> {
        let path = std::env::temp_dir().join(format!("nn-idx-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).expect("written");
        let result = read(&path);
        std::fs::remove_file(&path).expect("removed");
        result.map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
    }

    /// 2×3 numbers of type `i16`.
    const GOOD: &[u8] = &[0, 0, 11, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 0, 2, 0, 3, 1, 0, 0xff, 0xff, 0x80, 0];

    #[test]
    fn every_element_type_is_read() {
        let values = Array::from_vec([1i16, 2, 3, 256, -1, -32768], [2, 3]);
        assert_eq!(read_back("plain", GOOD), Ok(values.clone().into()));
        assert_eq!(read_back("gzip", &gzip(GOOD)), Ok(values.into()));
        let one = |kind: u8, bytes: &[u8]| read_back("one", &[&[0, 0, kind, 0], bytes].concat());
        assert_eq!(one(8, &[200]), Ok(Array::scalar(200u8).into()));
        assert_eq!(one(9, &[200]), Ok(Array::scalar(-56i8).into()));
        assert_eq!(one(12, &[0, 0, 1, 2]), Ok(Array::scalar(258i32).into()));
        assert_eq!(one(13, &[0x3f, 0xc0, 0, 0]), Ok(Array::scalar(1.5f32).into()));
        assert_eq!(one(14, &[0xc0, 4, 0, 0, 0, 0, 0, 0]), Ok(Array::scalar(-2.5f64).into()));
        let empty = [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 9];
        assert_eq!(read_back("empty", &empty), Ok(Array::<u8>::zeros([0, 9]).into()));
        // More than the file's own length, so that it is inflated twice.
        let zeros = [&[0, 0, 8, 1, 0, 1, 0, 0][..], &[0; 1 << 16]].concat();
        assert_eq!(read_back("zeros", &gzip(&zeros)), Ok(Array::<u8>::zeros(1 << 16).into()));
    }

    #[test]
    fn faults_name_file_and_place_and_what_was_expected() {
        let fault = |bytes: &[u8]| read_back("fault", bytes).expect_err("a fault");
        let with = |at: usize, byte: u8| {
            let mut bytes = GOOD.to_vec();
            bytes[at] = byte;
            bytes
        };
        for length in 0..GOOD.len() {
            let (plain, packed) = (fault(&GOOD[..length]), fault(&gzip(&GOOD[..length])));
            let header = if length < 4 { 4 } else { 12 };
            if length < 12 {
                let expected =
                    format!("FILE: byte {length}: the file ends here, and its header at byte {header}");
                assert_eq!((&plain, &packed), (&expected, &expected));
            } else {
                let expected = "the file ends here; shape [2, 3] and dtype int16 end at byte 24";
                assert_eq!(plain, format!("FILE: byte {length}: {expected}"));
                assert!(packed.starts_with("FILE: byte 12: "), "{packed}");
            }
        }
        for form in [<[u8]>::to_vec, gzip] {
            assert_eq!(
                fault(&form(&with(0, 1))),
                "FILE: byte 0: expected two zeros, with which an IDX file begins, found [1, 0]"
            );
            assert_eq!(
                fault(&form(&with(2, 10))),
                "FILE: byte 2: expected the element type 8, 9 or 11 to 14, found 10"
            );
            assert_eq!(
                fault(&form(&[GOOD, &[0]].concat())),
                "FILE: byte 24: expected the end behind shape [2, 3], found more"
            );
            let huge = [&[0, 0, 14, 3][..], &[0xff; 12]].concat();
            assert_eq!(
                fault(&form(&huge)),
                "FILE: byte 4: expected sizes within the address space, found [4294967295, 4294967295, 4294967295]"
            );
            let large = [&[0, 0, 8, 1][..], &[0xff; 4], &[0; 100]].concat();
            assert_eq!(
                fault(&form(&large)),
                "FILE: byte 108: the file ends here; shape [4294967295] and dtype uint8 end at byte 4294967303"
            );
        }
        let packed = gzip(GOOD);
        for length in 2..packed.len() {
            assert!(fault(&packed[..length]).starts_with("FILE: byte "), "{length}");
        }
        let mut damaged = packed.clone();
        let checksum = packed.len() - 8;
        damaged[checksum] ^= 1;
        assert!(
            fault(&damaged).starts_with("FILE: byte 24: damaged behind this place: "),
            "{}",
            fault(&damaged)
        );
        assert!(
            read("/no/such/file").expect_err("none").to_string().starts_with("cannot open /no/such/file: ")
        );
    }
}
