//! The laws of ARCHITECTURE.md that a machine can check.

use std::fs;
use std::path::{Path, PathBuf};

/// Floors of array-core, lowest first. An entry is a module path below `src/`; the longest match counts.
const ARRAY_CORE: &[&[&str]] = &[
    &["element", "number", "order", "error", "dtype", "dual"],
    &["layout"],
    &["storage"],
    &["kernels"],
    &["array", "view_mut", "index", "iter", "fmt", "operand"],
    &["ops"],
    &["linalg"],
];

/// Modules beside the floors: they may use all floors, and no floor may use them.
const ARRAY_CORE_SIDES: &[&str] = &["random", "io", "machine"];

const NN: &[&[&str]] = &[
    &["scalar", "error", "pattern", "text"],
    &["autograd"],
    &["module"],
    &["layers", "init", "loss", "optim"],
    &["data", "train", "checkpoint", "trace", "profile", "page"],
];

/// Files above the size law, with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("a readable directory") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of a crate: the path below `src/` and the text without its unit tests.
fn sources(krate: &str) -> Vec<(String, String)> {
    let src = root().join(krate).join("src");
    let mut sources: Vec<(String, String)> = rust_files(&src)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).expect("readable text");
            (name, text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_string())
        })
        .filter(|(name, _)| !name.ends_with("tests.rs") && !name.ends_with("_test.rs"))
        .collect();
    sources.sort();
    assert!(sources.len() > 10, "the sources of {krate} were found");
    sources
}

/// The first module on a path such as `kernels/gemm/mod.rs` or `kernels::map`.
fn module(path: &str) -> &str {
    path.split(['/', ':', '.']).next().unwrap_or(path)
}

/// The modules that a file names by `crate::` or, from the crate's second floor of folders, by `super::super::`.
fn uses(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = Vec::new();
    for line in code {
        for part in line.split("crate::").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.chars().next().is_some_and(char::is_lowercase) {
                used.push(name);
            }
        }
    }
    used
}

fn check_floors(krate: &str, floors: &[&[&str]], sides: &[&str]) {
    let floor = |name: &str| floors.iter().position(|floor| floor.contains(&name));
    for (path, text) in sources(krate) {
        let from = module(&path);
        if from == "lib" {
            continue;
        }
        let own = floor(from).or(sides.contains(&from).then_some(usize::MAX));
        let own = own
            .unwrap_or_else(|| panic!("{krate}/src/{path} is on no floor: add {from} to this test's list"));
        for to in uses(&text) {
            let below = match floor(&to) {
                Some(other) => other <= own,
                None => sides.contains(&to.as_str()) && own == usize::MAX || macros(krate).contains(&to),
            };
            assert!(below, "{krate}/src/{path} uses `crate::{to}`, which is above it");
        }
    }
}

/// Exported macros live at the crate's root whatever their floor.
fn macros(krate: &str) -> Vec<String> {
    if krate == "nn" { vec!["module".to_string()] } else { vec!["array".to_string()] }
}

#[test]
fn law_1_arrows_between_floors_point_down() {
    check_floors("array-core", ARRAY_CORE, ARRAY_CORE_SIDES);
    check_floors("nn", NN, &[]);
}

#[test]
fn law_2_unsafe_code_is_fenced() {
    let mut blocks = 0;
    for (path, text) in sources("array-core") {
        let fenced = path.starts_with("kernels/") || path.starts_with("storage/");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            let has_unsafe =
                code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
            blocks += usize::from(has_unsafe);
            assert!(fenced || !has_unsafe, "array-core/src/{path}:{}: unsafe outside the fence", number + 1);
        }
    }
    assert!(blocks > 10, "the unsafe blocks were found");
    let lib = fs::read_to_string(root().join("nn/src/lib.rs")).expect("nn's root");
    assert!(lib.contains("#![forbid(unsafe_code)]"), "nn forbids unsafe code");
}

#[test]
fn law_3_files_are_rooms() {
    let mut lengths = Vec::new();
    for krate in ["array-core", "nn"] {
        for (path, text) in sources(krate) {
            let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
            let length = text.lines().filter(is_code).count();
            let excused = LONG_FILES.iter().any(|(name, _)| *name == format!("{krate}/src/{path}"));
            assert!(length <= 600 || excused, "{krate}/src/{path} has {length} code lines");
            lengths.push(length);
        }
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 200, "the median file has {median} code lines");
}

/// Whether a line goes by strides: outside of layouts and kernels, they are only reported and compared.
fn goes_by_strides(line: &str) -> bool {
    let compared = line.contains(".strides() ==");
    line.contains("strides()") && !compared || line.contains("Walk::") || line.contains("Layout::from_parts")
}

#[test]
fn law_4_one_loop_planner_one_file_that_knows_threads() {
    for krate in ["array-core", "nn"] {
        for (path, text) in sources(krate) {
            let planner = krate == "array-core" && path.starts_with("layout/");
            // The last one waits for batches and computes nothing.
            let threads = [
                ("array-core", "kernels/parallel.rs"),
                ("array-core", "kernels/helpers.rs"),
                ("nn", "data/prefetch.rs"),
            ];
            let threads = threads.contains(&(krate, path.as_str()));
            assert!(planner || !text.contains("struct Walk"), "{krate}/src/{path} plans loops");
            let loops =
                krate == "array-core" && (planner || path.starts_with("kernels/") || path == "array.rs");
            // Reports how many elements of an array lie in memory.
            let reports = krate == "nn" && path == "trace/build.rs";
            for line in text.lines().filter(|line| !loops && !reports && !line.trim_start().starts_with("//"))
            {
                assert!(!goes_by_strides(line), "{krate}/src/{path} goes by strides: {line}");
            }
            for word in ["rayon::", "std::thread::", "thread::spawn"] {
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                // To ask whether this thread panics is not to start one.
                let found =
                    code.into_iter().any(|line| line.replace("std::thread::panicking", "").contains(word));
                assert!(threads || !found, "{krate}/src/{path} knows threads: {word}");
            }
        }
    }
}
