//! Checkpoints whose length and checksum are right, so that what they protect is read.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use nn::Checkpoint;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if let Some((header, body)) = bytes.split_at_mut_checked(32) {
        header[..8].copy_from_slice(b"NNCKPT\r\n");
        header[8..12].copy_from_slice(&2u32.to_le_bytes());
        header[12..16].copy_from_slice(&crc32fast::hash(body).to_le_bytes());
        header[16..24].copy_from_slice(&(data.len() as u64).to_le_bytes());
    }
    file::with_file(&bytes, |path| {
        let _ = Checkpoint::<f32>::load(path);
    });
});
