//! How fast is this beside NumPy? `cargo bench --features linalg --bench against_numpy [-- ROW …]`
//!
//! A Python child (`numpy_rows.py`) runs NumPy's rows. Both sides start from the same random numbers, must give the
//! same answers, and take turns, so that what else the machine does falls on both. One thread, then two.

use std::fmt;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Instant;

use array_core::linalg::{self, Scalar};
use array_core::random::Generator;
use array_core::{Array, Real, default_rng, einsum, set_num_threads};

/// Seconds that each side computes per row, at least.
const SECONDS: f64 = 1.0;
/// Turns per row, at least.
const TURNS: usize = 7;
/// Seconds of one turn: shorter rows are repeated within it.
const TURN: f64 = 0.01;

/// The rows, named as in `numpy_rows.py`. To add one, write an entry here and a line there.
#[rustfmt::skip]
fn rows() -> Vec<Row> {
    vec![
        row("svd_500x50", 1e-9, |rng| { let a = normal(rng, [500, 50]); move || { let f = linalg::svd(&a)?; Ok((f.u, f.s, f.vt)) } }),
        row("svd_500", 1e-9, |rng| { let a = normal(rng, [500, 500]); move || { let f = linalg::svd(&a)?; Ok((f.u, f.s, f.vt)) } }),
        row("eigh_500", 1e-9, |rng| { let a = normal(rng, [500, 500]); let h = &a + a.t(); move || { let f = linalg::eigh(&h)?; Ok((f.values, f.vectors)) } }),
        row("eig_200", 1e-9, |rng| { let a = normal(rng, [200, 200]); move || { let f = linalg::eig(&a)?; Ok((f.values, f.vectors)) } }),
        row("solve_1000", 1e-9, |rng| { let (a, b) = (normal(rng, [1000, 1000]), normal(rng, [1000])); move || linalg::solve(&a, &b) }),
        row("inv_1000", 1e-9, |rng| { let a = normal(rng, [1000, 1000]); move || linalg::inv(&a) }),
        row("det_1000", 1e-9, |rng| { let a = normal(rng, [1000, 1000]); move || { let f = linalg::slogdet(&a)?; Ok((f.sign, f.logabsdet)) } }),
        row("qr_1000x200", 1e-9, |rng| { let a = normal(rng, [1000, 200]); move || { let f = linalg::qr(&a)?; Ok((f.q, f.r)) } }),
        row("einsum_bhid_bhjd", 1e-4, |rng| { let [q, k] = [(); 2].map(|()| normal(rng, [4, 8, 64, 32]).cast::<f32>()); move || Ok(einsum("bhid,bhjd->bhij", &[&q, &k])) }),
        row("einsum_ijk_jl", 1e-4, |rng| { let (a, b) = (normal(rng, [64, 64, 64]).cast::<f32>(), normal(rng, [64, 64]).cast::<f32>()); move || Ok(einsum("ijk,jl->ikl", &[&a, &b])) }),
        row("einsum_chain", 1e-4, |rng| { let [a, b, c, d] = [(); 4].map(|()| normal(rng, [64, 64]).cast::<f32>()); move || Ok(einsum("ij,jk,kl,lm->im", &[&a, &b, &c, &d])) }),
    ]
}

/// One thing that both sides do.
struct Row {
    name: &'static str,
    /// How far the sums of |x| may differ, relatively.
    tolerance: f64,
    prepare: Box<dyn Fn(&mut Generator) -> Run>,
}

/// Runs a row once; the results are dropped by the caller.
type Run = Box<dyn FnMut() -> array_core::Result<Box<dyn Results>>>;

/// A row made of a function that makes the inputs and gives the function that is timed.
fn row<R: Results + 'static, F: FnMut() -> array_core::Result<R> + 'static>(
    name: &'static str,
    tolerance: f64,
    prepare: impl Fn(&mut Generator) -> F + 'static,
) -> Row {
    let prepare = move |rng: &mut Generator| -> Run {
        let mut run = prepare(rng);
        Box::new(move || run().map(|results| Box::new(results) as Box<dyn Results>))
    };
    Row { name, tolerance, prepare: Box::new(prepare) }
}

fn normal<const N: usize>(rng: &mut Generator, shape: [usize; N]) -> Array<f64> {
    rng.standard_normal(shape)
}

/// Arrays that can be compared with NumPy's.
trait Results {
    /// The sum of |x| of each, which signs and phases of vectors do not change.
    fn sizes(&self) -> Vec<f64>;
}

impl<T: Scalar> Results for Array<T> {
    fn sizes(&self) -> Vec<f64> {
        vec![self.iter().map(|x| x.abs().to_f64()).sum()]
    }
}

impl<A: Results, B: Results> Results for (A, B) {
    fn sizes(&self) -> Vec<f64> {
        [self.0.sizes(), self.1.sizes()].concat()
    }
}

impl<A: Results, B: Results, C: Results> Results for (A, B, C) {
    fn sizes(&self) -> Vec<f64> {
        [self.0.sizes(), self.1.sizes(), self.2.sizes()].concat()
    }
}

