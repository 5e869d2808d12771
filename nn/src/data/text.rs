//! Text as numbers, and windows of it to learn from.

use array_core::Array;

use super::Samples;
use crate::error::{Error, Result};

/// Text as a sequence of numbers, and back.
///
/// ```
/// use nn::data::text::{Bytes, Characters, Tokenizer};
/// let characters = Characters::of("banana");
/// assert_eq!(characters.encode("nab")?.to_vec(), [2, 0, 1]);
/// assert_eq!(characters.decode(&characters.encode("banana")?), "banana");
/// assert!(characters.encode("bandana").is_err());
/// assert_eq!(Bytes.encode("é")?.to_vec(), [0xc3, 0xa9]);
/// # Ok::<(), nn::Error>(())
/// ```
pub trait Tokenizer {
    /// How many different tokens there are: they are numbered from 0 on.
    fn vocabulary(&self) -> usize;

    /// The tokens of a text: shape (length).
    ///
    /// # Errors
    /// [`Error::Token`] if there is something in the text that has no token.
    fn encode(&self, text: &str) -> Result<Array<i64>>;

    /// The text of tokens. What is no text, such as half a character, becomes `�`.
    ///
    /// # Panics
    /// If there is no such token.
    fn decode(&self, tokens: &Array<i64>) -> String;
}

/// One token per character of a given text, in the order of their code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Characters {
    /// Sorted.
    characters: Vec<char>,
}

impl Characters {
    /// The characters of a text.
    pub fn of(text: &str) -> Self {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        characters.dedup();
        Characters { characters }
    }

    /// The characters, each at the place of its token.
    pub fn characters(&self) -> &[char] {
        &self.characters
    }
}

impl Tokenizer for Characters {
    fn vocabulary(&self) -> usize {
        self.characters.len()
    }

    fn encode(&self, text: &str) -> Result<Array<i64>> {
        let token = |(at, c): (usize, char)| match self.characters.binary_search(&c) {
            Ok(token) => Ok(token as i64),
            Err(_) => Err(Error::Token { character: c, offset: at }),
        };
        let tokens: Vec<i64> = text.char_indices().map(token).collect::<Result<_>>()?;
        let length = tokens.len();
        Ok(Array::from_vec(tokens, length))
    }

    #[track_caller]
    fn decode(&self, tokens: &Array<i64>) -> String {
        let character =
            |&token: &i64| usize::try_from(token).ok().and_then(|token| self.characters.get(token));
        let known = |token| match character(token) {
            Some(&character) => character,
            None => panic!("decode: {token} is none of the {} tokens", self.vocabulary()),
        };
        tokens.iter().map(known).collect()
    }
}

/// One token per byte of UTF-8: 256 of them, and no text that they cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes;

impl Tokenizer for Bytes {
    fn vocabulary(&self) -> usize {
        256
    }

    fn encode(&self, text: &str) -> Result<Array<i64>> {
        Ok(text.bytes().map(i64::from).collect())
    }

    #[track_caller]
    fn decode(&self, tokens: &Array<i64>) -> String {
        let byte = |&token: &i64| match u8::try_from(token) {
            Ok(byte) => byte,
            Err(_) => panic!("decode: {token} is none of the 256 tokens"),
        };
        let bytes: Vec<u8> = tokens.iter().map(byte).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Windows of a sequence of tokens, each with the tokens that come next: what a language model learns from.
///
/// A batch is (inputs, targets), both (samples, length); targets are one token further on.
///
/// ```
/// use array_core::Array;
/// use nn::data::in_order;
/// use nn::data::text::Windows;
/// let windows = Windows::new(Array::arange(0, 7, 1), 3, 2);
/// let (inputs, targets) = in_order(&windows, 2).next().unwrap();
/// assert_eq!(inputs.to_vec(), [0, 1, 2, 2, 3, 4]);
/// assert_eq!(targets.to_vec(), [1, 2, 3, 3, 4, 5]);
/// ```
#[derive(Debug, Clone)]
pub struct Windows {
    /// Every window with one token more: a view of shape (windows, length + 1).
    windows: Array<i64>,
}

impl Windows {
    /// The windows of this length that begin at every `stride`-th token; what is too short at the end is left out.
    ///
    /// # Panics
    /// If the tokens are no sequence, or length or stride is 0.
    #[track_caller]
    pub fn new(tokens: Array<i64>, length: usize, stride: usize) -> Self {
        assert!(
            tokens.ndim() == 1 && length > 0 && stride > 0,
            "Windows: tokens of shape {:?}, length {length}, stride {stride}: a sequence and numbers above 0 are needed",
            tokens.shape()
        );
        if tokens.size() <= length {
            return Windows { windows: Array::zeros([0, length + 1]) };
        }
        let windows = tokens.sliding_window_view(length + 1, 0);
        Windows { windows: windows.slice(array_core::step(.., stride as isize)) }
    }
}

impl Samples for Windows {
    type Batch = (Array<i64>, Array<i64>);

    fn count(&self) -> usize {
        self.windows.shape()[0]
    }

    #[track_caller]
    fn at(&self, positions: &Array<i64>) -> Self::Batch {
        let windows = self.windows.take(positions, 0);
        (windows.slice((.., ..-1)), windows.slice((.., 1..)))
    }
}
