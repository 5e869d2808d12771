//! Arrays as values of `serde`: their dtype, their shape, and their elements in row-major order.
//!
//! Elements are whatever `serde` makes of their type: numbers, `bool`; pairs for complex numbers; the bits, as an
//! integer, for half precision. JSON has no infinity and no NaN: `serde_json` writes `null`, which is refused when
//! read.

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::array::Array;
use crate::element::Element;

struct Elements<'a, T: Element>(&'a Array<T>);

impl<T: Element + Serialize> Serialize for Elements<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0)
    }
}

/// `{"dtype": "float64", "shape": [2, 3], "data": [1.0, …]}`
impl<T: Element + Serialize> Serialize for Array<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Array", 3)?;
        fields.serialize_field("dtype", T::DTYPE.name())?;
        fields.serialize_field("shape", self.shape())?;
        fields.serialize_field("data", &Elements(self))?;
        fields.end()
    }
}

/// What was read, believed by nobody yet.
#[derive(Deserialize)]
#[serde(rename = "Array", deny_unknown_fields)]
struct Parts<T> {
    dtype: String,
    shape: Vec<usize>,
    data: Vec<T>,
}

/// Fails if the dtype is another one, or the shape does not hold as many elements as there are.
impl<'de, T: Element + Deserialize<'de>> Deserialize<'de> for Array<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Array<T>, D::Error> {
        let Parts { dtype, shape, data } = Parts::<T>::deserialize(deserializer)?;
        if dtype != T::DTYPE.name() {
            return Err(D::Error::custom(format!("deserialize: the dtype is {dtype}, not {}", T::DTYPE)));
        }
        Array::try_from_vec(data, shape).map_err(D::Error::custom)
    }
}
