//! A program that is killed while it saves leaves the old file or the new one.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use array_core::Array;
use array_core::io::{self, AnyArray};

use crate::folder;

/// Tells the test below that it is the child, and which file to save.
const CHILD: &str = "ARRAY_CORE_SAVES";
const SIZE: usize = 1 << 16;

fn save(path: &Path, value: f64) -> array_core::Result<()> {
    let array = Array::full(SIZE, value);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => io::write_npy(path, &array),
        Some("npz") => io::write_npz(path, [("a", &array)]),
        _ => io::write_safetensors(path, [("a", &array)], [("kind", "test")]),
    }
}

fn load(path: &Path) -> array_core::Result<AnyArray> {
    let arrays = match path.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => return io::read_npy(path),
        Some("npz") => io::read_npz(path)?,
        _ => io::read_safetensors(path)?.tensors,
    };
    Ok(arrays.into_iter().next().expect("one array").1)
}

/// Does nothing unless it was started by the test below.
#[test]
fn saves_until_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    println!("saving");
    for value in 1.. {
        save(Path::new(&path), f64::from(value)).expect("saved");
    }
}

#[test]
fn a_killed_program_leaves_the_old_file_or_the_new_one() {
    let folder = folder("files-crash");
    let (mut cut_short, mut replaced) = (0, 0);
    for round in 0..200 {
        let path = folder.join(["a.npy", "a.npz", "a.safetensors"][round % 3]);
        save(&path, 0.0).expect("saved");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "crash::saves_until_killed", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        // "running 1 test" and the child's own word; then it saves without end.
        let mut output = child.stdout.take().expect("piped");
        let mut said = Vec::new();
        while !said.ends_with(b"saving") {
            let mut byte = [0];
            output.read_exact(&mut byte).expect("the child speaks");
            said.push(byte[0]);
        }
        std::thread::sleep(Duration::from_micros((round as u64 * 7919) % 10_000));
        child.kill().expect("killed");
        child.wait().expect("ended");

        let array = load(&path).and_then(AnyArray::try_into::<f64>).expect("a whole file");
        let value = array.slice(0).item();
        assert_eq!((array.size(), array.min(), array.max()), (SIZE, value, value), "round {round}");
        replaced += usize::from(value > 0.0);
        for entry in std::fs::read_dir(&folder).expect("there") {
            let entry = entry.expect("there").path();
            if entry.extension().is_some_and(|extension| extension == "tmp") {
                cut_short += 1;
                std::fs::remove_file(entry).expect("removed");
            }
        }
    }
    println!(
        "killed 200 times: {cut_short} times while a temporary file was there, {replaced} times behind a save"
    );
    std::fs::remove_dir_all(folder).expect("removed");
}
