//! Every line of the NumPy guide, run here and compared with what NumPy prints at full precision
//! (`tests/reference/numpy_guide.py`), and with the table in the crate's documentation.

use std::collections::BTreeMap;

use array_core::{
    Array, Complex, DType, Element, NewAxis, array, concatenate, default_rng, einsum, hstack, keepdims, step,
    vstack,
};

/// What NumPy prints for a value.
trait Printed {
    fn printed(&self) -> String;
}

impl<T: Element> Printed for Array<T>
where
    Array<T>: std::fmt::Display,
{
    fn printed(&self) -> String {
        format!("{self:.17}")
    }
}

impl Printed for &[usize] {
    fn printed(&self) -> String {
        Array::from_vec(self, self.len()).printed()
    }
}

impl Printed for Vec<isize> {
    fn printed(&self) -> String {
        Array::from_vec(self.iter().map(|&n| n as i64).collect::<Vec<_>>(), self.len()).printed()
    }
}

impl Printed for DType {
    fn printed(&self) -> String {
        self.to_string()
    }
}

macro_rules! printed_scalars {
    ($($t:ty)*) => {$(
        impl Printed for $t {
            fn printed(&self) -> String {
                Array::scalar(*self).to_string()
            }
        }
    )*};
}
printed_scalars! { f64 f32 i64 usize bool }

/// The values that were checked: NumPy's line, ours as text, the value printed.
#[derive(Default)]
struct Guide {
    lines: Vec<(&'static str, String, String)>,
}

/// Runs lines of ours against lines of NumPy's.
macro_rules! guide {
    ($guide:ident: $($numpy:literal => $ours:expr;)*) => {$(
        $guide.lines.push(($numpy, stringify!($ours).to_string(), Printed::printed(&$ours)));
    )*};
}

/// Text without the spaces that formatting may change.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(",)", ")").replace(",]", "]")
}

fn reference() -> BTreeMap<String, String> {
    let text = include_str!("reference/data/numpy_guide.txt");
    let entry = |entry: &str| {
        let (expression, value) = entry.split_once('\n').expect("an expression and its value");
        (expression.to_string(), value.trim_end().to_string())
    };
    text.split(">>> ").skip(1).map(entry).collect()
}

/// The numbers in a printed array.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| c.is_whitespace() || c == '[' || c == ']')
        .filter_map(|word| word.parse().ok())
        .collect()
}

#[test]
fn every_line_of_the_guide_gives_numpys_value() {
    let mut g = Guide::default();
    arrays_and_dtypes(&mut g);
    creation(&mut g);
    indexing(&mut g);
    broadcasting(&mut g);
    machine_learning(&mut g);

    let mut reference = reference();
    let documentation = squeezed(include_str!("../array-core/src/guide.md"));
    for (numpy, ours, value) in &g.lines {
        let expected = reference.remove(*numpy).unwrap_or_else(|| panic!("{numpy} is not in the reference"));
        if numpy.starts_with("~ ") {
            // Rounded differently: sums of products and exponentials.
            let (a, b) = (numbers(value), numbers(&expected));
            assert!(a.len() == b.len() && !a.is_empty(), "{numpy}: {value}");
            for (a, b) in a.iter().zip(&b) {
                assert!((a - b).abs() <= 1e-5 * b.abs() + 1e-6, "{numpy}: {a} and {b}");
            }
        } else {
            assert_eq!(*value, expected, "{numpy}");
        }
        let row = squeezed(&format!("| `{}` | `{ours}` |", numpy.trim_start_matches("~ ")));
        assert!(documentation.contains(&row), "the documentation's table lacks\n| `{numpy}` | `{ours}` |");
    }
    assert!(reference.is_empty(), "not run: {:?}", reference.keys());
}

