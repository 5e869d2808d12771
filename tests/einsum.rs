//! einsum against NumPy (`tests/reference/einsum.py`), orders of contraction against exhaustive search, and what
//! faults look like.

#[path = "reference/reader.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod reader;

use array_core::{
    Array, Complex, Gemm, Optimize, default_rng, einsum, einsum_path, step, try_einsum, try_einsum_path,
};
use reader::numbers;

/// A number type that the reference's whole numbers become.
trait Whole: Gemm {
    fn whole(re: i64, im: i64) -> Self;
    /// The numbers whose bytes are hashed.
    fn parts(self) -> Vec<i64>;
}

macro_rules! whole {
    ($($t:ty)*) => {$(
        impl Whole for $t {
            fn whole(re: i64, _: i64) -> $t {
                re as $t
            }
            fn parts(self) -> Vec<i64> {
                vec![self as i64]
            }
        }
    )*};
}
whole! { f64 f32 i64 }

impl Whole for Complex<f64> {
    fn whole(re: i64, im: i64) -> Self {
        Complex::new(re as f64, im as f64)
    }
    fn parts(self) -> Vec<i64> {
        vec![self.re as i64, self.im as i64]
    }
}

/// Operand `p` of a case, as the reference script makes it.
fn operand<T: Whole>(p: usize, text: &str) -> Array<T> {
    let shape = numbers(&text[1..], ',');
    let size: isize = shape.iter().product();
    let value = |e: i64| T::whole((7 * e + 3 * p as i64) % 5 - 2, (3 * e + p as i64) % 3 - 1);
    let values = Array::from_vec((0..size as i64).map(value).collect::<Vec<T>>(), &shape[..]);
    match &text[..1] {
        "c" => values,
        "t" => values.t().copy().t(),
        "r" => {
            let reversed = vec![step(.., -1); shape.len()];
            values.slice(&reversed[..]).copy().slice(&reversed[..])
        }
        "s" => {
            let mut wide = Array::zeros(shape.iter().map(|n| 2 * n).collect::<Vec<_>>());
            let every_second = vec![step(.., 2); shape.len()];
            wide.slice_mut(&every_second[..]).assign(&values);
            wide.slice(&every_second[..])
        }
        kind => panic!("no layout {kind}"),
    }
}

