//! The header of a `.npy` file.

use std::io::Read;

use super::super::any::AnyArray;
use super::super::bytes::ByteOrder;
use super::super::fault::Fault;
use super::literal::Literals;
use crate::dtype::DType;

type Result<T> = std::result::Result<T, Fault>;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that NumPy reads unless told otherwise.
const MAX_HEADER: usize = 10_000;
/// The most axes that NumPy's arrays have.
const MAX_RANK: usize = 64;
/// Elements begin at a multiple of this.
const ALIGN: usize = 64;
/// Digits that the first axis may grow to without moving the elements.
const GROWTH_DIGITS: usize = 21;

/// What a file says about its array.
#[derive(Debug)]
pub(in super::super) struct Header {
    pub(super) dtype: DType,
    pub(super) order: ByteOrder,
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
    /// Bytes before the elements.
    pub(super) len: u64,
    /// Bytes of the elements.
    pub(super) nbytes: u64,
}

impl Header {
    /// Reads the header; the reader is left at the first element.
    pub fn read(reader: &mut dyn Read) -> Result<Header> {
        let start = read_bytes(reader, 8, 0)?;
        if !start.starts_with(MAGIC) {
            return Err(Fault::at(0, "this is no .npy file: it does not begin with \"\\x93NUMPY\""));
        }
        let width = match (start[6], start[7]) {
            (1, 0) => 2,
            (2 | 3, 0) => 4,
            (major, minor) => {
                let message = format!("version {major}.{minor} is not known here, only 1.0, 2.0 and 3.0");
                return Err(Fault::at(6, message));
            }
        };
        let length = read_bytes(reader, width, 8)?;
        let length = length.iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte));
        if length > MAX_HEADER {
            let message = format!("a header of {length} bytes, where at most {MAX_HEADER} are allowed");
            return Err(Fault::at(8, message));
        }
        let offset = (8 + width) as u64;
        let text = read_bytes(reader, length, offset)?;
        Header::parse(&text, offset)
    }

    /// Reads the dictionary, which begins at `offset`.
    fn parse(text: &[u8], offset: u64) -> Result<Header> {
        let mut literals = Literals::new(text, offset);
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        literals.expect(b'{')?;
        while !literals.accept(b'}') {
            let place = literals.place();
            let key = literals.string("a key")?;
            literals.expect(b':')?;
            let value = literals.place();
            let known = match key {
                b"descr" => {
                    let name = literals.string("a string as descr (records have no counterpart here)")?;
                    descr.replace(element_type(name, value)?).is_none()
                }
                b"fortran_order" => {
                    fortran.replace(literals.boolean("True or False as fortran_order")?).is_none()
                }
                b"shape" => shape.replace((literals.tuple("a tuple as shape", MAX_RANK)?, value)).is_none(),
                _ => false,
            };
            if !known {
                let key = String::from_utf8_lossy(key);
                return Err(Fault::at(place, format!("the key {key:?} is unknown or there twice")));
            }
            if !literals.accept(b',') {
                literals.expect(b'}')?;
                break;
            }
        }
        literals.end()?;
        let missing = |key| move || Fault::at(offset, format!("the key \"{key}\" is missing"));
        let (dtype, order) = descr.ok_or_else(missing("descr"))?;
        let fortran = fortran.ok_or_else(missing("fortran_order"))?;
        let (shape, place) = shape.ok_or_else(missing("shape"))?;
        // Without sizes of 0, so that no order of axes overflows either.
        let sizes = shape.iter().filter(|&&n| n != 0);
        let most = sizes.copied().try_fold(dtype.itemsize() as u64, u64::checked_mul);
        let most = most.filter(|&bytes| isize::try_from(bytes).is_ok());
        let most =
            most.ok_or_else(|| Fault::at(place, format!("the shape {shape:?} exceeds the address space")))?;
        let nbytes = if shape.contains(&0) { 0 } else { most };
        let shape = shape.iter().map(|&n| n as usize).collect();
        Ok(Header { dtype, order, fortran, shape, len: offset + text.len() as u64, nbytes })
    }

    /// Bytes before the elements.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Bytes of the header and the elements.
    pub fn total(&self) -> u64 {
        self.len + self.nbytes
    }

    /// Refuses a file of this length, if the elements do not fit into it.
    pub fn demand(&self, length: u64) -> Result<()> {
        if self.total() <= length {
            return Ok(());
        }
        let Header { dtype, shape, len, nbytes, .. } = self;
        let left = length.saturating_sub(*len);
        let message = format!("shape {shape:?} and dtype {dtype} need {nbytes} bytes, and {left} are left");
        Err(Fault::at(*len, message))
    }

    /// Reads the elements, whose bytes have been demanded.
    pub fn read_elements(&self, reader: &mut dyn Read) -> Result<AnyArray> {
        let Header { dtype, order, fortran, shape, .. } = self;
        if *fortran {
            let reversed: Vec<usize> = shape.iter().rev().copied().collect();
            Ok(AnyArray::read(reader, *order, *dtype, &reversed)?.t())
        } else {
            AnyArray::read(reader, *order, *dtype, shape)
        }
    }
}

