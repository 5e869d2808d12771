//! How fast is einsum, planning included, and how fast is planning alone? `cargo bench --bench einsum`

use array_core::{Array, Optimize, default_rng, einsum, einsum_path, set_num_threads};
use criterion::{Criterion, criterion_group, criterion_main};

/// Name, subscripts, and the shapes of operands: attention's scores, the guide's `ijk,jl->ikl`, a chain of four, rows
/// of dot products, and products of matrices too small for a product each.
const CASES: [(&str, &str, &[&[usize]]); 6] = [
    ("bhid_bhjd", "bhid,bhjd->bhij", &[&[4, 8, 64, 32], &[4, 8, 64, 32]]),
    ("ijk_jl", "ijk,jl->ikl", &[&[64, 64, 64], &[64, 64]]),
    ("chain", "ij,jk,kl,lm->im", &[&[64, 64], &[64, 64], &[64, 64], &[64, 64]]),
    ("rows", "ij,ij->i", &[&[1000, 1000], &[1000, 1000]]),
    ("trace", "ii->", &[&[1000, 1000]]),
    ("small", "bij,bjk->bik", &[&[10_000, 3, 3], &[10_000, 3, 3]]),
];

fn contractions(c: &mut Criterion) {
    for threads in [1, 2] {
        set_num_threads(threads);
        let mut group = c.benchmark_group(format!("einsum f32, {threads} threads"));
        for (name, spec, shapes) in CASES {
            let rng = &mut default_rng(0);
            let operands: Vec<Array<f32>> =
                shapes.iter().map(|shape| rng.uniform(-1.0, 1.0, *shape)).collect();
            let operands: Vec<&Array<f32>> = operands.iter().collect();
            group.bench_function(name, |bencher| bencher.iter(|| einsum(spec, &operands)));
        }
        group.finish();
    }
}

/// Chains of matrices of different sizes, and a ring, whose every order is connected.
fn planning(c: &mut Criterion) {
    let mut group = c.benchmark_group("einsum_path");
    for (name, spec) in [
        ("chain of 3", "ij,jk,kl->il"),
        ("chain of 10", "ab,bc,cd,de,ef,fg,gh,hi,ij,jk->ak"),
        ("ring of 10", "abk,bcl,cdm,den,efk,fgl,ghm,hin,ijk,jal->"),
        ("ring of 12", "abk,bcl,cdm,den,efk,fgl,ghm,hin,ijk,jol,opm,pan->"),
        (
            "chain of 40",
            "ab,bc,cd,de,ef,fg,gh,hi,ij,jk,kl,lm,mn,no,op,pq,qr,rs,st,tu,uv,vw,wx,xy,yz,zA,AB,BC,CD,DE,EF,FG,GH,HI,IJ,JK,KL,LM,MN,NO->aO",
        ),
    ] {
        let size = |letter: u8| 2 + usize::from(letter) * 7 % 11;
        let terms = spec.split("->").next().unwrap_or_default().split(',');
        let shapes: Vec<Vec<usize>> = terms.map(|term| term.bytes().map(size).collect()).collect();
        let shapes: Vec<&[usize]> = shapes.iter().map(Vec::as_slice).collect();
        group.bench_function(name, |bencher| {
            bencher.iter(|| einsum_path(spec, &shapes, Optimize::Optimal, None))
        });
    }
    group.finish();
}

criterion_group!(benches, contractions, planning);
criterion_main!(benches);
