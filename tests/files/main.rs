//! Files: what NumPy and safetensors have written is read (`reference`), what is written can be read again, what is
//! damaged or forged is refused in bounded memory (`hostile`), mapped files show what reading them gives (`mapped`), and a
//! killed program leaves whole files (`crash`).

mod crash;
mod forge;
mod hostile;
mod mapped;
mod memory;
mod reference;

use std::path::PathBuf;

/// A directory of this name for the files of a test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", folder.display()),
        _ => {}
    }
    std::fs::create_dir_all(&folder).expect("a directory for temporary files");
    folder
}