fn hash<T: Whole>(array: &Array<T>) -> u64 {
    let bytes = array.iter().flat_map(|&x| x.parts()).flat_map(i64::to_le_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Runs one case in every way there is; returns whether NumPy calls it a fault.
fn check<T: Whole>(case: &str, spec: &str, operands: &str, expected: &str) -> bool {
    let operands: Vec<Array<T>> = operands
        .split(';')
        .filter(|text| !text.is_empty())
        .enumerate()
        .map(|(p, text)| operand(p, text))
        .collect();
    let operands: Vec<&Array<T>> = operands.iter().collect();
    let shapes: Vec<&[usize]> = operands.iter().map(|operand| operand.shape()).collect();
    let Some((shape, expected)) = expected.split_once(':') else {
        let error = try_einsum(spec, &operands).expect_err(case).to_string();
        assert!(error.contains(&format!("\n    {spec}\n    ")), "{case}\nthe message quotes: {error}");
        return true;
    };
    let shape: Vec<usize> = numbers(shape, ',').iter().map(|&n| n as usize).collect();
    let expected = u64::from_str_radix(expected, 16).expect(case);
    let assert_right = |result: Array<T>, how: &str| {
        assert_eq!(result.shape(), shape, "{case}: {how}");
        assert!(hash(&result) == expected, "{case}: {how} gives {result:?}");
    };
    assert_right(try_einsum(spec, &operands).unwrap_or_else(|error| panic!("{case}: {error}")), "einsum");
    if operands.len() > 2 {
        use Optimize::{Greedy, None as AtOnce, Optimal};
        for (optimize, limit) in [(AtOnce, None), (Greedy, None), (Greedy, Some(12)), (Optimal, Some(12))] {
            let path = einsum_path(spec, &shapes, optimize, limit);
            assert_eq!(path.shape(), shape, "{case}");
            assert_right(path.einsum(&operands), &format!("{optimize:?} within {limit:?}"));
        }
    }
    false
}

#[test]
fn subscripts_mean_what_they_mean_to_numpy() {
    let (mut results, mut faults) = (0, 0);
    for case in include_str!("reference/data/einsum.txt").lines() {
        let [spec, dtype, operands, expected] = case.split('|').collect::<Vec<_>>()[..] else {
            panic!("no case: {case}")
        };
        let is_fault = match dtype {
            "float64" => check::<f64>(case, spec, operands, expected),
            "float32" => check::<f32>(case, spec, operands, expected),
            "int64" => check::<i64>(case, spec, operands, expected),
            "complex128" => check::<Complex<f64>>(case, spec, operands, expected),
            other => panic!("no dtype {other}"),
        };
        *(if is_fault { &mut faults } else { &mut results }) += 1;
    }
    assert!(results >= 2200 && faults >= 400, "{results} results and {faults} faults");
}

/// The fewest FLOPs of any order of pairs, by trying all of them.
fn least_flops(terms: &[Vec<char>], output: &[char], size: &dyn Fn(char) -> u128) -> u128 {
    if terms.len() < 2 {
        return 0;
    }
    let product = |labels: &[char]| labels.iter().map(|&c| size(c)).product::<u128>();
    let mut least = u128::MAX;
    for j in 1..terms.len() {
        for i in 0..j {
            let mut left: Vec<Vec<char>> = terms.to_vec();
            let (b, a) = (left.remove(j), left.remove(i));
            let mut all = a;
            all.extend(b);
            all.sort_unstable();
            all.dedup();
            let needed = |c: &char| output.contains(c) || left.iter().any(|term| term.contains(c));
            let kept: Vec<char> = all.iter().copied().filter(needed).collect();
            let flops = product(&all) * if kept.len() < all.len() { 2 } else { 1 };
            left.push(kept);
            least = least.min(flops + least_flops(&left, output, size));
        }
    }
    least
}

#[test]
fn the_optimal_order_is_the_best_of_all() {
    let mut rng = default_rng(11);
    let mut draw = |below: i64| rng.integers(0, below, ()).item() as usize;
    for case in 0..500 {
        let count = 2 + case % 5;
        let letters: Vec<char> = "abcdefgh".chars().take(3 + draw(6)).collect();
        let sizes: Vec<usize> = letters.iter().map(|_| 2 + draw(9)).collect();
        let size = |c: char| sizes[letters.iter().position(|&l| l == c).expect("a letter")] as u128;
        let mut choose = |most: usize| {
            let mut chosen: Vec<char> = letters.iter().copied().filter(|_| draw(3) == 0).collect();
            chosen.truncate(most);
            chosen
        };
        let terms: Vec<Vec<char>> = (0..count).map(|_| choose(4)).collect();
        let output: Vec<char> =
            choose(3).into_iter().filter(|c| terms.iter().any(|term| term.contains(c))).collect();
        let text = |terms: &[Vec<char>]| {
            terms.iter().map(|t| t.iter().collect::<String>()).collect::<Vec<_>>().join(",")
        };
        let spec = format!("{}->{}", text(&terms), output.iter().collect::<String>());
        let shapes: Vec<Vec<usize>> =
            terms.iter().map(|term| term.iter().map(|&c| size(c) as usize).collect()).collect();
        let shapes: Vec<&[usize]> = shapes.iter().map(Vec::as_slice).collect();

        // What only one operand has is summed first, at one addition per element, in whatever order.
        let mut sums = 0;
        let simplified: Vec<Vec<char>> = (0..count)
            .map(|i| {
                let others =
                    |c: &char| (0..count).any(|j| j != i && terms[j].contains(c)) || output.contains(c);
                let kept: Vec<char> = terms[i].iter().copied().filter(others).collect();
                if kept.len() < terms[i].len() {
                    sums += terms[i].iter().map(|&c| size(c)).product::<u128>();
                }
                kept
            })
            .collect();
        let optimal = einsum_path(&spec, &shapes, Optimize::Optimal, None);
        assert_eq!(optimal.flops(), sums + least_flops(&simplified, &output, &size), "{spec} {shapes:?}");
        let greedy = einsum_path(&spec, &shapes, Optimize::Greedy, None);
        assert!(greedy.flops() >= optimal.flops(), "{spec} {shapes:?}");
    }
}

#[test]
fn orders_keep_to_the_memory_limit() {
    // NumPy's tests of the same.
    let steps = |spec: &str, shapes: &[&[usize]], optimize, limit| {
        einsum_path(spec, shapes, optimize, limit).steps().to_vec()
    };
    let outer: [&[usize]; 3] = [&[2], &[3], &[4]];
    let long: [&[usize]; 4] = [&[2, 4, 5, 3], &[4, 3, 4, 3], &[2, 5, 6, 3], &[6, 3, 2, 4]];
    for optimize in [Optimize::Greedy, Optimize::Optimal] {
        assert_eq!(steps("a,b,c->abc", &outer, optimize, Some(0)), [[0, 1, 2]]);
        assert_eq!(steps("acdf,jbje,gihb,hfac", &long, optimize, Some(0)), [[0, 1, 2, 3]]);
    }
    let chain: [&[usize]; 3] = [&[2, 100], &[100, 2], &[2, 100]];
    assert_eq!(steps("ij,jk,kl->il", &chain, Optimize::Optimal, Some(4)), [[0, 1], [0, 1]]);
    assert_eq!(steps("ij,jk,kl->il", &chain, Optimize::Optimal, Some(3)), [[0, 1, 2]]);
    assert_eq!(steps("ij,jk,kl->il", &chain, Optimize::None, None), [[0, 1, 2]]);
}

#[test]
fn a_path_prints_what_it_costs() {
    let shapes: [&[usize]; 3] = [&[10, 1000], &[1000, 10], &[10, 500]];
    let path = einsum_path("ij,jk,kl->il", &shapes, Optimize::Optimal, None);
    let rule = "-".repeat(84);
    let expected = format!(
        "  Complete contraction:  ij,jk,kl->il
         Naive scaling:  4
     Optimized scaling:  3
      Naive FLOP count:  1.500e8
  Optimized FLOP count:  3.000e5
   Theoretical speedup:  500.000
  Largest intermediate:  5.000e3 elements
{rule}
 scaling      FLOPs                  current                                remaining
{rule}
       3     2.00e5                jk,ij->ik                                kl,ik->il
       3     1.00e5                ik,kl->il                                   il->il"
    );
    assert_eq!(path.to_string(), expected);
    // Axes behind an ellipsis get letters that are free.
    let path = einsum_path("...ia,...aj", &[&[5, 2, 3], &[5, 3, 4]], Optimize::Optimal, None);
    assert_eq!(path.subscripts(), (vec!["bia".to_string(), "baj".to_string()], "bij".to_string()));
}

#[test]
fn more_operands_than_can_be_ordered_exactly() {
    let chain: Vec<Array<f64>> = (0..20).map(|i| Array::full([i % 3 + 1, (i + 1) % 3 + 1], 1.0)).collect();
    let letters: Vec<char> = ('a'..='u').collect();
    let spec: Vec<String> = letters.windows(2).map(|pair| pair.iter().collect()).collect();
    let operands: Vec<&Array<f64>> = chain.iter().collect();
    let product = chain[1..].iter().fold(chain[0].clone(), |product, next| product.matmul(next));
    assert_eq!(einsum(&spec.join(","), &operands), product);
}

#[test]
fn one_operand_without_a_sum_is_a_view() {
    let a = Array::<f64>::arange(0.0, 27.0, 1.0).reshape([3, 3, 3]);
    for spec in ["...", "ijk", "kij", "ijk->kji", "iii->i", "...ii->i...", "i...i->...i"] {
        assert!(einsum(spec, &[&a]).shares_buffer_with(&a), "{spec}");
    }
    assert!(!einsum("iij->i", &[&a]).shares_buffer_with(&a));
}

#[test]
fn faults_are_quoted_and_pointed_at() {
    let check = |spec: &str, shapes: &[&[usize]], expected: &str| {
        let error = try_einsum_path(spec, shapes, Optimize::Optimal, None).expect_err(spec).to_string();
        assert_eq!(error, format!("einsum: {}", expected.replace("\n  ", "\n    ")), "{spec}");
    };
    let (m, v): (&[usize], &[usize]) = (&[2, 3], &[3]);
    check(
        "ij;jk",
        &[m, m],
        "';' is no subscript: only letters are\n  ij;jk\n    ^\n  shapes: [2, 3], [2, 3]",
    );
    check("i1", &[m], "'1' is no subscript: only letters are\n  i1\n   ^\n  shapes: [2, 3]");
    check("iö", &[m], "'ö' is no subscript: only letters are\n  iö\n   ^\n  shapes: [2, 3]");
    check("i..", &[m], "a dot that is not one of the three of an ellipsis\n  i..\n   ^\n  shapes: [2, 3]");
    check(
        "...i....",
        &[m],
        "a second ellipsis in the same subscripts\n  ...i....\n      ^\n  shapes: [2, 3]",
    );
    check(
        "ij->......",
        &[m],
        "a second ellipsis in the same subscripts\n  ij->......\n         ^\n  shapes: [2, 3]",
    );
    check("ij-ji", &[m], "half an arrow; the output follows `->`\n  ij-ji\n    ^\n  shapes: [2, 3]");
    check("ij>ji", &[m], "half an arrow; the output follows `->`\n  ij>ji\n    ^\n  shapes: [2, 3]");
    check("ij->ji->", &[m], "a second arrow\n  ij->ji->\n        ^\n  shapes: [2, 3]");
    check(
        "ij->i,j",
        &[m],
        "a comma in the output: there is one output\n  ij->i,j\n       ^\n  shapes: [2, 3]",
    );
    check("ij", &[], "no operand for 1 term\n  ij\n  ^\n  shapes: none");
    check("ij,jk", &[m], "1 operand for 2 terms\n  ij,jk\n     ^\n  shapes: [2, 3]");
    check("ij->i", &[m, v], "2 operands for 1 term\n  ij->i\n    ^\n  shapes: [2, 3], [3]");
    check(
        "ij,jk",
        &[m, v],
        "too many subscripts for operand 1: 2 subscripts, 1 axis\n  ij,jk\n      ^\n  shapes: [2, 3], [3]",
    );
    check(
        "i...j",
        &[v],
        "too many subscripts for operand 0: 2 subscripts, 1 axis\n  i...j\n      ^\n  shapes: [3]",
    );
    check(
        "i,j",
        &[m, v],
        "too few subscripts (and no `...`) for operand 0: 1 subscript, 2 axes\n  i,j\n   ^\n  shapes: [2, 3], [3]",
    );
    check("ij->ik", &[m], "'k' is in the output but in no operand\n  ij->ik\n       ^\n  shapes: [2, 3]");
    check("ij->iji", &[m], "'i' is in the output twice\n  ij->iji\n        ^\n  shapes: [2, 3]");
    check(
        "...j->j",
        &[m],
        "the output has no `...` for the 1 axis that the operands' ellipses stand for\n  ...j->j\n         ^\n  shapes: [2, 3]",
    );
    check("ii", &[m], "'i' is 3 here and 2 on another axis of operand 0\n  ii\n   ^\n  shapes: [2, 3]");
    check(
        "ii->i",
        &[&[0, 1]],
        "'i' is 1 here and 0 on another axis of operand 0\n  ii->i\n   ^\n  shapes: [0, 1]",
    );
    check(
        "ij,jk->ik",
        &[m, m],
        "'j' is 2 here and 3 in operand 0\n  ij,jk->ik\n     ^\n  shapes: [2, 3], [2, 3]",
    );
    check(
        "i...,...",
        &[m, &[4]],
        "an axis behind the ellipsis (axis 0 of operand 1) is 4 here and 3 in operand 0\n  i...,...\n       ^\n  shapes: [2, 3], [4]",
    );
    let deep = [1; 63];
    check(
        "ij...",
        &[&[&deep[..], &[1, 1]].concat()],
        &format!("65 labels; an expression has 64 at most\n  ij...\n    ^\n  shapes: {:?}", [1; 65]),
    );
}

#[test]
fn a_result_too_large_for_memory_is_refused() {
    let wide = Array::<f64>::zeros(()).broadcast_to([1usize << 40]);
    let error = try_einsum("i,j->ij", &[&wide, &wide]).expect_err("2^80 elements").to_string();
    assert!(error.starts_with("einsum: an array of shape [1099511627776, 1099511627776]"), "{error}");
}
