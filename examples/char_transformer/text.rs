//! The text to learn from.

use std::fs;
use std::path::{Path, PathBuf};

use nn::{Error, Result};

/// The workspace's own documentation: its pages, then the comments of its libraries that say what things are.
pub fn documentation() -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for page in ["README.md", "ARCHITECTURE.md", "array-core/src/guide.md"] {
        text += &read(&root.join(page))?;
    }
    for library in ["array-core/src", "nn/src"] {
        for file in rust_files(&root.join(library))? {
            let source = read(&file)?;
            let comments = source.lines().filter_map(|line| {
                let line = line.trim_start();
                line.strip_prefix("//!").or(line.strip_prefix("///"))
            });
            for line in comments {
                text += line.strip_prefix(' ').unwrap_or(line);
                text.push('\n');
            }
            text.push('\n');
        }
    }
    Ok(text)
}

pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_path_buf(), action: "read", source })
}

/// All sources below a directory, sorted, so that the text is the same on every machine.
fn rust_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let fault = |source| Error::Io { path: directory.to_path_buf(), action: "read", source };
    let entries: std::io::Result<Vec<_>> = fs::read_dir(directory).and_then(Iterator::collect);
    let mut paths: Vec<PathBuf> = entries.map_err(fault)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => files.extend(rust_files(&path)?),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    Ok(files)
}
