//! Whatever is read from a `.npy` file is written and read again as the same.

#![no_main]

use std::io::Cursor;

use array_core::io::{read_npy_from, write_npy_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(array) = read_npy_from(Cursor::new(data)) else { return };
    let mut written = Vec::new();
    write_npy_to(&mut written, array.clone()).expect("what was read can be written");
    let again = read_npy_from(Cursor::new(written)).expect("what was written can be read");
    assert_eq!(array.shape(), again.shape());
    assert_eq!(array.to_le_bytes(), again.to_le_bytes());
});