fn arrays_and_dtypes(g: &mut Guide) {
    let m = array![[1.0f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let a = Array::arange(0, 12, 1);
    guide! { g:
        "np.sum(np.arange(10_000_000, dtype=np.float64))" => Array::arange(0.0, 10_000_000.0, 1.0).sum();
        "M.shape" => m.shape();
        "M.dtype.name" => m.dtype();
        "M.ndim" => m.ndim();
        "M.size" => m.size();
        "M.nbytes" => m.nbytes();
        "M.strides" => m.byte_strides();
        "np.dtype(np.float64).itemsize" => DType::Float64.itemsize();
        "np.dtype(np.float32).itemsize" => DType::Float32.itemsize();
        "np.dtype(np.float16).itemsize" => DType::Float16.itemsize();
        "np.dtype(np.int64).itemsize" => DType::Int64.itemsize();
        "np.dtype(np.int32).itemsize" => DType::Int32.itemsize();
        "np.dtype(bool).itemsize" => DType::Bool.itemsize();
        "np.dtype(np.complex128).itemsize" => DType::Complex128.itemsize();
        "a.reshape(3, 4)" => a.reshape([3, 4]);
        "a.reshape(-1, 4)" => a.reshape([-1, 4]);
        "a.reshape(1, -1)" => a.reshape([1, -1]);
        "a.reshape(-1, 1)" => a.reshape([-1, 1]);
        "a.reshape(3, 4).flatten()" => a.reshape([3, 4]).flatten();
        "a.reshape(3, 4).ravel()" => a.reshape([3, 4]).ravel();
        "a.reshape(3, 4).T" => a.reshape([3, 4]).t();
    }
}

#[expect(clippy::approx_constant, reason = "the guide's own number")]
fn creation(g: &mut Guide) {
    let m = array![[1.0f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let rng = &mut default_rng(42);
    let (row1, row2) = (array![1, 2, 3], array![4, 5, 6]);
    guide! { g:
        "np.array([1, 2, 3, 4, 5])" => array![1, 2, 3, 4, 5];
        "np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)" => array![[1.0f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
        "np.zeros((3, 4))" => Array::<f64>::zeros([3, 4]);
        "np.ones((2, 3, 4))" => Array::<f64>::ones([2, 3, 4]);
        "np.empty((100, 100)).shape" => Array::<f64>::empty([100, 100]).shape();
        "np.arange(0, 10, 2)" => Array::arange(0, 10, 2);
        "np.arange(0.0, 1.0, 0.1)" => Array::arange(0.0, 1.0, 0.1);
        "np.linspace(0, 1, 11)" => Array::linspace(0.0, 1.0, 11);
        "np.eye(4)" => Array::<f64>::eye(4);
        "np.eye(4, dtype=int)" => Array::<i64>::eye(4);
        "rng.random((3, 3))" => rng.random::<f64>([3, 3]);
        "rng.standard_normal((100,))" => rng.standard_normal::<f64>([100]);
        "rng.integers(0, 10, size=(5, 5))" => rng.integers(0, 10, [5, 5]);
        "np.full((2, 4), fill_value=3.14)" => Array::full([2, 4], 3.14);
        "np.full_like(M, 0.5)" => m.full_like(0.5);
        "np.diag([1, 2, 3, 4])" => array![1, 2, 3, 4].diag(0);
        "np.diag(np.diag([1, 2, 3, 4]))" => array![1, 2, 3, 4].diag(0).diag(0);
        "np.arange(24).reshape(2, 3, 4)" => Array::arange(0, 24, 1).reshape([2, 3, 4]);
        "np.arange(24).reshape(-1, 1).shape" => Array::arange(0, 24, 1).reshape([-1, 1]).shape();
        "np.vstack([row1, row2])" => vstack(&[&row1, &row2]);
        "np.hstack([row1, row2])" => hstack(&[&row1, &row2]);
        "np.concatenate([row1, row2], axis=0)" => concatenate(&[&row1, &row2], 0);
        "np.tile(row1, (2, 1))" => row1.tile([2, 1]);
        "np.arange(24).reshape(2, 3, 4).nbytes" => Array::<i64>::arange(0, 24, 1).reshape([2, 3, 4]).nbytes();
        "np.arange(3).astype(np.float32)" => Array::arange(0, 3, 1).cast::<f32>();
    }
}

fn indexing(g: &mut Guide) {
    let a = array![10, 20, 30, 40, 50, 60, 70, 80].cast::<i64>();
    let m = Array::<i64>::arange(0, 16, 1).reshape([4, 4]);
    let t = Array::<i64>::arange(0, 24, 1).reshape([2, 3, 4]);
    let rows = array![0, 2, 3];
    let mut written = a.copy();
    written.slice_mut(2..5).fill(0);
    guide! { g:
        "a[2]" => a[2];
        "a[-1]" => a[-1];
        "a[1:5]" => a.slice(1..5);
        "a[2:5]" => a.slice(2..5);
        "a[::2]" => a.slice(step(.., 2));
        "a[::3]" => a.slice(step(.., 3));
        "a[::-1]" => a.slice(step(.., -1));
        "a[2:5].copy()" => a.slice(2..5).copy();
        "written" => written;
        "M[2, 1]" => m[[2, 1]];
        "M[-1, -1]" => m[[-1, -1]];
        "M[1:3, 1:3]" => m.slice((1..3, 1..3));
        "M[1:3, 0:2]" => m.slice((1..3, 0..2));
        "M[:, 0]" => m.slice((.., 0));
        "M[:, -1]" => m.slice((.., -1));
        "M[0, :]" => m.slice((0, ..));
        "M[0]" => m.slice(0);
        "T[0, 1, 2]" => t[[0, 1, 2]];
        "a[[0, 3, 5]]" => a.pick([0, 3, 5]);
        "M[[0, 2], :]" => m.pick(([0, 2], ..));
        "M[rows]" => m.pick(&rows);
        "M[rows, 1]" => m.pick((&rows, 1));
        "a[a > 35]" => a.mask(&a.greater(35));
        "a[(a > 20) & (a < 70)]" => a.mask(&(a.greater(20) & a.less(70)));
        "np.where(a > 35, a, 0)" => a.greater(35).where_(&a, 0);
    }
    let rng = &mut default_rng(42);
    let data = rng.standard_normal::<f64>(1000);
    let clipped = data.greater(2.0).where_(2.0, data.less(-2.0).where_(-2.0, &data));
    let x = rng.standard_normal::<f64>([200, 10]);
    let y = rng.integers(0, 3, 200);
    let images = rng.random::<f64>([32, 28, 28]);
    guide! { g:
        "data[data > 1.5]" => data.mask(&data.greater(1.5));
        "len(data[data > 1.5])" => data.mask(&data.greater(1.5)).size();
        "len(data[(data > -1.0) & (data < 1.0)])" => data.mask(&(data.greater(-1.0) & data.less(1.0))).size();
        "clipped.min()" => clipped.min();
        "clipped.max()" => clipped.max();
        "clipped[:8]" => clipped.slice(..8);
        "X[y == 1].shape" => x.mask(&y.equal(1)).shape();
        "X[y == 1][:3]" => x.mask(&y.equal(1)).slice(..3);
        "images[0].shape" => images.slice(0).shape();
        "images[:, :14, :14].shape" => images.slice((.., ..14, ..14)).shape();
        "images[:, :14, :14][5, 3]" => images.slice((.., ..14, ..14)).slice((5, 3));
    }
}

fn broadcasting(g: &mut Guide) {
    let zeros = |shape: &[usize]| Array::<f64>::zeros(shape);
    let a = array![1.0, 2.0, 3.0, 4.0];
    guide! { g:
        "(np.zeros(5) + 1.0).shape" => (zeros(&[5]) + 1.0).shape();
        "(np.zeros((3, 4)) + np.zeros(4)).shape" => (zeros(&[3, 4]) + zeros(&[4])).shape();
        "(np.zeros((3, 1)) + np.zeros((1, 4))).shape" => (zeros(&[3, 1]) + zeros(&[1, 4])).shape();
        "(np.zeros((32, 28, 28)) + np.zeros((28, 28))).shape" => (zeros(&[32, 28, 28]) + zeros(&[28, 28])).shape();
        "(np.zeros((3, 4)) + np.zeros((3, 1))).shape" => (zeros(&[3, 4]) + zeros(&[3, 1])).shape();
        "(np.zeros((2, 3, 4)) + np.zeros((3, 4))).shape" => (zeros(&[2, 3, 4]) + zeros(&[3, 4])).shape();
        "a * 2" => &a * 2.0;
        "a + 10" => &a + 10.0;
        "a ** 2" => a.power(2.0);
        "np.array([[0], [10], [20], [30]]) + np.array([0, 1, 2, 3])" => array![[0], [10], [20], [30]] + array![0, 1, 2, 3];
    }
    // The table's two errors.
    assert_eq!(
        zeros(&[3, 4]).try_add(zeros(&[3])).expect_err("a mismatch").to_string(),
        "add: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other"
    );
    assert_eq!(
        zeros(&[2, 3]).try_add(zeros(&[2, 4])).expect_err("a mismatch").to_string(),
        "add: shapes [2, 3] and [2, 4] do not broadcast: axis -1 is 3 in one and 4 in the other"
    );

    let rng = &mut default_rng(7);
    let images = rng.random::<f64>([32, 3, 24, 24]).cast::<f32>();
    let channel_mean = array![0.485f32, 0.456, 0.406].reshape([1, 3, 1, 1]);
    let channel_std = array![0.229f32, 0.224, 0.225].reshape([1, 3, 1, 1]);
    let embeddings = rng.standard_normal::<f64>([1000, 128]);
    let norms = embeddings.norm_axis(keepdims(1));
    let (p, q) = (rng.standard_normal::<f64>([5, 3]), rng.standard_normal::<f64>([7, 3]));
    guide! { g:
        "((images - channel_mean) / channel_std).shape" => ((&images - &channel_mean) / &channel_std).shape();
        "((images - channel_mean) / channel_std)[31, 2, 20:22, :3]" =>
            ((&images - &channel_mean) / &channel_std).slice((31, 2, 20..22, ..3));
        "norms.shape" => norms.shape();
        "~ np.linalg.norm(embeddings, axis=1, keepdims=True)[:4]" => embeddings.norm_axis(keepdims(1)).slice(..4);
        "np.allclose(np.linalg.norm(embeddings / norms, axis=1), 1.0)" => (&embeddings / &norms).norm_axis(1).allclose(1.0, 1e-5, 1e-8);
        "~ (embeddings / norms)[:2, :4]" => (&embeddings / &norms).slice((..2, ..4));
        "(A[:, np.newaxis, :] - B[np.newaxis, :, :]).shape" =>
            (p.slice((.., NewAxis, ..)) - q.slice((NewAxis, .., ..))).shape();
        "~ np.sqrt(((A[:, np.newaxis, :] - B[np.newaxis, :, :]) ** 2).sum(axis=2))" =>
            (p.slice((.., NewAxis, ..)) - q.slice((NewAxis, .., ..))).square().sum_axis(2).sqrt();
    }
}

fn machine_learning(g: &mut Guide) {
    let p = Array::arange(0.0, 6.0, 1.0).reshape([2, 3]);
    let q = Array::arange(0.0, 12.0, 1.0).reshape([3, 4]);
    let z = array![
        [Complex::new(1.0, 2.0), Complex::new(3.0, -1.0)],
        [Complex::new(0.0, 0.5), Complex::new(-2.0, 0.0)]
    ];
    let x = Array::arange(0.0, 24.0, 1.0).reshape([2, 3, 4]);
    let s = Array::arange(0.0, 9.0, 1.0).reshape([3, 3]);
    let r = Array::arange(0.0, 20.0, 1.0).reshape([4, 5]);
    guide! { g:
        "np.dot(P, Q)" => p.dot(&q);
        "P @ Q" => p.matmul(&q);
        "np.matmul(P, Q)" => p.matmul(&q);
        "P * P" => &p * &p;
        "P.T" => p.t();
        "Z.conj().T" => z.conj().t();
        "np.einsum('ij,jk->ik', P, Q)" => einsum("ij,jk->ik", &[&p, &q]);
        "np.einsum('ij,ij->i', P, P)" => einsum("ij,ij->i", &[&p, &p]);
        "np.einsum('ijk,jl->ikl', X, Q)" => einsum("ijk,jl->ikl", &[&x, &q]);
        "np.einsum('ii->', S)" => einsum("ii->", &[&s]).item();
        "np.einsum('ij->ji', P)" => einsum("ij->ji", &[&p]);
        "np.einsum('ij,jk,kl->il', P, Q, R, optimize='optimal')" => einsum("ij,jk,kl->il", &[&p, &q, &r]);
    }

    let rng = &mut default_rng(42);
    let limit = (6.0f64 / (128.0 + 64.0)).sqrt();
    let w = rng.uniform(-limit, limit, [128, 64]).cast::<f32>();
    let b = Array::<f32>::zeros(64);
    let x = rng.standard_normal::<f64>([32, 128]).cast::<f32>();
    let y = x.matmul(&w) + &b;
    let logits = rng.standard_normal::<f64>([32, 10]).cast::<f32>();
    let e = (&logits - logits.max_axis(keepdims(1))).exp();
    let probs = &e / e.sum_axis(keepdims(1));
    let labels = rng.integers(0, 10, 32);
    let data = rng.standard_normal::<f64>([500, 50]);
    let queries = rng.standard_normal::<f64>([4, 8, 64, 32]).cast::<f32>();
    let keys = rng.standard_normal::<f64>([4, 8, 64, 32]).cast::<f32>();
    guide! { g:
        "y.shape" => y.shape();
        "W[:2, :3]" => w.slice((..2, ..3));
        "b.dtype.name" => b.dtype();
        "~ y[:2, :5]" => y.slice((..2, ..5));
        "(np.maximum(0.0, y) == 0).sum()" => y.maximum(0.0).equal(0.0).sum();
        "~ probs[:2]" => probs.slice(..2);
        "logits.max(axis=1, keepdims=True)[:3]" => logits.max_axis(keepdims(1)).slice(..3);
        "~ e.sum(axis=1, keepdims=True)[:3]" => e.sum_axis(keepdims(1)).slice(..3);
        "np.allclose(probs.sum(axis=1), 1.0)" => probs.sum_axis(1).allclose(1.0, 1e-5, 1e-8);
        "~ -np.mean(np.log(probs[np.arange(32), labels] + 1e-9))" =>
            -(probs.pick((&Array::arange(0, 32, 1), &labels)) + 1e-9).ln().mean();
        "~ (data - data.mean(axis=0))[:2, :3]" => (&data - data.mean_axis(0)).slice((..2, ..3));
        "~ (np.einsum('bhid,bhjd->bhij', Q, K) / np.sqrt(np.float32(32.0)))[0, 0, :2, :4]" =>
            (einsum("bhid,bhjd->bhij", &[&queries, &keys]) / 32.0f32.sqrt()).slice((0, 0, ..2, ..4));
        "~ (Q @ K.swapaxes(-1, -2) / np.sqrt(np.float32(32.0)))[0, 0, :2, :4]" =>
            (queries.matmul(&keys.swapaxes(-1, -2)) / 32.0f32.sqrt()).slice((0, 0, ..2, ..4));
    }
}
