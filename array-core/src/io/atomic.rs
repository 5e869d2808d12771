//! Replacing a file as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file so that, whatever happens, its path shows the old contents or the new ones, never a part.
///
/// The contents go to a temporary file in the same directory, which is flushed to the disk and then renamed
/// over the path; a failure removes it and leaves the old file alone. An existing file keeps its permissions.
///
/// # Errors
/// Whatever `write` or the file system fails with.
pub fn atomic_write(
    path: impl AsRef<Path>,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let path = path.as_ref();
    let temporary = temporary_beside(path)?;
    let replaced = write_and_rename(path, &temporary, write);
    if replaced.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    replaced
}

/// A name in the directory of `path` that no other process or thread uses.
fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "the path names no file");
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().ok_or_else(no_name)?);
    name.push(format!(".{}-{}.tmp", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
    Ok(path.with_file_name(name))
}

fn write_and_rename(
    path: &Path,
    temporary: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    let mut writer = BufWriter::new(file);
    write(&mut writer)?;
    writer.into_inner()?.sync_all()?;
    fs::rename(temporary, path)?;
    sync_directory(path)
}

/// Flushes the directory, without which the rename itself may be lost with the power.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() -> io::Result<()> {
        let directory = std::env::temp_dir().join(format!("array-core-atomic-{}", std::process::id()));
        fs::create_dir_all(&directory)?;
        let path = directory.join("file");
        atomic_write(&path, |w| w.write_all(b"old"))?;
        let failed = atomic_write(&path, |w| {
            w.write_all(b"half of the new")?;
            Err(io::Error::other("the power went out"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path)?, b"old");
        atomic_write(&path, |w| w.write_all(b"new"))?;
        assert_eq!(fs::read(&path)?, b"new");
        assert_eq!(fs::read_dir(&directory)?.count(), 1, "no temporary file is left");
        fs::remove_dir_all(&directory)
    }
}
