//! The measurement.

use std::time::{Duration, Instant};

use array_core::machine::{Machine, Roof};
use array_core::{default_rng, engine, isa, memory_stats, num_threads, release_memory};

use super::{Bound, Cost, Profile, ProfileRow, Stage};
use crate::autograd::{Snapshot, Tape, Var};
use crate::error::Result;
use crate::module::Module;
use crate::optim::{Optimizer, step_cost};
use crate::scalar::Scalar;
use crate::trace::node_cost;

/// Below this fraction of the roof, neither arithmetic nor memory is what binds.
const OVERHEAD: f64 = 0.25;

/// Profiles training steps of a model: measures the machine, then makes steps for a second. See [`Profiler`] for
/// more say in it.
///
/// `loss` is the forward pass; its steps train the model, so profile a clone if that matters.
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::profile::{Stage, profile};
/// use nn::{Adam, Dense, Relu, Sequential};
/// let rng = &mut default_rng(0);
/// let mut model = Sequential::new().add("l1", Dense::new(8, 16, rng)).add("act", Relu).add("l2", Dense::new(16, 3, rng));
/// let (x, y) = (rng.uniform(-1.0, 1.0, [32, 8]), rng.integers(0, 3, 32));
/// let profile = profile(&mut model, &mut Adam::new(1e-3), |tape, model| {
///     tape.constant(x.clone()).apply("mlp", model).cross_entropy(&y)
/// })?;
/// println!("{profile}"); // per layer: time, FLOPs, bytes, share of the roof, and what binds
/// // Dense: 2·in·out multiply-adds per row, and the bias.
/// let l1 = profile.rows.iter().find(|row| row.path == "mlp.l1" && row.stage == Stage::Forward).unwrap();
/// assert_eq!(l1.work.flops, 32 * 16 * (2 * 8 + 1));
/// # Ok::<(), nn::Error>(())
/// ```
///
/// # Errors
/// If a step fails, such as for a missing gradient.
///
/// # Panics
/// If the forward pass records other operations from step to step.
pub fn profile<T, M, O>(
    model: &mut M,
    optimizer: &mut O,
    loss: impl for<'t> Fn(&'t Tape<T>, &M) -> Var<'t, T>,
) -> Result<Profile>
where
    T: Scalar,
    M: Module<T>,
    O: Optimizer<T>,
{
    Profiler::new(&Machine::measure()).run(model, optimizer, loss)
}

/// How to profile.
#[derive(Debug, Clone)]
pub struct Profiler {
    machine: Machine,
    time: Duration,
    steps: usize,
}

/// The times of one step's stages.
struct Stages([Duration; 4]);

impl Profiler {
    /// Profiles for a second, but no fewer than ten steps, against this machine's limits.
    ///
    /// The machine must have been measured with the present number of threads.
    pub fn new(machine: &Machine) -> Profiler {
        Profiler { machine: machine.clone(), time: Duration::from_secs(1), steps: 10 }
    }

    /// Sets how long to go on at least.
    pub fn time(self, time: Duration) -> Profiler {
        Profiler { time, ..self }
    }

    /// Sets how many steps of either kind to make at least, and makes at least one.
    pub fn steps(self, steps: usize) -> Profiler {
        Profiler { steps: steps.max(1), ..self }
    }

