//! What can be wrong with a file, before anybody has said which file it is.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind};
use std::path::Path;

use crate::error::{Error, Result};

/// A refusal by a reader or a writer. [`Fault::of`] adds the operation and the file.
#[derive(Debug)]
pub(super) enum Fault {
    /// The operating system's.
    Io(io::Error),
    /// The contents': the place, if it is known, and what is wrong there.
    Contents(Option<u64>, String),
}

impl Fault {
    /// A fault of the contents at a place.
    pub fn at(offset: u64, message: impl Into<String>) -> Fault {
        Fault::Contents(Some(offset), message.into())
    }

    /// A fault of the contents as a whole.
    pub fn whole(message: impl Into<String>) -> Fault {
        Fault::Contents(None, message.into())
    }

    /// The same fault in a part of the file that has a name.
    pub fn within(self, part: &str) -> Fault {
        match self {
            Fault::Contents(offset, message) => Fault::Contents(offset, format!("{part}: {message}")),
            io => io,
        }
    }

    /// The error of an operation on a file.
    pub fn of(self, op: &'static str, path: Option<&Path>) -> Error {
        let path = path.map(Path::to_path_buf);
        match self {
            Fault::Io(error) => Error::Io { op, path, kind: error.kind(), message: error.to_string() },
            Fault::Contents(offset, message) => Error::File { op, path, offset, message },
        }
    }
}

/// Decoders report damage as `io::Error` too, without the number that an error of the operating system has.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        use ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof, Unsupported};
        match error.kind() {
            _ if error.raw_os_error().is_some() => Fault::Io(error),
            UnexpectedEof => Fault::whole("the file ends too early"),
            InvalidData | InvalidInput | Other | Unsupported => Fault::whole(error.to_string()),
            _ => Fault::Io(error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::whole(error.to_string())
    }
}

/// Opens a file and reads it with `read`; all faults name it.
pub(super) fn read_file<R>(
    op: &'static str,
    path: &Path,
    read: impl FnOnce(&mut BufReader<File>) -> std::result::Result<R, Fault>,
) -> Result<R> {
    let open = File::open(path).map_err(Fault::Io);
    open.and_then(|file| read(&mut BufReader::new(file))).map_err(|fault| fault.of(op, Some(path)))
}
