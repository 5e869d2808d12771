//! Files with anything in them.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// A `.npy` file of version 1 with this text as its header.
pub fn npy(header: &str, elements: &[u8]) -> Vec<u8> {
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), elements].concat()
}

/// A `.npy` file with this element type and shape.
pub fn npy_of(descr: &str, shape: &str, elements: &[u8]) -> Vec<u8> {
    npy(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n"), elements)
}

/// A safetensors file with this text as its header.
pub fn safetensors(header: &str, elements: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), elements].concat()
}

/// A member of an archive and what the archive says about it.
#[derive(Clone)]
pub struct Member {
    pub name: Vec<u8>,
    /// 0 stored, 8 deflated.
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub size: u32,
    /// What stands in the archive.
    pub data: Vec<u8>,
    pub compressed_size: u32,
    /// Where its local header is said to be; `None` for where it is.
    pub offset: Option<u32>,
}

impl Member {
    pub fn stored(name: &str, contents: &[u8]) -> Member {
        let mut crc = flate2::Crc::new();
        crc.update(contents);
        Member {
            name: name.as_bytes().to_vec(),
            method: 0,
            flags: 0,
            crc: crc.sum(),
            size: contents.len() as u32,
            data: contents.to_vec(),
            compressed_size: contents.len() as u32,
            offset: None,
        }
    }

    pub fn deflated(name: &str, contents: &[u8]) -> Member {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(contents).expect("written to memory");
        let data = encoder.finish().expect("written to memory");
        Member { method: 8, compressed_size: data.len() as u32, data, ..Member::stored(name, contents) }
    }
}

/// A zip archive whose headers say what the members say.
pub fn zip(members: &[Member]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for Member { name, method, flags, crc, size, data, compressed_size, offset } in members {
        let start = bytes.len() as u32;
        let mut common = Vec::new();
        for word in [20, *flags, *method, 0, 0x21] {
            common.extend(word.to_le_bytes());
        }
        for word in [*crc, *compressed_size, *size] {
            common.extend(word.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend(0u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name);
        bytes.extend(data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.unwrap_or(start).to_le_bytes());
        directory.extend(name);
    }
    let (start, count) = (bytes.len() as u32, members.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    bytes.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}
