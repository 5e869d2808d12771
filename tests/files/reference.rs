//! Files written by NumPy and by safetensors, as stored by `tests/reference/files.py`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use array_core::io::{self, AnyArray};
use array_core::{Array, DType, bf16};

use crate::folder;

/// A file and what is in it.
pub struct Case {
    pub name: &'static str,
    pub bytes: &'static [u8],
    arrays: Vec<(String, Expected)>,
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq)]
struct Expected {
    dtype: String,
    shape: Vec<usize>,
    /// Elements in row-major order, little-endian.
    bytes: Vec<u8>,
}

impl Expected {
    fn read(dtype: &str, shape: &str, hex: &str) -> Expected {
        let sizes = shape.split('x').filter(|&n| n != "-").map(|n| n.parse().expect("a size"));
        let shape: Vec<usize> = sizes.collect();
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
        let bytes = match hex {
            "-" => Vec::new(),
            "*" => vec![0; shape.iter().product::<usize>() * 8],
            _ => (0..hex.len()).step_by(2).map(byte).collect(),
        };
        Expected { dtype: dtype.to_string(), shape, bytes }
    }

    fn of(array: &AnyArray) -> Expected {
        let (dtype, shape) = (array.dtype().to_string(), array.shape().to_vec());
        Expected { dtype, shape, bytes: array.to_le_bytes() }
    }
}

pub fn cases() -> Vec<Case> {
    let contents: &[u8] = include_bytes!("../reference/data/files/cases.bin");
    let text = |text: &str| text.replace("\\s", " ");
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("../reference/data/files/cases.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["file", name, start, length] => {
                let [start, length] = [start, length].map(|n| n.parse::<usize>().expect("a number"));
                let bytes = &contents[start..start + length];
                cases.push(Case { name, bytes, arrays: Vec::new(), metadata: BTreeMap::new() });
            }
            ["array", name, dtype, shape, hex] => {
                let case = cases.last_mut().expect("a file");
                case.arrays.push((text(name), Expected::read(dtype, shape, hex)));
            }
            ["metadata", key, value] => {
                let case = cases.last_mut().expect("a file");
                case.metadata.insert(text(key), text(value));
            }
            _ => assert!(line.starts_with('#'), "{line}"),
        }
    }
    cases
}

/// Arrays by name, and metadata.
type Contents = (Vec<(String, AnyArray)>, BTreeMap<String, String>);

/// Reads a file of any format: its arrays and its metadata.
fn read(path: &Path) -> array_core::Result<Contents> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => io::read_npy(path).map(|array| (vec![("_".to_string(), array)], BTreeMap::new())),
        Some("npz") => io::read_npz(path).map(|arrays| (arrays, BTreeMap::new())),
        _ => io::read_safetensors(path).map(|file| (file.tensors, file.metadata)),
    }
}

/// Writes a file of any format.
fn write(
    path: &Path,
    arrays: &[(String, AnyArray)],
    metadata: &BTreeMap<String, String>,
) -> array_core::Result<()> {
    let arrays = || arrays.iter().map(|(name, array)| (name.as_str(), array.clone()));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => arrays().try_for_each(|(_, array)| io::write_npy(path, array)),
        Some("npz") if path.ends_with("deflated.npz") => io::write_npz_compressed(path, arrays()),
        Some("npz") => io::write_npz(path, arrays()),
        _ => io::write_safetensors(path, arrays(), metadata.clone()),
    }
}

fn check(name: &str, case: &Case, path: &Path) {
    let (arrays, metadata) = read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut found: Vec<(String, Expected)> =
        arrays.iter().map(|(name, array)| (name.clone(), Expected::of(array))).collect();
    let mut expected: Vec<&(String, Expected)> = case.arrays.iter().collect();
    if case.name.ends_with(".safetensors") {
        found.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
    }
    assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{name}");
    assert_eq!(metadata, case.metadata, "{name}");
}

/// The files that are written again here stay for `tests/reference/check_files.py`.
#[test]
fn what_numpy_and_safetensors_wrote_is_read_and_written_again() {
    let (theirs, ours) = (folder("files-theirs"), folder("files-ours"));
    let cases = cases();
    assert_eq!(cases.len(), 263);
    let mut same_bytes = 0;
    for case in &cases {
        let (path, again) = (theirs.join(case.name), ours.join(case.name));
        fs::write(&path, case.bytes).expect("written");
        check(case.name, case, &path);

        let (arrays, metadata) = read(&path).expect("read before");
        write(&again, &arrays, &metadata).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        check("written again", case, &again);
        let is_numpys_own = case.name.ends_with("little-v1.npy")
            || (case.name.ends_with(".npy")
                && case.arrays[0].1.shape.len() != 3
                && !case.name.contains("-v"));
        let forms = ["other-quotes.npy", "python-2.npy", "native.npy", "trailing.npy"];
        if is_numpys_own && !forms.contains(&case.name) {
            let ours = fs::read(&again).expect("there");
            assert!(ours == case.bytes, "{}: {:?}", case.name, String::from_utf8_lossy(&ours));
            same_bytes += 1;
        }
    }
    assert_eq!(same_bytes, 14 * (4 + 2));
    fs::remove_dir_all(theirs).expect("removed");
}

