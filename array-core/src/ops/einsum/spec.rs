//! The grammar of subscripts.
//!
//! ```text
//! spec       = subscripts { "," subscripts } [ "->" subscripts ]
//! subscripts = { letter } [ "..." { letter } ]
//! letter     = "A" … "Z" | "a" … "z"                    blanks may stand between symbols
//! ```

use std::ops::Range;

use smallvec::SmallVec;

use crate::error::{Error, Result};

/// A letter, and where it stands in the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letter {
    pub name: u8,
    at: u32,
}

impl Letter {
    pub fn at(self) -> usize {
        self.at as usize
    }
}

/// A set of letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters(u64);

impl Letters {
    /// Capitals come first, as they do in ASCII.
    fn bit(name: u8) -> u64 {
        1 << if name.is_ascii_uppercase() { name - b'A' } else { name - b'a' + 26 }
    }

    pub fn contains(self, name: u8) -> bool {
        self.0 & Letters::bit(name) != 0
    }

    /// Adds a letter; whether it was missing.
    pub fn insert(&mut self, name: u8) -> bool {
        let before = self.0;
        self.0 |= Letters::bit(name);
        self.0 != before
    }

    /// How many members come before a letter in the alphabet.
    pub fn before(self, name: u8) -> usize {
        (self.0 & (Letters::bit(name) - 1)).count_ones() as usize
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members in alphabetical order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (b'A'..=b'Z').chain(b'a'..=b'z').filter(move |&name| self.contains(name))
    }

    /// The letters that are no members, small ones first.
    pub fn others(self) -> impl Iterator<Item = u8> {
        (b'a'..=b'z').chain(b'A'..=b'Z').filter(move |&name| !self.contains(name))
    }
}

/// The subscripts of one operand or of the output.
#[derive(Debug, Clone, Default)]
pub struct Subscripts {
    /// Which of the text's letters are its.
    letters: Range<usize>,
    /// Where the ellipsis stands in the text, and before which of the letters.
    pub ellipsis: Option<(usize, usize)>,
    /// Where the subscripts start and end in the text.
    pub start: usize,
    pub end: usize,
}

impl Subscripts {
    /// Ends at a separator of this width, after which others begin.
    fn end_at(&mut self, at: usize, width: usize) -> Subscripts {
        let letters = self.letters.end..self.letters.end;
        let next = Subscripts { letters, start: at + width, ..Subscripts::default() };
        Subscripts { end: at, ..std::mem::replace(self, next) }
    }
}

/// What a text of subscripts says, before it meets shapes.
#[derive(Debug)]
pub struct Spec {
    /// All letters of the text.
    letters: SmallVec<[Letter; 16]>,
    pub inputs: SmallVec<[Subscripts; 4]>,
    pub output: Option<Subscripts>,
}

impl Spec {
    /// The letters of some of its subscripts.
    pub fn letters(&self, subscripts: &Subscripts) -> &[Letter] {
        &self.letters[subscripts.letters.clone()]
    }
}

/// What makes faults of one call: its operation, its text, the shapes of its operands.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub op: &'static str,
    pub text: &'a str,
    pub shapes: &'a [&'a [usize]],
}

impl Context<'_> {
    /// The error of a fault that lies at a position of the text.
    pub fn fault(&self, at: usize, rule: impl Into<String>) -> Error {
        Error::Subscripts {
            op: self.op,
            spec: self.text.to_string(),
            at,
            rule: rule.into(),
            shapes: self.shapes.iter().map(|shape| shape.to_vec()).collect(),
        }
    }
}

/// Reads a text. The first fault is reported; all before it is ASCII, so bytes count characters.
pub fn parse(context: &Context<'_>) -> Result<Spec> {
    let text = context.text.as_bytes();
    let (mut letters, mut inputs) = (SmallVec::new(), SmallVec::new());
    let mut current = Subscripts::default();
    let mut after_arrow = false;
    let mut at = 0;
    while let Some(&symbol) = text.get(at) {
        let rest = &text[at..];
        match symbol {
            b' ' => at += 1,
            b'A'..=b'Z' | b'a'..=b'z' => {
                letters.push(Letter { name: symbol, at: at as u32 });
                current.letters.end = letters.len();
                at += 1;
            }
            b'.' if !rest.starts_with(b"...") => {
                return Err(context.fault(at, "a dot that is not one of the three of an ellipsis"));
            }
            b'.' if current.ellipsis.is_some() => {
                return Err(context.fault(at, "a second ellipsis in the same subscripts"));
            }
            b'.' => {
                current.ellipsis = Some((at, current.letters.len()));
                at += 3;
            }
            b',' if after_arrow => {
                return Err(context.fault(at, "a comma in the output: there is one output"));
            }
            b',' => {
                inputs.push(current.end_at(at, 1));
                at += 1;
            }
            b'-' if rest.starts_with(b"->") && after_arrow => return Err(context.fault(at, "a second arrow")),
            b'-' if rest.starts_with(b"->") => {
                inputs.push(current.end_at(at, 2));
                after_arrow = true;
                at += 2;
            }
            b'-' | b'>' => return Err(context.fault(at, "half an arrow; the output follows `->`")),
            _ => {
                let character = context.text[at..].chars().next().unwrap_or_default();
                return Err(context.fault(at, format!("{character:?} is no subscript: only letters are")));
            }
        }
    }
    current.end = text.len();
    if after_arrow {
        return Ok(Spec { letters, inputs, output: Some(current) });
    }
    inputs.push(current);
    Ok(Spec { letters, inputs, output: None })
}
