//! The examples as a user runs them: their files, their resumption, their bits, their manners.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The executable of an example, built in this test's own profile: `cargo test --test …` alone does not build it, and
/// `cargo test --workspace` has built it with the features that the whole workspace asks for.
fn executable(example: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        let test = std::env::current_exe().expect("the test's own path");
        let target = test.parent().and_then(Path::parent).expect("target/<profile>/deps/<test>");
        let profile = if target.ends_with("release") { "release" } else { "dev" };
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--workspace", "--profile", profile]);
        for example in ["digits", "digits_cnn", "autoencoder", "gru_sequence", "char_transformer"] {
            build.args(["--example", example]);
        }
        assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().is_ok_and(|status| status.success()));
        target.join("examples")
    });
    directory.join(format!("{example}{}", std::env::consts::EXE_SUFFIX))
}

/// A directory of this test's own, emptied.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

fn run(example: &str, out: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(executable(example));
    command.arg("--quiet").arg("--out").arg(out).args(arguments);
    command.output().expect("the example starts")
}

fn digits(out: &Path, arguments: &[&str]) -> Output {
    run("digits", out, arguments)
}

/// What an example prints when all goes well.
fn printed(example: &str, out: &Path, arguments: &[&str]) -> String {
    let output = run(example, out, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn train(out: &Path, arguments: &[&str]) -> String {
    printed("digits", out, arguments)
}

fn checkpoint(out: &Path) -> Vec<u8> {
    fs::read(out.join("checkpoint.nn")).expect("a checkpoint")
}

#[test]
fn a_run_writes_its_files_and_ends_with_the_accuracy() {
    let out = directory("run");
    let text = train(&out, &["--epochs", "3"]);
    let last = text.lines().last().expect("a last line");
    let (accuracy, count) = last.strip_prefix("test accuracy ").and_then(|l| l.split_once(' ')).expect(last);
    let correct: f64 =
        count.strip_prefix('(').and_then(|c| c.strip_suffix(" of 360)")).expect(last).parse().expect(last);
    assert_eq!(accuracy, format!("{:.4}", correct / 360.0));
    assert!(correct > 320.0, "three epochs suffice for nine of ten: {last}");

    let history = fs::read_to_string(out.join("history.json")).expect("a history");
    let history: nn::train::History = serde_json::from_str(&history).expect("a history");
    assert_eq!(history.epochs.len(), 3);
    assert_eq!(history.epochs[2].validation["accuracy"], correct / 360.0);
    let curves = fs::read_to_string(out.join("curves.svg")).expect("curves");
    assert!(curves.starts_with("<svg") && curves.contains("accuracy"));
}

#[test]
fn a_resumed_run_equals_an_uninterrupted_one_bit_for_bit() {
    let (whole, half) = (directory("whole"), directory("half"));
    train(&whole, &["--epochs", "6", "--seed", "3", "--hidden", "48"]);
    train(&half, &["--epochs", "3", "--seed", "3", "--hidden", "48"]);
    assert_ne!(checkpoint(&whole), checkpoint(&half));
    let path = half.join("checkpoint.nn");
    train(&half, &["--epochs", "6", "--resume", path.to_str().expect("a plain path")]);
    // Parameters, optimizer, generator, losses of all epochs, settings: the whole file.
    assert!(checkpoint(&whole) == checkpoint(&half), "the checkpoints differ");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let run = |threads: &str| {
        let out = directory(&format!("threads-{threads}"));
        // Large enough a batch that products and maps are dealt out to threads.
        train(&out, &["--epochs", "2", "--batch", "700", "--hidden", "1024", "--threads", threads]);
        checkpoint(&out)
    };
    let one = run("1");
    assert!(one == run("2") && one == run("4"), "the checkpoints differ");
}

#[test]
fn wrong_options_get_one_clear_line_and_code_2() {
    let out = directory("wrong");
    let cases: [(&[&str], &str); 6] = [
        (&["--epoch", "3"], "digits: invalid option '--epoch'; --help lists the options\n"),
        (
            &["--epochs", "none"],
            "digits: --epochs none: expected a whole number above 0; --help lists the options\n",
        ),
        (&["--batch", "0"], "digits: --batch 0: expected a whole number above 0; --help lists the options\n"),
        (&["--lr", "-1"], "digits: --lr -1: expected a positive number; --help lists the options\n"),
        (&["--seed"], "digits: --seed needs a value; --help lists the options\n"),
        (&["extra"], "digits: unexpected argument \"extra\"; --help lists the options\n"),
    ];
    for (arguments, message) in cases {
        let output = digits(&out, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), message);
        assert!(output.stdout.is_empty() && !out.exists(), "nothing has begun");
    }
    let help = digits(&out, &["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--resume CHECKPOINT"));
}

#[test]
fn bad_files_are_named() {
    let out = directory("bad");
    fs::create_dir_all(&out).expect("a directory");
    let file = out.join("bad.nn");
    fs::write(&file, "no checkpoint").expect("a file");
    let name = file.to_str().expect("a plain path");
    let failure = |arguments: &[&str]| {
        let output = digits(&out, arguments);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    };
    assert_eq!(failure(&["--resume", name]), format!("digits: checkpoint {name}: this is no checkpoint\n"));
    fs::write(&file, "a,b\n1,2\nthree,4\n").expect("a file");
    let message = failure(&["--data", name]);
    assert_eq!(message, format!("digits: {name}:3:1: expected a number for \"a\", found \"three\"\n"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_saves_within_the_epoch_and_is_resumed_bit_for_bit() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let (whole, half) = (directory("uninterrupted"), directory("interrupted"));
    let mut command = Command::new(executable("digits"));
    command.args(["--epochs", "1000000", "--hidden", "16", "--out"]).arg(&half);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the example starts");
    // Not before the first epoch is over; then wherever it happens to be.
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    assert!(lines.next().expect("a line").expect("text").starts_with("epoch 1/1000000: loss "));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    lines.for_each(drop);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("interrupted; --resume "), "{text}");

    let path = half.join("checkpoint.nn");
    let stopped: nn::Checkpoint = nn::Checkpoint::load(&path).expect("saved");
    let epochs = (stopped.history().epochs.len() + 1).to_string();
    train(&half, &["--epochs", &epochs, "--resume", path.to_str().expect("a plain path")]);
    train(&whole, &["--epochs", &epochs, "--hidden", "16"]);
    assert!(checkpoint(&whole) == checkpoint(&half), "the checkpoints differ");
}

/// A run of one epoch, as small as it gets: it ends as it should, and leaves the files it names.
fn smoke(example: &str, arguments: &[&str]) -> (String, PathBuf) {
    let out = directory(example);
    let text = printed(example, &out, arguments);
    for file in ["checkpoint.nn", "best.nn", "history.json", "history.csv", "curves.svg", "report.html"] {
        assert!(out.join(file).is_file(), "{example}: {file}");
    }
    (text, out)
}

#[test]
fn digits_cnn_ends_with_the_accuracy() {
    let (text, _) = smoke("digits_cnn", &["--epochs", "1", "--channels", "2"]);
    assert!(text.lines().last().is_some_and(|last| last.starts_with("test accuracy 0.")), "{text}");
}

#[test]
fn autoencoder_draws_its_reconstructions() {
    let (text, out) = smoke("autoencoder", &["--epochs", "1"]);
    assert!(text.lines().last().is_some_and(|last| last.starts_with("mean squared error 0.")), "{text}");
    let picture = fs::read_to_string(out.join("reconstructions.svg")).expect("a picture");
    // Two digits of each kind and what became of them, 64 pixels each, on one background.
    assert_eq!(picture.matches("<rect ").count(), 20 * 2 * 64 + 1);
}

#[test]
fn gru_sequence_names_the_baseline() {
    let (text, _) =
        smoke("gru_sequence", &["--epochs", "1", "--batch", "2", "--hidden", "4", "--length", "4"]);
    assert!(
        text.lines().last().is_some_and(|last| last.ends_with("(always answering 1: 0.16667)")),
        "{text}"
    );
}

#[test]
fn char_transformer_says_how_well_it_predicts_and_then_writes() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let sizes = ["--width", "8", "--heads", "2", "--layers", "1", "--context", "16", "--sample", "40"];
    let (text, out) = smoke("char_transformer", &[&["--epochs", "1", "--text", readme], &sizes[..]].concat());
    let lines: Vec<&str> = text.lines().rev().take(2).collect();
    let bits =
        lines[1].strip_prefix("held-out bits per character ").and_then(|bits| bits.parse::<f64>().ok());
    // A tenth of an epoch's worth of learning is enough to beat guessing among a hundred characters.
    assert!(bits.is_some_and(|bits| 1.0 < bits && bits < 6.5), "{text}");
    assert!(lines[0].contains("\" → \""), "{text}");

    let short = out.join("short.txt");
    fs::write(&short, "too short").expect("written");
    let output = run("char_transformer", &out, &["--text", short.to_str().expect("a plain path")]);
    let message = format!(
        "char_transformer: cannot learn from {}: more than 650 characters are needed\n",
        short.display()
    );
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()),
        (Some(1), message)
    );
}
