//! The one error of the crate.

use std::fmt;
use std::path::PathBuf;

/// What can go wrong that the program cannot know beforehand: files, their contents, missing gradients.
///
/// Mistakes in a model's shapes are panics instead, with the path of the layer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Trainable parameters that the loss does not depend on.
    MissingGradients {
        /// Their paths.
        paths: Vec<String>,
    },
    /// A forward or backward pass that stopped.
    Fault {
        /// The place in the model.
        path: String,
        /// What went wrong, with the path in front.
        message: String,
    },
    /// A group of an optimizer's settings that no parameter of the model belongs to.
    UnmatchedGroup {
        /// The group's pattern.
        pattern: String,
    },
    /// A state that does not belong to an optimizer, or not to the model.
    OptimizerState {
        /// What does not fit.
        message: String,
    },
    /// A figure that a plan of training goes by and that validation does not measure.
    NotMeasured {
        /// Its name.
        figure: String,
        /// What is measured.
        measured: Vec<String>,
    },
    /// A file that could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: "open", "read", "write".
        action: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A file of arrays that could not be read or written.
    File(array_core::Error),
    /// An IDX file with something else in it than expected.
    Idx {
        /// The file.
        path: PathBuf,
        /// The place of the fault: bytes from the start of the file, inflated if it is compressed.
        offset: u64,
        /// What was expected and what is there.
        message: String,
    },
    /// A text file with something else in it than expected.
    Csv {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1; `None` if the fault is the line's as a whole.
        column: Option<usize>,
        /// What was expected and what is there.
        message: String,
    },
    /// A character that a tokenizer does not know.
    Token {
        /// The character.
        character: char,
        /// Where it is: bytes from the start of the text.
        offset: usize,
    },
    /// A checkpoint that cannot be used.
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A model that does not have the parameters of a checkpoint: all differences at once.
    Mismatch {
        /// Parameters of the model that the checkpoint lacks.
        missing: Vec<String>,
        /// Parameters of the checkpoint that the model lacks.
        unexpected: Vec<String>,
        /// Parameters with another shape: path, the model's shape, the checkpoint's.
        shapes: Vec<(String, Vec<usize>, Vec<usize>)>,
    },
    /// A plot that could not be drawn.
    Plot {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
}

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err`: an I/O error together with the file and what was tried.
    pub(crate) fn io(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, action, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::MissingGradients { paths } => {
                write!(f, "no gradient for {}: the loss does not depend on them", paths.join(", "))
            }
            Error::Fault { message, .. } => f.write_str(message),
            Error::UnmatchedGroup { pattern } => {
                write!(f, "no parameter belongs to the group {pattern:?} of the optimizer")
            }
            Error::OptimizerState { message } => write!(f, "optimizer state: {message}"),
            Error::NotMeasured { figure, measured } => write!(
                f,
                "the plan goes by {figure:?} of the validation samples, where {} is measured",
                if measured.is_empty() { "nothing".to_string() } else { measured.join(", ") }
            ),
            Error::Io { path, action, source } => write!(f, "cannot {action} {}: {source}", path.display()),
            Error::File(error) => write!(f, "{error}"),
            Error::Idx { path, offset, message } => write!(f, "{}: byte {offset}: {message}", path.display()),
            Error::Csv { path, line, column: Some(column), message } => {
                write!(f, "{}:{line}:{column}: {message}", path.display())
            }
            Error::Csv { path, line, column: None, message } => {
                write!(f, "{}:{line}: {message}", path.display())
            }
            Error::Token { character, offset } => {
                write!(f, "the character {character:?} at byte {offset} is none of the tokenizer's")
            }
            Error::Checkpoint { path, message } => write!(f, "checkpoint {}: {message}", path.display()),
            Error::Mismatch { missing, unexpected, shapes } => {
                f.write_str("the model and the checkpoint differ")?;
                if !missing.is_empty() {
                    write!(f, "; not in the checkpoint: {}", missing.join(", "))?;
                }
                if !unexpected.is_empty() {
                    write!(f, "; not in the model: {}", unexpected.join(", "))?;
                }
                for (path, model, checkpoint) in shapes {
                    write!(f, "; {path} is {model:?} in the model and {checkpoint:?} in the checkpoint")?;
                }
                Ok(())
            }
            Error::Plot { path, message } => write!(f, "cannot draw {}: {message}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::File(error) => Some(error),
            _ => None,
        }
    }
}
