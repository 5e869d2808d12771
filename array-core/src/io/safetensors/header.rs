//! The header of a safetensors file, and the only place that knows JSON.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::super::any::AnyArray;
use super::super::fault::Fault;
use crate::dtype::DType;

type Result<T> = std::result::Result<T, Fault>;

const METADATA: &str = "__metadata__";
/// The most axes of a tensor: NumPy's bound, and far above any other library's.
const MAX_RANK: usize = 64;

/// The element types of the format that exist here.
const DTYPES: [(&str, DType); 14] = [
    ("F64", DType::Float64),
    ("F32", DType::Float32),
    ("F16", DType::Float16),
    ("BF16", DType::BFloat16),
    ("I64", DType::Int64),
    ("I32", DType::Int32),
    ("I16", DType::Int16),
    ("I8", DType::Int8),
    ("U64", DType::UInt64),
    ("U32", DType::UInt32),
    ("U16", DType::UInt16),
    ("U8", DType::UInt8),
    ("BOOL", DType::Bool),
    ("C64", DType::Complex64),
];

/// What a file says about its tensors, in the order of their elements.
pub(super) struct Header {
    pub tensors: Vec<Tensor>,
    pub metadata: BTreeMap<String, String>,
}

pub(super) struct Tensor {
    pub name: String,
    pub dtype: DType,
    pub shape: Vec<usize>,
    /// Where the elements begin and end.
    offsets: (u64, u64),
}

/// A tensor as it stands in the header.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<'a> {
    #[serde(borrow)]
    dtype: Cow<'a, str>,
    shape: Sizes,
    data_offsets: (u64, u64),
}

/// A shape of a bounded number of sizes.
#[derive(Serialize)]
struct Sizes(Vec<usize>);

impl<'de> Deserialize<'de> for Sizes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Sizes, D::Error> {
        struct Bounded;
        impl<'de> Visitor<'de> for Bounded {
            type Value = Sizes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {MAX_RANK} sizes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Sizes, A::Error> {
                let mut sizes = Vec::new();
                while let Some(size) = list.next_element()? {
                    if sizes.len() == MAX_RANK {
                        return Err(A::Error::invalid_length(MAX_RANK + 1, &self));
                    }
                    sizes.push(size);
                }
                Ok(Sizes(sizes))
            }
        }
        deserializer.deserialize_seq(Bounded)
    }
}