    /// Makes training steps, by turns with and without looking: see [`profile`].
    ///
    /// # Errors
    /// If a step fails, such as for a missing gradient.
    ///
    /// # Panics
    /// If the forward pass records other operations from step to step.
    pub fn run<T, M, O>(
        &self,
        model: &mut M,
        optimizer: &mut O,
        loss: impl for<'t> Fn(&'t Tape<T>, &M) -> Var<'t, T>,
    ) -> Result<Profile>
    where
        T: Scalar,
        M: Module<T>,
        O: Optimizer<T>,
    {
        let rng = &mut default_rng(0);
        // What is kept for later is given back, so that the steps show what they need.
        release_memory();
        let before = memory_stats().allocated_bytes;
        // Costs and names, from one pass that makes no step; then a step to warm up, also the optimizer's memory.
        let layout = {
            let tape = Tape::training(rng.spawn()).labelled();
            loss(&tape, model);
            Layout::of(&tape.snapshot())
        };
        step(Tape::training(rng.spawn()), model, optimizer, &loss)?;

        let (mut plain, mut timed) = (Vec::new(), Samples::new(layout.parts.len()));
        let start = Instant::now();
        while plain.len() < self.steps || start.elapsed() < self.time {
            let (stages, _) = step(Tape::training(rng.spawn()), model, optimizer, &loss)?;
            plain.push(stages.0.iter().sum());
            let (stages, times) = step(Tape::training(rng.spawn()).timed(), model, optimizer, &loss)?;
            timed.add(&layout, &stages, &times);
        }
        let steps = plain.len();
        let work = step_cost(optimizer.stepper(), model);
        let rows = self.rows::<T>(layout, &timed, (optimizer.state().kind, work));
        Ok(Profile {
            machine: self.machine.clone(),
            dtype: T::DTYPE,
            isa: isa(),
            engine: engine(),
            threads: num_threads(),
            steps,
            memory: memory_stats().allocated_bytes - before,
            step: mean(&plain, &undisturbed(&plain)),
            timed_step: mean(&timed.whole, &undisturbed(&timed.whole)),
            rows,
        })
    }

    fn rows<T: Scalar>(&self, layout: Layout, timed: &Samples, optimizer: (String, Cost)) -> Vec<ProfileRow> {
        let calm = undisturbed(&timed.whole);
        let own = |path: &str, stage| ProfileRow {
            path: path.to_string(),
            layer: None,
            stage,
            ops: Vec::new(),
            time: Duration::ZERO,
            work: Cost::default(),
            roof: Duration::ZERO,
            bound: None,
        };
        let mut rows = Vec::new();
        for stage in [Stage::Forward, Stage::Backward] {
            for (part, times) in layout.parts.iter().zip(&timed.parts) {
                let at = stage as usize;
                let Part { path, layer, ops, work, .. } = part;
                let time = mean(&times[at], &calm);
                if stage == Stage::Backward && time.is_zero() {
                    continue;
                }
                let row = ProfileRow { time, layer: layer.clone(), ops: ops.clone(), ..own(path, stage) };
                rows.push(self.with_roof::<T>(row, &work[at]));
            }
            rows.push(ProfileRow {
                time: mean(&timed.between[stage as usize], &calm),
                ..own("(between operations)", stage)
            });
        }
        let (kind, work) = optimizer;
        let row =
            ProfileRow { time: mean(&timed.optimizer, &calm), ..own(&format!("({kind})"), Stage::Optimizer) };
        rows.push(self.with_roof::<T>(row, &[work]));
        rows.push(ProfileRow {
            time: mean(&timed.release, &calm),
            ..own("(tape and gradients)", Stage::Release)
        });
        rows
    }

    /// Sets the work of a row, as the sum over its operations, and what follows from it.
    fn with_roof<T: Scalar>(&self, row: ProfileRow, work: &[Cost]) -> ProfileRow {
        let roof_of = |cost: &Cost| {
            let roof = self.machine.roof(cost.flops, cost.bytes, T::DTYPE, isa(), num_threads());
            roof.unwrap_or(Roof { compute: 0.0, memory: 0.0 })
        };
        let roofs: Vec<Roof> = work.iter().map(roof_of).collect();
        let roof: f64 = roofs.iter().map(|roof| roof.seconds()).sum();
        let sum = |of: fn(&Roof) -> f64| roofs.iter().map(of).sum::<f64>();
        let bound = match () {
            () if roof == 0.0 => None,
            () if roof < OVERHEAD * row.time.as_secs_f64() => Some(Bound::Overhead),
            () if sum(|roof| roof.compute) > sum(|roof| roof.memory) => Some(Bound::Compute),
            () => Some(Bound::Memory),
        };
        ProfileRow { work: work.iter().copied().sum(), roof: Duration::from_secs_f64(roof), bound, ..row }
    }
}

/// Makes a step; returns the time of each stage, and those of the operations if the tape keeps them.
fn step<T: Scalar, M: Module<T>, O: Optimizer<T>>(
    tape: Tape<T>,
    model: &mut M,
    optimizer: &mut O,
    loss: &impl for<'t> Fn(&'t Tape<T>, &M) -> Var<'t, T>,
) -> Result<(Stages, Vec<[Duration; 2]>)> {
    let start = Instant::now();
    let value = loss(&tape, model);
    let forward = start.elapsed();
    let gradients = value.backward();
    let backward = start.elapsed() - forward;
    optimizer.step(model, &gradients)?;
    let update = start.elapsed() - forward - backward;
    let times = tape.times();
    let start = Instant::now();
    drop((gradients, tape));
    Ok((Stages([forward, backward, update, start.elapsed()]), times))
}

