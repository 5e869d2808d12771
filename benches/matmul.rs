//! How fast are matrix products, next to the `matrixmultiply` crate? `cargo bench --bench matmul`

use array_core::{Array, default_rng, set_num_threads};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// (m, k, n): squares, a dense layer's forward pass, and the products that small models make.
const SHAPES: [[usize; 3]; 7] = [
    [64, 64, 64],
    [256, 256, 256],
    [1024, 1024, 1024],
    [256, 1024, 1024],
    [32, 784, 256],
    [32, 64, 128],
    [1, 1024, 1024],
];

fn products(c: &mut Criterion) {
    // One thread: matrixmultiply has no other here.
    set_num_threads(1);
    let mut group = c.benchmark_group("matmul f32, 1 thread");
    for [m, k, n] in SHAPES {
        let rng = &mut default_rng(0);
        let a: Array<f32> = rng.uniform(-1.0, 1.0, [m, k]);
        let b: Array<f32> = rng.uniform(-1.0, 1.0, [k, n]);
        let id = format!("{m}x{k}x{n}");
        // Elements per second are multiply-adds per second: half the FLOP/s.
        group.throughput(Throughput::Elements((m * k * n) as u64));
        group.bench_function(BenchmarkId::new("array-core", &id), |bencher| bencher.iter(|| a.matmul(&b)));

        let (left, right) = (a.to_vec(), b.to_vec());
        let multiply = |product: &mut [f32]| {
            assert_eq!(product.len(), m * n);
            let (rsa, rsb, c) = (k as isize, n as isize, product.as_mut_ptr());
            // SAFETY: the vectors and the product hold row-major matrices of these shapes.
            unsafe {
                matrixmultiply::sgemm(
                    m,
                    k,
                    n,
                    1.0,
                    left.as_ptr(),
                    rsa,
                    1,
                    right.as_ptr(),
                    rsb,
                    1,
                    0.0,
                    c,
                    rsb,
                    1,
                );
            }
        };
        let mut product = vec![0.0; m * n];
        // Here, since whatever a filter leaves out is not run below.
        multiply(&mut product);
        let theirs = Array::from_vec(&product, [m, n]);
        assert!(theirs.allclose(a.matmul(&b), 1e-3, 1e-3), "the answers agree");
        group.bench_function(BenchmarkId::new("matrixmultiply", &id), |bencher| {
            bencher.iter(|| multiply(&mut product));
        });
    }
    group.finish();
}

/// Gradients of weights: the transposed input, (k, m) in memory, times that of the output.
fn transposed(c: &mut Criterion) {
    set_num_threads(std::thread::available_parallelism().map_or(1, usize::from));
    let mut group = c.benchmark_group("transposed f32, all threads");
    for [m, k, n] in [[256, 256, 256], [512, 512, 512], [784, 64, 128], [128, 64, 784]] {
        let rng = &mut default_rng(0);
        let a: Array<f32> = rng.uniform(-1.0, 1.0, [k, m]);
        let b: Array<f32> = rng.uniform(-1.0, 1.0, [k, n]);
        group.throughput(Throughput::Elements((m * k * n) as u64));
        group.bench_function(format!("{m}x{k}x{n}"), |bencher| bencher.iter(|| a.t().matmul(&b)));
    }
    group.finish();
}

criterion_group!(benches, products, transposed);
criterion_main!(benches);