/// What went wrong, in words for the terminal.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// NumPy in a process of its own.
struct NumPy {
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl NumPy {
    /// Starts Python; returns NumPy's version too.
    fn start(threads: usize) -> Outcome<(NumPy, String)> {
        let threads = threads.to_string();
        let mut child = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/numpy_rows.py"))
            .envs([("OPENBLAS_NUM_THREADS", &threads), ("OMP_NUM_THREADS", &threads)])
            // OpenBLAS does not recognise every processor with AVX-512; without it the comparison would be unfair.
            .envs(has_avx512().then_some(("OPENBLAS_CORETYPE", "SKYLAKEX")))
            .env_remove("OPENBLAS_L2_SIZE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!("python3 does not start: {error}. The bench needs Python 3 with NumPy")
            })?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (commands, answers) = pipes.ok_or("python3 has no pipes")?;
        let mut numpy = NumPy { child, commands, answers: BufReader::new(answers).lines() };
        let version = numpy.answer()?;
        Ok((numpy, version))
    }

    fn answer(&mut self) -> Outcome<String> {
        let line = self.answers.next().ok_or("python3 has ended; see its message above")??;
        match line.strip_prefix("missing ") {
            Some(what) => Err(format!("Python lacks something: {what}").into()),
            None => Ok(line),
        }
    }

    fn ask(&mut self, command: fmt::Arguments<'_>) -> Outcome<String> {
        writeln!(self.commands, "{command}")?;
        self.answer()
    }

    /// Makes a row's inputs and returns the sizes of its results.
    fn prepare(&mut self, name: &str) -> Outcome<Vec<f64>> {
        let sizes = self.ask(format_args!("prepare {name}"))?;
        sizes.split(' ').map(|size| Ok(size.parse()?)).collect()
    }

    /// Seconds per run of so many.
    fn time(&mut self, count: usize) -> Outcome<f64> {
        Ok(self.ask(format_args!("time {count}"))?.parse()?)
    }
}

impl Drop for NumPy {
    fn drop(&mut self) {
        // The child may have ended already; then there is nothing left to do.
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

/// Seconds per run of so many of ours.
fn time(run: &mut Run, count: usize) -> Outcome<f64> {
    let start = Instant::now();
    for _ in 0..count {
        std::hint::black_box(run()?);
    }
    Ok(start.elapsed().as_secs_f64() / count as f64)
}

/// Times of one side.
struct Times(Vec<f64>);

impl Times {
    fn best(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }
}

/// Checks that both sides agree, and lets them take turns.
fn compare(row: &Row, numpy: &mut NumPy) -> Outcome<[Times; 2]> {
    let mut ours = (row.prepare)(&mut default_rng(0));
    let (sizes, theirs) = (ours()?.sizes(), numpy.prepare(row.name)?);
    let agree = |(a, b): (&f64, &f64)| (a - b).abs() <= row.tolerance * b.abs();
    if sizes.len() != theirs.len() || !sizes.iter().zip(&theirs).all(agree) {
        return Err(format!("{}: the answers differ: {sizes:?}, NumPy {theirs:?}", row.name).into());
    }
    let repeat = |once: f64| (TURN / once.max(1e-9)).ceil() as usize;
    let counts = [repeat(time(&mut ours, 1)?), repeat(numpy.time(1)?)];
    let mut times = [Times(Vec::new()), Times(Vec::new())];
    let start = Instant::now();
    while times[0].0.len() < TURNS || start.elapsed().as_secs_f64() < 2.0 * SECONDS {
        times[0].0.push(time(&mut ours, counts[0])?);
        times[1].0.push(numpy.time(counts[1])?);
    }
    Ok(times)
}

/// A time in the unit that suits it.
fn seconds(time: f64) -> String {
    let (value, unit) = if time < 1e-3 { (time * 1e6, "µs") } else { (time * 1e3, "ms") };
    format!("{value:.3} {unit}")
}

fn run(wanted: &[String]) -> Outcome<()> {
    for threads in [1, 2] {
        set_num_threads(threads);
        let (mut numpy, version) = NumPy::start(threads)?;
        println!(
            "\n{threads} thread(s); {version}; ratio: NumPy's best / ours, above 1 is faster than NumPy\n"
        );
        println!("| row | ours, best | median | NumPy, best | median | ratio |\n|---|---|---|---|---|---|");
        for row in rows() {
            if !wanted.is_empty() && !wanted.iter().any(|word| row.name.contains(word.as_str())) {
                continue;
            }
            let [ours, theirs] = compare(&row, &mut numpy)?;
            let [a, b, c, d] = [ours.best(), ours.median(), theirs.best(), theirs.median()].map(seconds);
            println!("| {} | {a} | {b} | {c} | {d} | {:.2} |", row.name, theirs.best() / ours.best());
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    // Cargo itself passes `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    match run(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("against_numpy: {error}");
            ExitCode::FAILURE
        }
    }
}
