//! Every way to compute a product against the plain loops.

use proptest::prelude::*;

use super::*;
use crate::element::Real;
use crate::layout::slice::SliceItem;

/// A batch of matrices in memory that may be transposed, reversed, with gaps, or stretched along the batch.
#[derive(Debug, Clone)]
struct Operand {
    data: Vec<f64>,
    layout: Layout,
}

/// How a matrix lies in memory.
#[derive(Debug, Clone, Copy)]
struct Lie {
    transposed: bool,
    steps: [isize; 2],
    stretched: bool,
}

fn lie() -> impl Strategy<Value = Lie> {
    let step = || prop_oneof![4 => Just(1isize), 1 => Just(-1), 1 => Just(2), 1 => Just(-3)];
    (any::<bool>(), step(), step(), prop::bool::weighted(0.2)).prop_map(|(transposed, a, b, stretched)| Lie {
        transposed,
        steps: [a, b],
        stretched,
    })
}

impl Operand {
    /// Small whole numbers, so that sums are exact in every order, with −1 in the gaps.
    fn new(batch: usize, [rows, columns]: [usize; 2], lie: Lie, seed: u64) -> Operand {
        let [r, c] = [rows * lie.steps[0].unsigned_abs(), columns * lie.steps[1].unsigned_abs()];
        let copies = if lie.stretched { 1 } else { batch };
        let memory = if lie.transposed { [copies, c, r] } else { [copies, r, c] };
        let mut layout = Layout::contiguous(&memory);
        if lie.transposed {
            layout = layout.permuted("test", [0, 2, 1]).expect("three axes");
        }
        let range = |step| SliceItem::Range { start: None, stop: None, step };
        let items = [range(1), range(lie.steps[0]), range(lie.steps[1])];
        layout = layout.sliced("test", &items).expect("steps are not 0");
        layout = layout.broadcast_to("test", &[batch, rows, columns]).expect("a stretched batch");
        let mut state = seed;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 59) as f64) - 15.0
        };
        Operand { data: (0..memory.iter().product()).map(|_| draw()).collect(), layout }
    }

    fn product<T: Gemm + Real>(
        &self,
        b: &Operand,
        c: &Operand,
        base: Base<'_, f64>,
        from: fn(f64) -> T,
    ) -> Vec<f64> {
        let cast = |x: &Operand| x.data.iter().map(|&x| from(x)).collect::<Vec<T>>();
        let (left, right, mut target) = (cast(self), cast(b), cast(c));
        let (a, b) = (In::new(&left, &self.layout), In::new(&right, &b.layout));
        let row: Vec<T>;
        let base = match base {
            Base::Zero => Base::Zero,
            Base::C => Base::C,
            Base::Row(values) => {
                row = values.iter().map(|&x| from(x)).collect();
                Base::Row(&row)
            }
        };
        gemm(Out::new(&mut target, &c.layout), a, b, base);
        target.into_iter().map(T::to_f64).collect()
    }
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![
        2 => 0usize..3, 4 => 3usize..40, 1 => 40usize..100, 1 => Just(290usize), 1 => Just(600usize), 1 => Just(1200usize)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_type_computes_what_the_plain_loops_compute(
        batch in 1usize..4, m in size(), k in size(), n in size(),
        lies in [lie(), lie(), lie()], base in 0usize..3, seed in any::<u64>(),
    ) {
        prop_assume!(batch * m * k * n < 20_000_000);
        let a = Operand::new(batch, [m, k], lies[0], seed);
        let b = Operand::new(batch, [k, n], lies[1], seed ^ 1);
        let c = Operand::new(batch, [m, n], Lie { stretched: false, ..lies[2] }, seed ^ 2);
        let row: Vec<f64> = (0..n).map(|j| (j % 7) as f64 - 3.0).collect();
        let base = [Base::Zero, Base::C, Base::Row(&row)][base];
        let expected = a.product::<i64>(&b, &c, base, |x| x as i64);
        prop_assert_eq!(&a.product::<f64>(&b, &c, base, |x| x), &expected, "f64");
        prop_assert_eq!(&a.product::<f32>(&b, &c, base, |x| x as f32), &expected, "f32");
        prop_assert_eq!(&a.product::<Dual>(&b, &c, base, |x| Dual::new(x, 0.0)), &expected, "dual");
    }
}

