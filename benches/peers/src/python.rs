//! Peers in Python, in a process of their own: `python/peer.py` has the protocol.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use array_core::io::{read_npy, write_npy};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::contest::{Candidate, Clock, Contest, Row, Work};

/// A Python library's process, and the folder through which arrays go there and back.
pub struct Python {
    process: Rc<RefCell<Process>>,
    folder: TempDir,
    /// What the library calls itself.
    pub version: String,
}

impl Python {
    /// Starts `python/LIBRARY_rows.py`, on the threads that the environment says.
    pub fn start(library: &str) -> Result<Python, String> {
        // Where there is a file system in memory, arrays go through it.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let folder = folder.map_err(|error| format!("no folder for its inputs: {error}"))?;
        let mut command = Command::new("python3");
        // -B: nothing is left behind in the folder.
        command.arg("-B").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python")).arg(library);
        // OpenBLAS and MKL do not use AVX-512 on every processor that has it; the comparison would be unfair.
        if has_avx512() {
            command.env("OPENBLAS_CORETYPE", "SKYLAKEX");
            command.envs(intel(folder.path()).map(|library| ("LD_PRELOAD", library)));
        }
        let (process, version) = Process::start(command)?;
        Ok(Python { process: Rc::new(RefCell::new(process)), folder, version })
    }

    /// The library's ways to do a row's work; none if it has no such row.
    pub fn candidates(&self, row: &Row, contest: &Contest) -> Result<Vec<Candidate>, String> {
        let mut paths = Vec::new();
        for (i, input) in contest.inputs.iter().enumerate() {
            let path = self.folder.path().join(format!("{i}.npy"));
            write_npy(&path, input.clone()).map_err(|error| error.to_string())?;
            paths.push(path.display().to_string());
        }
        let names = self.process.borrow_mut().ask(&format!("prepare {} {}", row.name, paths.join(" ")))?;
        let work = |name: &str| Elsewhere {
            process: Rc::clone(&self.process),
            answer: self.folder.path().join("answer.npy"),
            name: name.to_string(),
        };
        Ok(names.split_whitespace().map(|name| Candidate::boxed(name, Box::new(work(name)))).collect())
    }
}

/// Work of a process in Python.
struct Elsewhere {
    process: Rc<RefCell<Process>>,
    answer: PathBuf,
    name: String,
}

impl Work for Elsewhere {
    fn answer(&mut self) -> Result<Vec<f64>, String> {
        self.process.borrow_mut().ask(&format!("answer {} {}", self.name, self.answer.display()))?;
        let numbers = read_npy(&self.answer).and_then(|any| any.try_into::<f64>());
        Ok(numbers.map_err(|error| error.to_string())?.to_vec())
    }

    fn seconds(&mut self, count: usize, clock: Clock) -> Result<f64, String> {
        let command = match clock {
            Clock::Wall => "time",
            Clock::Cpu => "cpu_time",
        };
        let reply = self.process.borrow_mut().ask(&format!("{command} {} {count}", self.name))?;
        reply.parse().map_err(|_| format!("{reply:?} is no time"))
    }
}

/// Python, which answers a line with a line.
struct Process {
    child: Child,
    commands: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Its first line is the library's version.
    fn start(mut command: Command) -> Result<(Process, String), String> {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| format!("python3 does not start: {error}"))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (commands, replies) = pipes.ok_or("python3 has no pipes")?;
        let mut process = Process { child, commands, replies: BufReader::new(replies).lines() };
        let version = process.reply()?;
        Ok((process, version))
    }

    fn ask(&mut self, command: &str) -> Result<String, String> {
        self.signal(Signal::CONT);
        writeln!(self.commands, "{command}").map_err(|_| "Python has ended")?;
        let reply = self.reply();
        self.signal(Signal::STOP);
        reply
    }

    /// Between its turns the process stands still: threads that wait for more work by spinning would take the others'
    /// processors.
    fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            // Has it ended, the next question says so.
            let _ = kill_process(pid, signal);
        }
    }

    fn reply(&mut self) -> Result<String, String> {
        let line = self.replies.next().and_then(Result::ok).ok_or("Python has ended")?;
        match line.strip_prefix("failed ") {
            Some(message) => Err(message.to_string()),
            None => Ok(line),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing left to do.
        self.signal(Signal::CONT);
        let _ = writeln!(self.commands, "quit");
        let _ = self.child.wait();
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl")
}
#[cfg(not(target_arch = "x86_64"))]
fn has_avx512() -> bool {
    false
}

/// A library that answers for MKL, inside PyTorch, when it asks whether it is on a processor of Intel's: it takes
/// AVX2 elsewhere. `None` where there is no C compiler; then MKL stays as it is.
fn intel(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("intel.c"), folder.join("intel.so"));
    let answers =
        "int mkl_serv_intel_cpu(void) { return 1; }\nint mkl_serv_intel_cpu_true(void) { return 1; }\n";
    std::fs::write(&source, answers).ok()?;
    let status =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status().ok()?;
    status.success().then_some(library)
}