/// Reads bytes of the header, which begin at `offset`.
fn read_bytes(reader: &mut dyn Read, count: usize, offset: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    let got = reader.take(count as u64).read_to_end(&mut bytes)?;
    if got < count {
        let end = offset + got as u64;
        return Err(Fault::at(
            end,
            format!("the file ends here, {} bytes before its header does", count - got),
        ));
    }
    Ok(bytes)
}

/// NumPy's element types that exist here: letter of the kind and size in bytes.
const DTYPES: [(&str, DType); 14] = [
    ("f8", DType::Float64),
    ("f4", DType::Float32),
    ("f2", DType::Float16),
    ("i8", DType::Int64),
    ("i4", DType::Int32),
    ("i2", DType::Int16),
    ("i1", DType::Int8),
    ("u8", DType::UInt64),
    ("u4", DType::UInt32),
    ("u2", DType::UInt16),
    ("u1", DType::UInt8),
    ("b1", DType::Bool),
    ("c16", DType::Complex128),
    ("c8", DType::Complex64),
];

/// Reads an element type such as `<f8`: order of bytes, kind, size.
fn element_type(descr: &[u8], place: u64) -> Result<(DType, ByteOrder)> {
    let unknown = || {
        let descr = String::from_utf8_lossy(descr);
        Fault::at(place, format!("the element type {descr:?} has no counterpart here"))
    };
    let (order, code) = match descr {
        [b'>', code @ ..] => (ByteOrder::Big, code),
        [b'<' | b'|', code @ ..] => (ByteOrder::Little, code),
        [b'=', code @ ..] if cfg!(target_endian = "little") => (ByteOrder::Little, code),
        [b'=', code @ ..] => (ByteOrder::Big, code),
        _ => return Err(unknown()),
    };
    let known = DTYPES.iter().find(|(name, _)| name.as_bytes() == code);
    known.map(|&(_, dtype)| (dtype, order)).ok_or_else(unknown)
}

/// The bytes before the elements, as NumPy writes them.
pub(super) fn encode(dtype: DType, fortran: bool, shape: &[usize]) -> Result<Vec<u8>> {
    let Some((code, _)) = DTYPES.iter().find(|(_, known)| *known == dtype) else {
        return Err(Fault::whole(format!("NumPy has no element type {dtype}")));
    };
    if shape.len() > MAX_RANK {
        let message = format!("{} axes, where NumPy's arrays have at most {MAX_RANK}", shape.len());
        return Err(Fault::whole(message));
    }
    let order = if dtype.itemsize() == 1 { '|' } else { '<' };
    let fortran_order = if fortran { "True" } else { "False" };
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let tuple = match &sizes[..] {
        [one] => format!("({one},)"),
        sizes => format!("({})", sizes.join(", ")),
    };
    let mut header =
        format!("{{'descr': '{order}{code}', 'fortran_order': {fortran_order}, 'shape': {tuple}, }}");
    // The axis that grows when data are appended.
    if let Some(growing) = if fortran { sizes.last() } else { sizes.first() } {
        header.push_str(&" ".repeat(GROWTH_DIGITS - growing.len()));
    }
    let unpadded = MAGIC.len() + 4 + header.len() + 1;
    // NumPy's formula: a full line of spaces, where none would do.
    header.push_str(&" ".repeat(ALIGN - unpadded % ALIGN));
    header.push('\n');

    let mut bytes = MAGIC.to_vec();
    // Version 1 has room for 65,535 bytes; 64 axes take less than 2,000.
    bytes.extend([1, 0]);
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    Ok(bytes)
}