/// A row in the making: the operations directly in one scope.
struct Part {
    path: String,
    layer: Option<String>,
    ops: Vec<&'static str>,
    /// The work of each operation, forward and backward.
    work: [Vec<Cost>; 2],
}

/// Which operation belongs to which part.
struct Layout {
    parts: Vec<Part>,
    /// Per value of the tape; `None` for what is no operation.
    part_of: Vec<Option<usize>>,
}

impl Layout {
    fn of<T: Scalar>(snapshot: &Snapshot<T>) -> Layout {
        let mut parts: Vec<Part> = Vec::new();
        let mut part_of = Vec::with_capacity(snapshot.nodes.len());
        for (index, node) in snapshot.nodes.iter().enumerate() {
            if node.inputs.is_empty() {
                part_of.push(None);
                continue;
            }
            let path = match &snapshot.scopes[node.scope as usize].1 {
                path if path.is_empty() => format!("({})", node.op),
                path => path.clone(),
            };
            let at = parts.iter().position(|part| part.path == path).unwrap_or_else(|| {
                let layer = snapshot.layers.iter().find(|(scope, _)| *scope == node.scope);
                let layer = layer.map(|(_, layer)| layer.clone());
                parts.push(Part { path, layer, ops: Vec::new(), work: Default::default() });
                parts.len() - 1
            });
            let part = &mut parts[at];
            if !part.ops.contains(&node.op) {
                part.ops.push(node.op);
            }
            let (forward, backward) = node_cost(snapshot, index);
            part.work[0].push(forward);
            part.work[1].push(backward);
            part_of.push(Some(at));
        }
        Layout { parts, part_of }
    }
}

/// The times of all steps.
struct Samples {
    /// Forward and backward, per part.
    parts: Vec<[Vec<Duration>; 2]>,
    /// What the operations' times leave of the stages', forward and backward.
    between: [Vec<Duration>; 2],
    optimizer: Vec<Duration>,
    release: Vec<Duration>,
    whole: Vec<Duration>,
}

impl Samples {
    fn new(parts: usize) -> Samples {
        Samples {
            parts: (0..parts).map(|_| Default::default()).collect(),
            between: Default::default(),
            optimizer: Vec::new(),
            release: Vec::new(),
            whole: Vec::new(),
        }
    }

    fn add(&mut self, layout: &Layout, stages: &Stages, times: &[[Duration; 2]]) {
        assert_eq!(
            times.len(),
            layout.part_of.len(),
            "profile: the forward pass must record the same operations in every step"
        );
        let mut sums = vec![[Duration::ZERO; 2]; layout.parts.len()];
        for (part, times) in layout.part_of.iter().zip(times) {
            let Some(part) = *part else { continue };
            for (sum, time) in sums[part].iter_mut().zip(times) {
                *sum += *time;
            }
        }
        for stage in [0, 1] {
            let of_operations: Duration = sums.iter().map(|sum| sum[stage]).sum();
            self.between[stage].push(stages.0[stage].saturating_sub(of_operations));
            for (part, sum) in self.parts.iter_mut().zip(&sums) {
                part[stage].push(sum[stage]);
            }
        }
        self.optimizer.push(stages.0[2]);
        self.release.push(stages.0[3]);
        self.whole.push(stages.0.iter().sum());
    }
}

/// Which steps are the faster half. What else the machine does makes steps slower, never faster; and the means of the
/// rows over the same steps add up, where medians would not.
fn undisturbed(times: &[Duration]) -> Vec<usize> {
    let mut steps: Vec<usize> = (0..times.len()).collect();
    steps.sort_by_key(|&step| times[step]);
    steps.truncate(times.len().div_ceil(2));
    steps
}

/// The mean time of some steps.
fn mean(times: &[Duration], steps: &[usize]) -> Duration {
    let sum: Duration = steps.iter().map(|&step| times[step]).sum();
    sum / steps.len().max(1) as u32
}