/// Texts by name; a name given twice is a fault, where a map of serde's would keep the last.
struct Texts(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Texts, D::Error> {
        struct Unique;
        impl<'de> Visitor<'de> for Unique {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Texts, A::Error> {
                let mut texts = BTreeMap::new();
                while let Some((key, text)) = map.next_entry::<String, String>()? {
                    if let Some(twice) = texts.insert(key.clone(), text) {
                        return Err(A::Error::custom(format!("{key:?} is there twice, first as {twice:?}")));
                    }
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_map(Unique)
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Header, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Header, A::Error> {
                let (mut tensors, mut metadata) = (Vec::new(), None);
                while let Some(name) = map.next_key::<String>()? {
                    if name == METADATA {
                        if metadata.replace(map.next_value::<Texts>()?.0).is_some() {
                            return Err(A::Error::custom(format!("{METADATA} is there twice")));
                        }
                        continue;
                    }
                    let Entry { dtype, shape, data_offsets } = map.next_value()?;
                    let known = DTYPES.iter().find(|(code, _)| *code == dtype);
                    let &(_, dtype) = known.ok_or_else(|| {
                        let message =
                            format!("tensor {name:?}: the element type {dtype:?} has no counterpart here");
                        A::Error::custom(message)
                    })?;
                    tensors.push(Tensor { name, dtype, shape: shape.0, offsets: data_offsets });
                }
                Ok(Header { tensors, metadata: metadata.unwrap_or_default() })
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl Header {
    /// Reads the header; the tensors are put in the order of their elements.
    pub fn parse(text: &[u8]) -> Result<Header> {
        if text.first() != Some(&b'{') {
            return Err(Fault::at(8, "the header does not begin with `{`"));
        }
        let mut header: Header = serde_json::from_slice(text).map_err(|error| {
            // The header is one line as a rule; then the column is the byte.
            Fault::Contents(
                (error.line() == 1).then(|| 8 + (error.column() as u64).saturating_sub(1)),
                format!("header: {error}"),
            )
        })?;
        demand_unique(header.tensors.iter().map(|tensor| &tensor.name))?;
        header.tensors.sort_by_key(|tensor| tensor.offsets);
        Ok(header)
    }

    /// Refuses tensors that do not fill `length` bytes exactly and without overlap.
    pub fn demand(&self, length: u64) -> Result<()> {
        let mut next = 0;
        for Tensor { name, dtype, shape, offsets: (begin, end) } in &self.tensors {
            let fault = |message| Err(Fault::whole(format!("tensor {name:?}: {message}")));
            if *begin != next {
                let what = if *begin < next { "overlap others" } else { "leave a gap" };
                return fault(format!(
                    "its data_offsets [{begin}, {end}] {what}: they should begin at {next}"
                ));
            }
            let item = dtype.itemsize() as u64;
            let mut sizes = shape.iter().filter(|&&n| n != 0).map(|&n| n as u64);
            let bytes = sizes.try_fold(item, u64::checked_mul);
            let bytes = if shape.contains(&0) { bytes.map(|_| 0) } else { bytes };
            if bytes.is_none() || end.checked_sub(*begin) != bytes {
                return fault(format!(
                    "its data_offsets [{begin}, {end}] do not fit the shape {shape:?} and the dtype {dtype}"
                ));
            }
            next = *end;
        }
        if next != length {
            return Err(Fault::whole(format!(
                "the tensors take {next} bytes, and the file has {length} for them"
            )));
        }
        Ok(())
    }
}

fn demand_unique<'a>(names: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Fault::whole(format!("the name {name:?} is there twice")));
        }
    }
    Ok(())
}

/// A header to be written.
struct Outgoing<'a> {
    metadata: BTreeMap<String, String>,
    entries: Vec<(&'a str, Entry<'a>)>,
}

impl Serialize for Outgoing<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.metadata.is_empty() {
            map.serialize_entry(METADATA, &self.metadata)?;
        }
        self.entries.iter().try_for_each(|(name, entry)| map.serialize_entry(name, entry))?;
        map.end()
    }
}

/// The bytes of the header for tensors in this order.
pub(super) fn encode(tensors: &[(String, AnyArray)], metadata: BTreeMap<String, String>) -> Result<Vec<u8>> {
    demand_unique(tensors.iter().map(|(name, _)| name))?;
    let mut next = 0;
    let entries = tensors.iter().map(|(name, array)| {
        let fault = |message| Err(Fault::whole(format!("tensor {name:?}: {message}")));
        if name == METADATA {
            return Err(Fault::whole(format!("no tensor can be called {METADATA:?}")));
        }
        let Some((code, _)) = DTYPES.iter().find(|(_, dtype)| *dtype == array.dtype()) else {
            return fault(format!("safetensors has no element type {}", array.dtype()));
        };
        if array.shape().len() > MAX_RANK {
            return fault(format!("{} axes, where at most {MAX_RANK} are read again", array.shape().len()));
        }
        let begin = next;
        next += array.nbytes() as u64;
        let (dtype, shape) = (Cow::Borrowed(*code), Sizes(array.shape().to_vec()));
        Ok((name.as_str(), Entry { dtype, shape, data_offsets: (begin, next) }))
    });
    let header = Outgoing { metadata, entries: entries.collect::<Result<_>>()? };
    let mut bytes = serde_json::to_vec(&header).map_err(|error| Fault::whole(format!("header: {error}")))?;
    // Elements begin at a multiple of 8 bytes.
    bytes.resize(bytes.len().next_multiple_of(8), b' ');
    Ok(bytes)
}
