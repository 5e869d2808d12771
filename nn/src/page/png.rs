//! Pictures with a palette, as PNG in a `data:` address.
//!
//! Source: W3C, "Portable Network Graphics (PNG) Specification", third edition, 2025.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::palette::Palette;

/// An image of rows of palette positions, as the address that shows it.
pub(crate) fn data_url(pixels: &[u8], width: usize, palette: &Palette) -> String {
    let height = pixels.len() / width;
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    // 8 bits, palette, and the only methods of compression, filtering and interlacing that are simplest.
    header.extend([8, 3, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"PLTE", &palette.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect::<Vec<u8>>());
    chunk(&mut png, b"tRNS", &palette.iter().map(|colour| colour[3]).collect::<Vec<u8>>());
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::fast());
    for row in pixels.chunks_exact(width) {
        // Filter 0 before each row; writing to memory does not fail.
        let _ = rows.write_all(&[0]).and_then(|()| rows.write_all(row));
    }
    chunk(&mut png, b"IDAT", &rows.finish().unwrap_or_default());
    chunk(&mut png, b"IEND", &[]);
    format!("data:image/png;base64,{}", base64(&png))
}

/// Length, name, contents, and the checksum of the latter two.
fn chunk(png: &mut Vec<u8>, name: &[u8; 4], contents: &[u8]) {
    png.extend((contents.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(contents);
    let checksum = crc32fast::hash(&png[start..]);
    png.extend(checksum.to_be_bytes());
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group.iter().chain(&[0, 0]).take(3).fold(0u32, |word, &byte| word << 8 | u32::from(byte));
        for position in 0..4 {
            let symbol = ALPHABET[(word >> (18 - 6 * position)) as usize & 63];
            text.push(if position <= group.len() { symbol.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let coded = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(coded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
