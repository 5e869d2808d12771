//! What does each step from three loops to the library's matrix product bring? `cargo bench --bench gemm_steps`
//!
//! The steps are written out here, each as simple as it can be, and the last ones are the library itself. The table is
//! the one of ARCHITECTURE.md.

use std::hint::black_box;
use std::time::Instant;

use array_core::{Array, default_rng, set_num_threads};

/// All matrices are N×N, row-major, `f32`.
const N: usize = 1024;
/// Steps of k for which panels are packed.
const KC: usize = 512;
/// Rows of A that are packed at once.
const MC: usize = 288;

/// C = A·B.
type Product = fn(&[f32], &[f32], &mut [f32]);

/// The definition: each element of C is a row of A times a column of B.
fn definition(a: &[f32], b: &[f32], c: &mut [f32]) {
    for (a, c) in a.chunks_exact(N).zip(c.chunks_exact_mut(N)) {
        for (j, c) in c.iter_mut().enumerate() {
            *c = a.iter().zip(b[j..].iter().step_by(N)).map(|(a, b)| a * b).sum();
        }
    }
}

/// The loops in another order: rows of B are added up, so that memory is read as it lies.
fn rows_of_b(a: &[f32], b: &[f32], c: &mut [f32]) {
    c.fill(0.0);
    for (a, c) in a.chunks_exact(N).zip(c.chunks_exact_mut(N)) {
        for (&a, b) in a.iter().zip(b.chunks_exact(N)) {
            for (c, b) in c.iter_mut().zip(b) {
                *c += a * b;
            }
        }
    }
}

/// Sums in registers are added to a tile of C.
#[inline(always)]
fn add<const MR: usize, const NR: usize>(sums: [[f32; NR]; MR], c: &mut [f32]) {
    for (sums, c) in sums.iter().zip(c.chunks_mut(N)) {
        for (c, sum) in c.iter_mut().zip(sums) {
            *c += sum;
        }
    }
}

/// Tiles of C, which stay in registers while k runs; operands are read where they lie.
#[inline(always)]
fn tiles<const MR: usize, const NR: usize>(a: &[f32], b: &[f32], c: &mut [f32]) {
    #[inline(always)]
    fn tile<const MR: usize, const NR: usize>(a: &[f32], b: &[f32], c: &mut [f32]) {
        let mut sums = [[0.0_f32; NR]; MR];
        for (p, b) in b.chunks(N).enumerate() {
            for (i, sums) in sums.iter_mut().enumerate() {
                for (sum, b) in sums.iter_mut().zip(&b[..NR]) {
                    *sum = a[i * N + p].mul_add(*b, *sum);
                }
            }
        }
        add(sums, c);
    }
    c.fill(0.0);
    let whole = N / MR * MR;
    for j in (0..N).step_by(NR) {
        for i in (0..whole).step_by(MR) {
            tile::<MR, NR>(&a[i * N..], &b[j..], &mut c[i * N + j..]);
        }
        for i in whole..N {
            tile::<1, NR>(&a[i * N..], &b[j..], &mut c[i * N + j..]);
        }
    }
}

