//! Where the examples that look inside put their pages.

use std::path::{Path, PathBuf};

use nn::{Error, Result};

/// Writes a page to the file that the command line names, `runs/NAME.html` by default, and says so.
pub fn write(name: &str, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let default = || PathBuf::from(format!("runs/{name}.html"));
    let path = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    if let Some(folder) = path.parent() {
        let fault = |source| Error::Io { path: folder.to_path_buf(), action: "create", source };
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    write(&path)?;
    println!("The page is {}: open it in a browser.", path.display());
    Ok(())
}
