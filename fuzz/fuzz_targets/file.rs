//! Readers that take a path.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Calls `read` with the path of a file of these bytes.
pub fn with_file(bytes: &[u8], read: impl FnOnce(&Path)) {
    static PATH: LazyLock<PathBuf> =
        LazyLock::new(|| std::env::temp_dir().join(format!("array-nn-fuzz-{}", std::process::id())));
    std::fs::write(&*PATH, bytes).expect("written");
    read(&PATH);
}
