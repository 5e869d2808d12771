//! A table has as many columns as names.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    file::with_file(data, |path| {
        if let Ok(table) = nn::data::csv::read(path) {
            assert_eq!(table.values.shape()[1], table.columns.len());
        }
    });
});
