//! Arrays as values of serde: what is written is what is read; what does not fit together is refused.

use array_core::{Array, Complex, Element, array, bf16, f16, step};
use serde_json::{from_str, to_string};

#[test]
fn arrays_are_dtype_shape_and_elements() {
    let a = array![[1.5, -0.0], [2.0, 1e300]];
    let text = r#"{"dtype":"float64","shape":[2,2],"data":[1.5,-0.0,2.0,1e+300]}"#;
    assert_eq!(to_string(&a).unwrap(), text);
    assert_eq!(from_str::<Array<f64>>(text).unwrap(), a);
    // Views are written as what they show.
    assert_eq!(
        to_string(&a.t().slice((1, step(.., -1)))).unwrap(),
        r#"{"dtype":"float64","shape":[2],"data":[1e+300,-0.0]}"#
    );
}

#[test]
fn every_dtype_comes_back() {
    fn check<T: Element + serde::Serialize + serde::de::DeserializeOwned>(one: T) {
        for shape in [vec![], vec![0, 3], vec![2, 3]] {
            let a = Array::full(&shape, one);
            assert_eq!(from_str::<Array<T>>(&to_string(&a).unwrap()).unwrap(), a);
        }
    }
    check(0.1f64);
    check(0.1f32);
    check(f16::from_f32(0.1));
    check(bf16::from_f32(0.1));
    check(i64::MIN);
    check(-5i32);
    check(-5i16);
    check(-5i8);
    check(u64::MAX);
    check(5u32);
    check(5u16);
    check(5u8);
    check(5usize);
    check(true);
    check(Complex::new(0.1f64, -0.2));
    check(Complex::new(0.1f32, -0.2));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (text, message) in [
        (
            r#"{"dtype":"float64","shape":[2],"data":[1.0]}"#,
            "from_vec: 1 values for shape [2], which holds 2",
        ),
        (r#"{"dtype":"float32","shape":[1],"data":[1.0]}"#, "deserialize: the dtype is float32, not float64"),
        (
            r#"{"dtype":"float64","shape":[4294967296,4294967296],"data":[]}"#,
            "from_vec: an array of shape [4294967296, 4294967296] and dtype float64 exceeds the address space",
        ),
        (
            r#"{"dtype":"float64","shape":[0,18446744073709551615],"data":[]}"#,
            "from_vec: an array of shape [0, 9223372036854775807] and dtype float64 exceeds the address space",
        ),
        (r#"{"dtype":"float64","shape":[-1],"data":[]}"#, "invalid value: integer `-1`, expected usize"),
        (r#"{"dtype":"float64","shape":[1],"data":[null]}"#, "invalid type: null, expected f64"),
        (r#"{"dtype":"float64","shape":[0],"data":[],"strides":[9]}"#, "unknown field `strides`"),
        (r#"{"shape":[0],"data":[]}"#, "missing field `dtype`"),
        (r#"{"dtype":"float64","shape":[0],"shape":[1],"data":[1.0]}"#, "duplicate field `shape`"),
    ] {
        let refused = from_str::<Array<f64>>(text).unwrap_err().to_string();
        assert!(refused.starts_with(message), "{text}\n{refused}\n{message}");
    }
}
