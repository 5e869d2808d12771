//! The measurements.

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Access, Bandwidth, Machine, Peak, Rate, cpu};
use crate::dtype::DType;
use crate::element::Element;
use crate::kernels::isa::{Isa, isa, with_isa};
use crate::kernels::parallel::{for_each_task, num_threads, set_num_threads};
use crate::kernels::probe::{MultiplyAdd, pass};

/// How often each rate is measured.
const SAMPLES: usize = 7;
/// How long one measurement takes at least.
const LEAST: Duration = Duration::from_micros(1500);
/// A rate whose slowest and fastest measurement are further apart than this is not to be trusted.
const NOISY: f64 = 0.15;
/// If the same measurement is slower by this much at the end than in the beginning, the clock has gone down.
const THROTTLED: f64 = 0.1;
/// Bytes of a cache line.
const LINE: usize = 64;
/// No working set is larger than this.
const MOST_MEMORY: usize = 512 << 20;

impl Machine {
    /// Measures this machine; takes less than a second.
    ///
    /// Changes the number of threads ([`set_num_threads`]) and the instruction set ([`with_isa`]) meanwhile and
    /// puts them back: other threads should not compute at the same time, also for the sake of the figures.
    ///
    /// ```
    /// use array_core::machine::Machine;
    /// use array_core::{DType, isa};
    /// let machine = Machine::measure();
    /// let peak = machine.peak(DType::Float32, isa(), 1).unwrap();
    /// println!("{machine}one core: {:.0} GFLOP/s", peak / 1e9);
    /// ```
    pub fn measure() -> Machine {
        let most = num_threads();
        let threads = if most > 1 { vec![1, most] } else { vec![1] };
        let caches = cpu::caches();
        let last = caches.last().map_or(0, |cache| cache.size);
        let memory = (4 * last).min(MOST_MEMORY);
        let levels = caches.iter().map(|cache| (Some(cache.level), cache.size / 2));
        let levels: Vec<_> = levels.chain([(None, memory)]).collect();

        let (mut peaks, mut bandwidths) = (Vec::new(), Vec::new());
        for &threads in &threads {
            set_num_threads(threads);
            for isa in Isa::ALL.into_iter().filter(|&candidate| candidate <= isa()) {
                with_isa(isa, || {
                    for (dtype, flops) in
                        [(f32::DTYPE, arithmetic::<f32>(threads)), (f64::DTYPE, arithmetic::<f64>(threads))]
                    {
                        peaks.push(Peak { dtype, isa, threads, flops });
                    }
                });
            }
            let mut buffers: Vec<Vec<f32>> = (0..threads).map(|_| numbers(memory / threads)).collect();
            for &(level, size) in &levels {
                // The last cache and memory are shared by the threads, the others belong to one core.
                let shared = size > last / 4;
                let working_set = if shared { size / threads } else { size };
                for access in [Access::Read, Access::Copy, Access::Triad] {
                    let bytes = traffic(access, working_set, &mut buffers);
                    bandwidths.push(Bandwidth { level, working_set, access, threads, bytes });
                }
            }
        }
        set_num_threads(1);
        let again = arithmetic::<f32>(1);
        set_num_threads(most);

        let mut machine =
            Machine { cpu: cpu::name(), caches, threads, peaks, bandwidths, warnings: Vec::new() };
        machine.warnings = warnings(&machine, again);
        machine
    }
}

/// What speaks against the figures. `again` is the peak of one thread, measured once more at the end.
fn warnings(machine: &Machine, again: Rate) -> Vec<String> {
    let mut warnings = Vec::new();
    let spreads = machine.peaks.iter().map(|peak| peak.flops.spread);
    let (count, noisy) =
        spreads.fold((0, 0), |(count, noisy), spread| (count + 1, noisy + usize::from(spread > NOISY)));
    if noisy > 0 {
        warnings.push(format!(
            "noisy: {noisy} of {count} peaks vary by more than {:.0} %; is something else running?",
            100.0 * NOISY
        ));
    }
    let is_it = |peak: &&Peak| (peak.dtype, peak.isa, peak.threads) == (DType::Float32, isa(), 1);
    if let Some(first) = machine.peaks.iter().find(is_it) {
        let loss = 1.0 - again.median / first.flops.median;
        if loss > THROTTLED {
            warnings.push(format!(
                "throttled: one core was {:.0} % slower at the end of the measurement than in the beginning",
                100.0 * loss
            ));
        }
    }
    warnings
}

/// A buffer of numbers that are not all alike, with a cache line to spare.
fn numbers(bytes: usize) -> Vec<f32> {
    (0..(bytes + LINE) / size_of::<f32>()).map(|i| (i % 1021) as f32).collect()
}

/// Measures units per second of a call that says how many units it has done when repeated so many times.
fn rate(mut run: impl FnMut(usize) -> f64) -> Rate {
    // The first run also warms caches and threads; the number of repetitions then grows until the time suffices.
    let mut repetitions = 1;
    loop {
        let start = Instant::now();
        run(repetitions);
        let elapsed = start.elapsed();
        if elapsed >= LEAST {
            break;
        }
        let missing = LEAST.as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
        repetitions = (repetitions as f64 * missing.clamp(1.2, 100.0)).ceil() as usize;
    }
    let mut rates: [f64; SAMPLES] = std::array::from_fn(|_| {
        let start = Instant::now();
        let units = run(repetitions);
        units / start.elapsed().as_secs_f64()
    });
    rates.sort_by(f64::total_cmp);
    let (slowest, best) = (rates[0], rates[SAMPLES - 1]);
    Rate { median: rates[SAMPLES / 2], best, spread: (best - slowest) / best }
}