#[test]
fn the_libraries_of_other_types_agree_too() {
    let plain = Lie { transposed: false, steps: [1, 1], stretched: false };
    let [a, b] = [[150, 70], [70, 530]].map(|shape| Operand::new(1, shape, plain, 3));
    let c = Operand::new(1, [150, 530], plain, 4);
    let expected = a.product::<i64>(&b, &c, Base::C, |x| x as i64);
    let complex: Vec<Complex<f64>> = {
        let cast = |x: &Operand| x.data.iter().map(|&x| Complex::new(x, 0.0)).collect::<Vec<_>>();
        let (left, right, mut target) = (cast(&a), cast(&b), cast(&c));
        gemm(
            Out::new(&mut target, &c.layout),
            In::new(&left, &a.layout),
            In::new(&right, &b.layout),
            Base::C,
        );
        target
    };
    assert!(complex.iter().zip(&expected).all(|(z, &x)| *z == Complex::new(x, 0.0)));

    // Sums of halves are rounded once.
    let row: Vec<f64> = (0..530).map(|j| f64::from(j % 7) - 3.0).collect();
    for base in [Base::Zero, Base::C, Base::Row(&row)] {
        let exact = a.product::<i64>(&b, &c, base, |x| x as i64);
        let rounded = |round: fn(f64) -> f64| exact.iter().map(|&x| round(x)).collect::<Vec<_>>();
        assert_eq!(a.product(&b, &c, base, bf16::from_f64), rounded(|x| bf16::from_f64(x).to_f64()));
        assert_eq!(a.product(&b, &c, base, f16::from_f64), rounded(|x| f16::from_f64(x).to_f64()));
    }

    // What CPUs without fused multiply-add use.
    let mut target: Vec<f32> = c.data.iter().map(|&x| x as f32).collect();
    let cast = |x: &Operand| x.data.iter().map(|&x| x as f32).collect::<Vec<f32>>();
    let (left, right) = (cast(&a), cast(&b));
    let matrix = |data: &[f32], columns: usize| Matrix {
        ptr: Ptr(data.as_ptr().cast_mut()),
        offset: 0,
        strides: [columns as isize, 1],
    };
    let product = Product {
        shape: [150, 70, 530],
        a: matrix(&left, 70),
        b: matrix(&right, 530),
        c: Matrix { ptr: Ptr(target.as_mut_ptr()), offset: 0, strides: [530, 1] },
        base: Base::C,
    };
    // SAFETY: the vectors have these shapes, and only `target` is written.
    unsafe { library::sgemm(product, 2) };
    assert!(target.iter().zip(&expected).all(|(&x, &y)| f64::from(x) == y));
}

#[test]
fn an_element_of_c_does_not_depend_on_where_it_stands_or_on_threads() {
    let plain = Lie { transposed: false, steps: [1, 1], stretched: false };
    let (m, k, n) = (301, 530, 290);
    let [mut a, mut b] = [[m, k], [k, n]].map(|shape| Operand::new(1, shape, plain, 5));
    // Numbers whose sums are rounded.
    a.data.iter_mut().chain(&mut b.data).for_each(|x| *x /= 7.0);
    let c = Operand::new(1, [m, n], plain, 6);
    let whole = a.product::<f32>(&b, &c, Base::Zero, |x| x as f32);
    for (row, column) in [(0, 0), (1, 31), (11, 33), (291, 280), (150, 100)] {
        // So many rows and columns that they are not too few for tiles.
        const MANY: usize = 10;
        let pick = |x: &Operand, axis: usize, at: usize| {
            let stop = Some((at + MANY) as isize);
            let range = SliceItem::Range { start: Some(at as isize), stop, step: 1 };
            let all = SliceItem::Range { start: None, stop: None, step: 1 };
            let items = if axis == 1 { [all, range, all] } else { [all, all, range] };
            Operand { layout: x.layout.sliced("test", &items).expect("inside"), ..x.clone() }
        };
        let corner = Operand::new(1, [MANY, MANY], plain, 7);
        let corner = pick(&a, 1, row).product::<f32>(&pick(&b, 2, column), &corner, Base::Zero, |x| x as f32);
        for (i, corner) in corner.chunks_exact(MANY).enumerate() {
            assert_eq!(corner, &whole[(row + i) * n + column..][..MANY], "row {i} from ({row}, {column}) on");
        }
    }
    // By columns, with panels of B that are left over, and A where it lies or packed; cut by rows; and by rows.
    let turned = Lie { transposed: true, ..plain };
    for ([m, k, n], lie) in
        [([m, k, n], plain), ([m, k, n], turned), ([m, k, 60], plain), ([1300, k, 90], plain)]
    {
        let mut a = Operand::new(1, [m, k], lie, 8);
        let mut b = Operand::new(1, [k, n], plain, 8);
        a.data.iter_mut().chain(&mut b.data).for_each(|x| *x /= 7.0);
        let c = Operand::new(1, [m, n], plain, 9);
        let on_threads = |threads| {
            parallel::set_num_threads(threads);
            a.product::<f32>(&b, &c, Base::Zero, |x| x as f32)
        };
        let whole = on_threads(1);
        for threads in [2, 3, 7, 9] {
            assert_eq!(on_threads(threads), whole, "{m} x {k} x {n} on {threads} threads");
        }
    }
}
