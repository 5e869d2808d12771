//! An IDX file, plain or compressed, has no fewer bytes than its elements.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    file::with_file(data, |path| {
        if let Ok(array) = nn::data::idx::read(path) {
            assert!(data.starts_with(&[0x1f, 0x8b]) || array.nbytes() < data.len());
        }
    });
});
