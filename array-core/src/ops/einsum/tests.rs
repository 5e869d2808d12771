//! Contractions large enough for every way to carry them out, against all operands at once.

use super::{Optimize, einsum, einsum_path};
use crate::array::Array;
use crate::kernels::gemm::Gemm;
use crate::kernels::parallel::set_num_threads;
use crate::number::Cast;

/// Small whole numbers, so that sums are exact in every order.
fn whole<T: Gemm>(seed: i64, shape: &[usize]) -> Array<T> {
    let size = shape.iter().product::<usize>() as i64;
    let value = |i: i64| ((i * i + 5 * i + seed) % 7 - 3).cast::<T>();
    Array::from_vec((0..size).map(value).collect::<Vec<T>>(), shape)
}

#[test]
fn large_contractions_are_what_small_steps_make_of_them() {
    let cases: &[(&str, &[usize], &[usize])] = &[
        // One matrix product, its groups merged.
        ("ij,jk->ik", &[40, 50], &[50, 60]),
        ("abij,ijcd->abcd", &[3, 4, 5, 6], &[5, 6, 7, 8]),
        ("ij,jk->ki", &[40, 50], &[50, 60]),
        ("ijab,cdab->ijcd", &[6, 5, 4, 7], &[3, 4, 4, 7]),
        // A batch, a row, a column, and loops around the product.
        ("bhid,bhjd->bhij", &[2, 3, 20, 8], &[2, 3, 20, 8]),
        ("bij,bj->bi", &[4, 60, 50], &[4, 50]),
        ("j,jk->k", &[300], &[300, 70]),
        ("ijk,jl->ikl", &[9, 20, 30], &[20, 25]),
        ("aib,bj->iaj", &[7, 30, 20], &[20, 30]),
        // Operands copied: k in different orders, m split by k, the result interleaved.
        ("ijk,kjl->il", &[40, 8, 9], &[9, 8, 50]),
        ("aibj,bjc->iac", &[2, 3, 40, 4], &[40, 4, 50]),
        ("abk,kcd->acbd", &[4, 5, 90], &[90, 4, 5]),
        ("akbl,lckd->acbd", &[4, 9, 5, 9], &[9, 4, 9, 5]),
        ("abcdef,bdfgac->eg", &[2, 3, 2, 3, 20, 5], &[3, 3, 5, 20, 2, 2]),
        // Direct loops: rows, columns, few long sums, sums over several axes.
        ("ij,ij->i", &[300, 500], &[300, 500]),
        ("ij,ij->j", &[500, 300], &[500, 300]),
        ("ij,ij->j", &[3000, 40], &[3000, 40]),
        ("i,i->", &[300_000], &[300_000]),
        ("bi,bi->b", &[3, 70_000], &[3, 70_000]),
        ("ikj,jki->i", &[20, 90, 30], &[30, 90, 20]),
        ("bij,bjk->bik", &[400, 3, 3], &[400, 3, 3]),
        ("bij,jk->bik", &[100, 3, 2], &[2, 40]),
        // No sum of products at all.
        ("ij,j->ij", &[60, 50], &[50]),
        ("i,j->ji", &[60], &[50]),
        ("ija,jb->ai", &[20, 30, 5], &[30, 4]),
    ];
    fn check<T: Gemm>(spec: &str, a: &[usize], b: &[usize]) {
        let (a, b) = (whole::<T>(1, a), whole::<T>(2, b));
        // A third operand, and no order: the plain loop over all indices.
        let (inputs, output) = spec.split_once("->").expect("an arrow");
        let path =
            einsum_path(&format!("{inputs},->{output}"), &[a.shape(), b.shape(), &[]], Optimize::None, None);
        let expected = path.einsum(&[&a, &b, &Array::scalar(T::ONE)]);
        let (a_t, b_t) = (a.t().copy().t(), b.flip(0).copy().flip(0));
        for [a, b] in [[&a, &b], [&a_t, &b], [&a, &b_t], [&a_t, &b_t]] {
            let result = einsum(spec, &[a, b]);
            assert_eq!(
                result,
                expected,
                "{spec} of {a_shape:?} {b_shape:?}",
                a_shape = a.strides(),
                b_shape = b.strides()
            );
            assert!(result.is_contiguous(), "{spec}");
        }
    }
    for &(spec, a, b) in cases {
        check::<f64>(spec, a, b);
        check::<i64>(spec, a, b);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let thirds = |shape: &[usize]| whole::<f64>(3, shape) / 3.0;
    let (a, b, v) = (thirds(&[300, 700]), thirds(&[300, 700]), thirds(&[500_000]));
    let all = || [einsum("ij,ij->i", &[&a, &b]), einsum("ij,ij->j", &[&a, &b]), einsum("i,i->", &[&v, &v])];
    set_num_threads(1);
    let alone = all();
    for threads in [2, 3] {
        set_num_threads(threads);
        for (one, other) in alone.iter().zip(all()) {
            assert!(one.iter().zip(&other).all(|(x, y)| x.to_bits() == y.to_bits()));
        }
    }
}

#[test]
fn half_precision_and_short_integers_are_summed_in_wider_types() {
    use half::f16;
    let a = Array::full(4000, f16::from_f32(1.0));
    assert_eq!(einsum("i,i->", &[&a, &a]).item(), f16::from_f32(4000.0));
    assert_eq!(einsum("i->", &[&a]).item(), f16::from_f32(4000.0));
    // Modulo 2⁸, as NumPy's.
    let b = Array::full(100, 3i8);
    assert_eq!(einsum("i,i->", &[&b, &b]).item(), (900i64 as i8));
    assert_eq!(einsum("i->", &[&b]).item(), (300i64 as i8));
}
