//! The bytes of a file, mapped into memory.

use std::fs::File;
use std::io;

use memmap2::{MmapOptions, MmapRaw};

const WORD: usize = size_of::<u64>();

/// A file's bytes, as long as the file was when it was mapped.
///
/// Whoever may write to the file may change these bytes at any time, so no reference to them ever exists: they are
/// copied out by volatile reads, each of which takes what is there then.
#[derive(Debug)]
pub struct Mapped {
    map: MmapRaw,
}

impl Mapped {
    /// Maps a file that is not empty.
    pub fn new(file: &File) -> io::Result<Mapped> {
        Ok(Mapped { map: MmapOptions::new().map_raw_read_only(file)? })
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Copies the bytes from `at` on.
    pub fn copy(&self, at: usize, out: &mut [u8]) {
        let end = at.checked_add(out.len());
        assert!(end.is_some_and(|end| end <= self.len()), "bytes from {at} on lie in the file");
        // SAFETY: `at` lies in the map, by the assertion.
        let start = unsafe { self.map.as_ptr().add(at) };
        // SAFETY: so do the bytes of `out` behind it, and the map lives as long as `self`.
        let byte = |i: usize| unsafe { start.add(i).read_volatile() };
        let head = start.align_offset(WORD).min(out.len());
        let (unaligned, aligned) = out.split_at_mut(head);
        let words = aligned.len() / WORD;
        let (whole, rest) = aligned.split_at_mut(words * WORD);
        unaligned.iter_mut().enumerate().for_each(|(i, out)| *out = byte(i));
        for (i, out) in whole.chunks_exact_mut(WORD).enumerate() {
            // SAFETY: eight bytes of `out` belong to this word, and `head` has aligned it.
            let word = unsafe { start.add(head).cast::<u64>().add(i).read_volatile() };
            out.copy_from_slice(&word.to_ne_bytes());
        }
        rest.iter_mut().enumerate().for_each(|(i, out)| *out = byte(head + words * WORD + i));
    }
}