#[test]
fn the_order_of_axes_is_kept_in_memory() {
    let case = |name: &str| cases().into_iter().find(|case| case.name == name).expect("a case").bytes;
    let read = |name: &str| io::read_npy_from(std::io::Cursor::new(case(name))).expect("a good file");
    let c = read("float32-C-big-v2.npy").try_into::<f32>().expect("float32");
    let f = read("float32-F-little-v3.npy").try_into::<f32>().expect("float32");
    assert_eq!((c.shape(), c.strides()), (&[2, 3, 2][..], &[6, 2, 1][..]));
    assert_eq!((f.shape(), f.strides()), (&[2, 3, 2][..], &[1, 2, 6][..]));
    assert_eq!(c.map(f32::to_bits), f.map(f32::to_bits));
}

#[test]
fn readers_stop_behind_their_array() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let (a, b) = (Array::arange(0, 5, 1), Array::from_vec([true, false], 2));
    io::write_npy_to(&mut bytes, &a).expect("written");
    io::write_npy_to(&mut bytes, &b).expect("written");
    bytes.set_position(0);
    assert_eq!(io::read_npy_from(&mut bytes), Ok(a.into()));
    assert_eq!(io::read_npy_from(&mut bytes), Ok(b.into()));
}

#[test]
fn views_of_all_kinds_are_written() {
    let a = Array::arange(0, 24, 1).reshape([2, 3, 4]);
    let step = array_core::step;
    let row = a.slice((0, 0));
    for view in [
        a.t(),
        a.slice((.., step(.., -1), 1..3)),
        row.broadcast_to([3, 4]),
        a.slice((0, 0, 0)),
        a.swapaxes(0, 1),
    ] {
        let mut npy = std::io::Cursor::new(Vec::new());
        io::write_npy_to(&mut npy, &view).expect("written");
        npy.set_position(0);
        assert_eq!(io::read_npy_from(npy).and_then(AnyArray::try_into), Ok(view.clone()));
        let mut file = std::io::Cursor::new(Vec::new());
        io::write_safetensors_to(&mut file, [("a", &view)], [("", ""); 0]).expect("written");
        file.set_position(0);
        assert_eq!(io::read_safetensors_from(file).expect("read").tensors, [("a".to_string(), view.into())]);
    }
}

#[test]
fn what_a_format_has_not_got_is_refused_and_the_old_file_stays() {
    let folder = folder("files-refused");
    let path = folder.join("old");
    fs::write(&path, "old").expect("written");
    let any = AnyArray::from(Array::<bf16>::zeros(2));
    let complex = Array::<array_core::Complex<f64>>::zeros(2);
    let deep = Array::<f32>::zeros(vec![1usize; 65]);
    let none = [("", ""); 0];
    let cases = [
        (io::write_npy(&path, any.clone()), "write_npy: FILE: NumPy has no element type bfloat16"),
        (io::write_npy(&path, &deep), "write_npy: FILE: 65 axes, where NumPy's arrays have at most 64"),
        (
            io::write_npz(&path, [("a", any.clone())]),
            "write_npz: FILE: a.npy: NumPy has no element type bfloat16",
        ),
        (
            io::write_npz_compressed(&path, [("a", &complex), ("a", &complex)]),
            "write_npz: FILE: two arrays are called a.npy",
        ),
        (
            io::write_safetensors(&path, [("a", &complex)], none),
            "write_safetensors: FILE: tensor \"a\": safetensors has no element type complex128",
        ),
        (
            io::write_safetensors(&path, [("a", any.clone()), ("a", any.clone())], none),
            "write_safetensors: FILE: the name \"a\" is there twice",
        ),
        (
            io::write_safetensors(&path, [("__metadata__", any.clone())], none),
            "write_safetensors: FILE: no tensor can be called \"__metadata__\"",
        ),
        (
            io::write_safetensors(&path, [("a", &deep)], none),
            "write_safetensors: FILE: tensor \"a\": 65 axes, where at most 64 are read again",
        ),
    ];
    for (result, expected) in cases {
        let message = result.expect_err(expected).to_string();
        assert_eq!(message.replace(&path.display().to_string(), "FILE"), expected);
        assert_eq!(fs::read(&path).expect("there"), b"old");
    }
    assert_eq!(fs::read_dir(&folder).expect("there").count(), 1);
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let path = Path::new("/no/such/file");
    let faults = [
        io::read_npy(path).map(drop),
        io::read_npz(path).map(drop),
        io::read_safetensors(path).map(drop),
        io::write_npy(path, Array::<f32>::zeros(1)),
    ];
    for (fault, op) in faults.into_iter().zip(["read_npy", "read_npz", "read_safetensors", "write_npy"]) {
        let Err(array_core::Error::Io { op: named, path: Some(at), kind, message }) = fault else {
            panic!("{op}: {fault:?}");
        };
        assert_eq!((named, at.as_path(), kind), (op, path, std::io::ErrorKind::NotFound));
        assert!(message.contains("No such file"), "{message}");
    }
    assert_eq!(AnyArray::from(Array::<u8>::zeros([2, 0])).dtype(), DType::UInt8);
}
