//! Whatever is read from a `.npz` file is written and read again as the same.

#![no_main]

use std::io::Cursor;

use array_core::io::{read_npz_from, write_npz_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(arrays) = read_npz_from(Cursor::new(data)) else { return };
    let mut written = Cursor::new(Vec::new());
    write_npz_to(&mut written, arrays.clone()).expect("what was read can be written");
    let again = read_npz_from(written).expect("what was written can be read");
    assert_eq!(arrays.len(), again.len());
    for ((name, array), (name_again, array_again)) in arrays.iter().zip(&again) {
        assert_eq!(name, name_again);
        assert_eq!(array.to_le_bytes(), array_again.to_le_bytes());
    }
});
