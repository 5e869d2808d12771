//! NumPy's named products (`tests/reference/products.py`): dot, inner, outer, vdot, kron, tensordot, multi_dot, trace.

#[path = "reference/reader.rs"]
mod reader;

use array_core::{Array, Complex, Result, array, try_multi_dot};
use reader::{assert_same, input, numbers};

fn evaluate(operation: &str, operands: &[Array<i64>], arguments: &str) -> Result<Array<i64>> {
    let words: Vec<&str> = arguments.split(';').collect();
    match (operation, operands) {
        ("dot", [a, b]) => a.try_dot(b),
        ("inner", [a, b]) => a.try_inner(b),
        ("outer", [a, b]) => a.try_outer(b),
        ("vdot", [a, b]) => a.try_vdot(b).map(Array::scalar),
        ("kron", [a, b]) => a.try_kron(b),
        ("tensordot", [a, b]) => a.try_tensordot(b, arguments.parse().expect("a number of axes")),
        ("tensordot_axes", [a, b]) => a.try_tensordot_axes(b, numbers(words[0], ','), numbers(words[1], ',')),
        ("trace", [a]) => match numbers(arguments, ';')[..] {
            [k, axis1, axis2] => a.try_trace(k, axis1, axis2),
            _ => panic!("no trace: {arguments}"),
        },
        ("multi_dot", chain) => try_multi_dot(&chain.iter().collect::<Vec<_>>()),
        _ => panic!("no operation {operation}"),
    }
}

#[test]
fn named_products_are_numpys() {
    let cases = include_str!("reference/data/products.txt");
    assert!(cases.lines().count() > 900);
    for case in cases.lines() {
        let [operation, operands, arguments, expected] =
            case.split('|').map(str::trim).collect::<Vec<_>>()[..]
        else {
            panic!("no case: {case}")
        };
        let operands: Vec<Array<i64>> = operands.split(';').map(|text| input(text) - 3).collect();
        let result = evaluate(operation, &operands, arguments);
        assert_same(result.map(|array| vec![array]), expected, case);
    }
}

#[test]
fn only_vdot_conjugates() {
    let (i, one) = (Complex::new(0.0, 1.0), Complex::new(1.0, 0.0));
    let (z, w) = (array![i, one], array![one, i]);
    assert_eq!(z.vdot(&w), Complex::new(0.0, 0.0));
    assert_eq!(z.dot(&w).item(), i + i);
    assert_eq!(z.outer(&w), array![[i, -one], [one, i]]);
}

#[test]
fn messages_say_which_sizes_differ() {
    let (m, n) = (Array::<f64>::zeros([2, 3]), Array::zeros([4, 5]));
    let message = |result: Result<Array<f64>>| result.expect_err("they do not fit").to_string();
    assert_eq!(
        message(m.try_dot(&n)),
        "dot: shapes [2, 3] and [4, 5]: the last axis of the first must equal the last but one of the second"
    );
    assert_eq!(message(m.try_inner(&n)), "inner: shapes [2, 3] and [4, 5]: the last axes must be equal");
    assert_eq!(
        message(m.try_tensordot_axes(&n, [0, 1], [0])),
        "tensordot: shapes [2, 3] and [4, 5]: the axes must be as many and of equal sizes"
    );
    assert_eq!(message(m.try_tensordot(&n, 3)), "tensordot: 3 axes for shape [2, 3] with 2 dimensions");
    assert_eq!(
        message(try_multi_dot(&[&m, &n])),
        "multi_dot: shapes [2, 3] and [4, 5]: the last axis of each matrix must equal the first of the next"
    );
    assert_eq!(message(try_multi_dot(&[&m])), "multi_dot: 1 operands, at least 2 are needed");
}
