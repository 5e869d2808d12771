//! Mapped `.npy` files: the same elements as those of a file that is read, by parts; the same refusals.

use std::fs;
use std::io::{Seek, SeekFrom, Write};

use array_core::io::{self, AnyArray};
use array_core::{Array, Complex, Error, f16};

use crate::folder;
use crate::forge::{npy, npy_of};

/// Files of every element type, in both orders of axes and of bytes.
fn files() -> Vec<Vec<u8>> {
    let a = Array::arange(0, 210, 1).reshape([7, 5, 6]);
    let arrays: [AnyArray; 14] = [
        a.cast::<f64>().into(),
        a.cast::<f32>().into(),
        a.cast::<f16>().into(),
        a.cast::<i64>().into(),
        a.cast::<i32>().into(),
        a.cast::<i16>().into(),
        a.cast::<i8>().into(),
        a.cast::<u64>().into(),
        a.cast::<u32>().into(),
        a.cast::<u16>().into(),
        a.cast::<u8>().into(),
        a.cast::<bool>().into(),
        a.cast::<Complex<f64>>().into(),
        a.cast::<Complex<f32>>().into(),
    ];
    let written = |array: AnyArray| {
        let mut bytes = Vec::new();
        io::write_npy_to(&mut bytes, array).expect("written");
        bytes
    };
    let mut files: Vec<Vec<u8>> = arrays.iter().flat_map(|a| [written(a.clone()), written(a.t())]).collect();
    let bytes: Vec<u8> = (0..48).collect();
    files.push(npy_of(">i4", "(3, 4)", &bytes));
    files.push(npy("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3, 4)}", &bytes));
    // Elements at an odd place in the file, and some bytes behind them.
    files.push(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (5,)}", &bytes));
    files.push(npy_of("<f8", "()", &bytes[..8]));
    files.push(npy_of("<f8", "(0, 3)", &[]));
    files.push(npy_of("<f8", "(3, 0)", &[]));
    files
}

fn rows(any: &AnyArray, rows: std::ops::Range<usize>) -> Vec<u8> {
    let range = rows.start as isize..rows.end as isize;
    match any {
        AnyArray::Bool(a) => AnyArray::from(a.slice(range)).to_le_bytes(),
        AnyArray::Complex128(a) => AnyArray::from(a.slice(range)).to_le_bytes(),
        AnyArray::Complex64(a) => AnyArray::from(a.slice(range)).to_le_bytes(),
        // The values, which these types hold exactly.
        other => AnyArray::from(other.cast::<f64>().slice(range)).to_le_bytes(),
    }
}

/// As [`rows`], of all that there are.
fn all(any: &AnyArray) -> Vec<u8> {
    rows(any, 0..any.shape()[0])
}

#[test]
fn parts_are_those_of_the_whole() {
    let folder = folder("files-mapped");
    for (number, bytes) in files().iter().enumerate() {
        let path = folder.join(format!("{number}.npy"));
        fs::write(&path, bytes).expect("written");
        let (whole, mapped) = (io::read_npy(&path).expect("read"), io::map_npy(&path).expect("mapped"));
        assert_eq!((mapped.dtype(), mapped.shape()), (whole.dtype(), whole.shape()));
        assert_eq!(mapped.read().expect("read"), whole, "file {number}");
        let Some(&count) = whole.shape().first() else { continue };
        for start in 0..=count {
            for end in start..=count {
                let part = mapped.read_rows(start..end).expect("rows");
                assert_eq!((part.dtype(), &part.shape()[1..]), (whole.dtype(), &whole.shape()[1..]));
                assert_eq!(all(&part), rows(&whole, start..end), "file {number}, rows {start}..{end}");
            }
        }
        let error = mapped.read_rows(1..count + 1).expect_err("too many").to_string();
        assert!(error.contains(&format!("rows 1..{} do not lie in shape [{count}", count + 1)), "{error}");
    }
}

#[test]
fn what_reading_refuses_mapping_refuses() {
    let path = folder("files-mapped-hostile").join("file.npy");
    let good = npy_of("<f8", "(5,)", &[0; 40]);
    let huge = npy_of("<f8", "(1000000000000,)", &[0; 40]);
    for bytes in (0..good.len()).map(|length| &good[..length]).chain([&huge[..]]) {
        fs::write(&path, bytes).expect("written");
        match (io::read_npy(&path), io::map_npy(&path)) {
            (
                Err(Error::File { offset, message, .. }),
                Err(Error::File { op: "map_npy", path: named, offset: at, message: same }),
            ) => assert_eq!((offset, message, Some(path.clone())), (at, same, named)),
            other => panic!("{other:?} of {} bytes", bytes.len()),
        }
    }
    fs::write(&path, npy_of("|b1", "(3,)", &[0, 1, 2])).expect("written");
    let error = io::map_npy(&path).expect("mapped").read_rows(1..3).expect_err("no bool").to_string();
    assert!(error.contains("element 1 has the bytes [2], which are no bool"), "{error}");
}

#[test]
fn a_replaced_file_stays_as_it_was_and_one_that_is_written_to_changes() {
    let path = folder("files-mapped-changing").join("file.npy");
    let value =
        |mapped: &io::MappedNpy| mapped.read_rows(2..3).expect("a row").try_into::<f64>().expect("f64")[0];
    io::write_npy(&path, Array::full(5, 1.0)).expect("written");
    let first = io::map_npy(&path).expect("mapped");
    io::write_npy(&path, Array::full(5, 2.0)).expect("replaced");
    let second = io::map_npy(&path).expect("mapped");
    assert_eq!((value(&first), value(&second)), (1.0, 2.0));

    let mut file = fs::OpenOptions::new().write(true).open(&path).expect("opened");
    file.seek(SeekFrom::End(-24)).expect("moved");
    file.write_all(&3f64.to_le_bytes()).expect("written");
    assert_eq!((value(&first), value(&second)), (1.0, 3.0));
}