/// Floating-point operations per second of so many threads.
fn arithmetic<T: MultiplyAdd>(threads: usize) -> Rate {
    rate(|repetitions| {
        let total = Mutex::new(0);
        for_each_task(threads, |_| {
            let count = T::multiply_adds(1000 * repetitions);
            *total.lock().unwrap_or_else(PoisonError::into_inner) += count;
        });
        total.into_inner().unwrap_or_else(PoisonError::into_inner) as f64
    })
}

/// Bytes per second when every thread goes through a working set of its own.
fn traffic(access: Access, working_set: usize, buffers: &mut [Vec<f32>]) -> Rate {
    let len = working_set / size_of::<f32>();
    // Each lock is taken once per run and by one thread only: it hands its memory over.
    let parts: Vec<Mutex<&mut [f32]>> = buffers
        .iter_mut()
        .map(|buffer| {
            // From a cache line's start on: vectors that straddle two lines are read at half the speed.
            let start = buffer.as_ptr().align_offset(LINE).min(buffer.len());
            let end = buffer.len().min(start + len);
            Mutex::new(&mut buffer[start..end])
        })
        .collect();
    rate(|repetitions| {
        for_each_task(parts.len(), |i| {
            let mut memory = parts[i].lock().unwrap_or_else(PoisonError::into_inner);
            for _ in 0..repetitions {
                black_box(pass(access, black_box(&mut **memory)));
            }
        });
        (parts.len() * repetitions * len * size_of::<f32>()) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::super::Cache;
    use super::*;

    #[test]
    fn every_combination_is_measured_and_within_what_hardware_can_be() {
        let machine = Machine::measure();
        let isas = Isa::ALL.into_iter().filter(|&candidate| candidate <= isa()).count();
        assert_eq!(machine.peaks.len(), machine.threads.len() * isas * 2);
        assert_eq!(machine.bandwidths.len(), machine.threads.len() * (machine.caches.len() + 1) * 3);
        let cores = machine.threads.last().copied().unwrap_or(1) as f64;
        for peak in &machine.peaks {
            // From a tenth of an operation per cycle to four 512-bit pipes at 10 GHz.
            let flops = peak.flops;
            assert!(flops.median > 1e8 && flops.best < cores * 4.0 * 32.0 * 1e10, "{peak:?}");
            assert!(flops.median <= flops.best && (0.0..1.0).contains(&flops.spread), "{peak:?}");
        }
        for bandwidth in &machine.bandwidths {
            // From an old disk's to four 512-bit loads per cycle at 10 GHz.
            let bytes = bandwidth.bytes;
            assert!(bytes.median > 1e8 && bytes.best < cores * 4.0 * 64.0 * 1e10, "{bandwidth:?}");
        }
    }

    #[test]
    fn a_roof_is_made_of_the_best_figures_level_by_level() {
        let rate = |best| Rate { median: best / 2.0, best, spread: 0.5 };
        let bandwidth =
            |level, access, best| Bandwidth { level, working_set: 1, access, threads: 1, bytes: rate(best) };
        let machine = Machine {
            cpu: String::new(),
            caches: vec![Cache { level: 1, size: 1000 }, Cache { level: 2, size: 5000 }],
            threads: vec![1],
            peaks: vec![Peak { dtype: DType::Float32, isa: Isa::Avx2, threads: 1, flops: rate(100.0) }],
            bandwidths: vec![
                bandwidth(Some(1), Access::Read, 100.0),
                bandwidth(Some(1), Access::Copy, 200.0),
                bandwidth(Some(2), Access::Read, 50.0),
                bandwidth(None, Access::Read, 10.0),
            ],
            warnings: Vec::new(),
        };
        let roof = machine.roof(300, 13_000, DType::Float32, Isa::Avx2, 1).expect("measured");
        // 2·1000/200 + 2·5000/50 + 1000/10
        assert_eq!((roof.compute, roof.memory, roof.seconds()), (3.0, 310.0, 310.0));
        assert_eq!(machine.roof(1, 1, DType::Float64, Isa::Avx2, 1), None);
        assert_eq!(machine.roof(1, 1, DType::Float32, Isa::Avx2, 2), None);
    }

    #[test]
    fn a_slower_end_is_throttling() {
        let steady = Rate { median: 100.0, best: 101.0, spread: 0.01 };
        let peak = Peak { dtype: DType::Float32, isa: isa(), threads: 1, flops: steady };
        let machine = |spread| Machine {
            cpu: String::new(),
            caches: Vec::new(),
            threads: vec![1],
            peaks: vec![Peak { flops: Rate { spread, ..steady }, ..peak }],
            bandwidths: Vec::new(),
            warnings: Vec::new(),
        };
        assert_eq!(warnings(&machine(0.01), steady), Vec::<String>::new());
        assert!(warnings(&machine(0.01), Rate { median: 80.0, ..steady })[0].contains("20 % slower"));
        assert!(warnings(&machine(0.5), steady)[0].contains("1 of 1 peaks"));
    }
}
