//! Whatever is read from a safetensors file is written and read again as the same.

#![no_main]

use std::io::Cursor;

use array_core::io::{read_safetensors_from, write_safetensors_to};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(file) = read_safetensors_from(Cursor::new(data)) else { return };
    let mut written = Vec::new();
    write_safetensors_to(&mut written, file.tensors.clone(), file.metadata.clone()).expect("what was read can be written");
    let again = read_safetensors_from(Cursor::new(written)).expect("what was written can be read");
    assert_eq!(file.tensors.len(), again.tensors.len());
    assert_eq!(file.metadata, again.metadata);
});
