//! The few Python literals that a header is made of.

use super::super::fault::Fault;

type Result<T> = std::result::Result<T, Fault>;

/// A reader of Python literals in a text.
pub(super) struct Literals<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the text begins in the file.
    offset: u64,
}

impl<'a> Literals<'a> {
    pub fn new(text: &'a [u8], offset: u64) -> Self {
        Literals { text, at: 0, offset }
    }

    /// Where in the file the next literal begins.
    pub fn place(&mut self) -> u64 {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.offset + self.at as u64
    }

    fn peek(&mut self) -> Option<u8> {
        self.place();
        self.text.get(self.at).copied()
    }

    /// The fault that something else is here than was expected.
    fn unexpected(&mut self, expected: &str) -> Fault {
        let offset = self.place();
        let rest = &self.text[self.at..];
        let found = match rest {
            [] => "the end of the header".to_string(),
            _ => format!("{:?}", String::from_utf8_lossy(&rest[..rest.len().min(20)])),
        };
        Fault::at(offset, format!("expected {expected}, found {found}"))
    }

    /// Passes a token, if it comes next.
    pub fn accept(&mut self, token: u8) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// Passes a token.
    pub fn expect(&mut self, token: u8) -> Result<()> {
        if self.accept(token) { Ok(()) } else { Err(self.unexpected(&format!("`{}`", char::from(token)))) }
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Result<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected("nothing more")) }
    }

    /// A string without escapes, between quotes of either kind.
    pub fn string(&mut self, what: &str) -> Result<&'a [u8]> {
        let quote = self.peek().filter(|&c| c == b'\'' || c == b'"');
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let end = rest.iter().position(|&c| Some(c) == quote || c == b'\\' || c == b'\n');
        match end {
            Some(end) if Some(rest[end]) == quote => {
                self.at += end + 2;
                Ok(&rest[..end])
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// `True` or `False`.
    pub fn boolean(&mut self, what: &str) -> Result<bool> {
        self.place();
        for (word, value) in [(&b"True"[..], true), (b"False", false)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected(what))
    }

    /// A tuple of numbers that are not negative; Python 2 wrote an `L` behind long ones.
    pub fn tuple(&mut self, what: &str, max_len: usize) -> Result<Vec<u64>> {
        if !self.accept(b'(') {
            return Err(self.unexpected(what));
        }
        let mut numbers = Vec::new();
        let mut comma = true;
        while !self.accept(b')') {
            if !comma || numbers.len() == max_len {
                return Err(
                    self.unexpected(&format!("`)` behind at most {max_len} sizes, with commas between"))
                );
            }
            numbers.push(self.number()?);
            self.accept(b'L');
            comma = self.accept(b',');
        }
        if numbers.len() == 1 && !comma {
            self.at -= 1;
            return Err(self.unexpected("a comma, without which this is no tuple"));
        }
        Ok(numbers)
    }

    fn number(&mut self) -> Result<u64> {
        self.place();
        let rest = &self.text[self.at..];
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let number = str::from_utf8(&rest[..digits]).ok().and_then(|text| text.parse().ok());
        let number = number.ok_or_else(|| self.unexpected("a size of at most 64 bits"))?;
        self.at += digits;
        Ok(number)
    }
}