/// The same, with blocks of A and B copied into panels, in the order in which the tiles read them.
#[inline(always)]
fn packed<const MR: usize, const NR: usize>(a: &[f32], b: &[f32], c: &mut [f32]) {
    #[inline(always)]
    fn tile<const MR: usize, const NR: usize>(a: &[f32], b: &[f32], c: &mut [f32]) {
        let mut sums = [[0.0_f32; NR]; MR];
        for (a, b) in a.as_chunks::<MR>().0.iter().zip(b.as_chunks::<NR>().0) {
            let b = *b;
            for (sums, a) in sums.iter_mut().zip(a) {
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = a.mul_add(b, *sum);
                }
            }
        }
        add(sums, c);
    }
    c.fill(0.0);
    let (mut panels_a, mut panels_b) = (vec![0.0; MC * KC], vec![0.0; N * KC]);
    for p in (0..N).step_by(KC) {
        for (j, panel) in panels_b.chunks_exact_mut(NR * KC).enumerate() {
            for (step, b) in panel.chunks_exact_mut(NR).zip(b[p * N..].chunks_exact(N)) {
                step.copy_from_slice(&b[j * NR..][..NR]);
            }
        }
        for first in (0..N).step_by(MC) {
            let rows = MC.min(N - first);
            for (i, panel) in panels_a.chunks_exact_mut(MR * KC).enumerate() {
                for r in 0..MR.min(rows.saturating_sub(i * MR)) {
                    let row = &a[(first + i * MR + r) * N + p..][..KC];
                    panel[r..].iter_mut().step_by(MR).zip(row).for_each(|(to, &from)| *to = from);
                }
            }
            for (j, panel_b) in panels_b.chunks_exact(NR * KC).enumerate() {
                for (i, panel_a) in panels_a.chunks_exact(MR * KC).enumerate().take(rows.div_ceil(MR)) {
                    // The rows that the last tile has too many are those of nobody: C ends there.
                    tile::<MR, NR>(panel_a, panel_b, &mut c[(first + i * MR) * N + j * NR..]);
                }
            }
        }
    }
}

/// Lists the steps that need an instruction set: function, loops, what the compiler calls the set, the tile.
#[cfg(target_arch = "x86_64")]
macro_rules! steps {
    ($($name:ident: $loops:ident, $features:tt, $mr:literal x $nr:literal;)*) => {$(
        fn $name(a: &[f32], b: &[f32], c: &mut [f32]) {
            #[target_feature(enable = $features)]
            fn run(a: &[f32], b: &[f32], c: &mut [f32]) {
                $loops::<$mr, $nr>(a, b, c);
            }
            // SAFETY: `main` has looked whether this CPU can.
            unsafe { run(a, b, c) }
        }
    )*};
}
#[cfg(target_arch = "x86_64")]
steps! {
    tiles_avx2: tiles, "avx2,fma", 6 x 16;
    packed_avx2: packed, "avx2,fma", 6 x 16;
    packed_avx512: packed, "avx512f,avx512vl,fma", 12 x 32;
}

/// Prints the best speed of a few turns in GFLOP/s.
fn step(name: &str, mut product: impl FnMut()) {
    let mut best = f64::INFINITY;
    let start = Instant::now();
    for turn in 0.. {
        let turn_start = Instant::now();
        product();
        best = best.min(turn_start.elapsed().as_secs_f64());
        if turn > 0 && start.elapsed().as_secs_f64() > 1.0 {
            break;
        }
    }
    println!("{name:<64} {:>7.1} GFLOP/s", 2.0 * (N * N * N) as f64 / best / 1e9);
}

fn main() {
    let rng = &mut default_rng(0);
    let a: Array<f32> = rng.uniform(-1.0, 1.0, [N, N]);
    let b: Array<f32> = rng.uniform(-1.0, 1.0, [N, N]);
    set_num_threads(1);
    let expected = a.matmul(&b);

    let mut steps: Vec<(&str, Product)> = vec![
        ("three loops: a row times a column", definition),
        ("rows of B added up: memory is read as it lies", rows_of_b),
    ];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            steps.push(("a tile of C stays in registers: 6 x 16, AVX2", tiles_avx2));
            steps.push(("blocks are packed and stay in caches", packed_avx2));
        }
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            steps.push(("wider vectors: 12 x 32, AVX-512", packed_avx512));
        }
    }
    let (left, right, mut c) = (a.to_vec(), b.to_vec(), vec![0.0; N * N]);
    for (name, product) in steps {
        step(name, || product(&left, black_box(&right), &mut c));
        assert!(Array::from_vec(&c, [N, N]).allclose(&expected, 1e-4, 1e-3), "{name}: another product");
    }
    step("the library: packing in registers, and by the tile that is first", || {
        black_box(a.matmul(&b));
    });
    set_num_threads(2);
    step("the library on two threads", || {
        black_box(a.matmul(&b));
    });
}
