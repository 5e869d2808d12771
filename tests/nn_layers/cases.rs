//! Cases computed by PyTorch, as `tests/reference/layer_cases.py` describes them, and their replay.

use std::collections::BTreeMap;
use std::str::FromStr;

use array_core::{Array, default_rng};
use nn::{Layer, Module, Param, Scalar, Tape, Var};

/// One case: a layer in one setting, with all arrays that go in and must come out.
pub struct Case {
    pub name: String,
    pub kind: String,
    pub options: BTreeMap<String, String>,
    /// By role and name, in the order of the index.
    arrays: Vec<(String, String, Array<f64>)>,
    /// Whether parameters lie as in PyTorch.
    in_pytorch_layout: bool,
}

impl Case {
    pub fn option<V: FromStr>(&self, name: &str) -> V {
        let text = self.options.get(name).unwrap_or_else(|| panic!("{} has no option {name}", self.name));
        text.parse().unwrap_or_else(|_| panic!("{}: {name}={text}", self.name))
    }

    /// An option such as `2x3`.
    pub fn list(&self, name: &str) -> Vec<usize> {
        let text: String = self.option(name);
        text.split('x').map(|n| n.parse().expect("a list of sizes")).collect()
    }

    fn of_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = (&'a str, &'a Array<f64>)> + 'a {
        self.arrays.iter().filter(move |(r, ..)| r == role).map(|(_, name, array)| (name.as_str(), array))
    }

    pub fn get<T: Scalar>(&self, role: &str, name: &str) -> Array<T> {
        let (_, array) = self.of_role(role).find(|&(n, _)| n == name).expect("an array of the case");
        array.map(T::from_f64)
    }

    pub fn has(&self, role: &str, name: &str) -> bool {
        self.of_role(role).any(|(n, _)| n == name)
    }

    /// The size of an axis of an array.
    pub fn size(&self, role: &str, name: &str, axis: usize) -> usize {
        self.get::<f64>(role, name).shape()[axis]
    }
}

/// The cases of one script.
pub fn read_cases(script: &str) -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/data");
    let index = std::fs::read_to_string(format!("{folder}/{script}.txt")).expect("the index");
    let bytes = std::fs::read(format!("{folder}/{script}.bin")).expect("the numbers");
    let mut rest = &bytes[..];
    let mut cases: Vec<Case> = Vec::new();
    let mut rng = default_rng(0);
    let shape_of = |text: &str| -> Vec<usize> {
        text.split(',').filter(|&n| n != "-").map(|n| n.parse().expect("a size")).collect()
    };
    for line in index.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if let ["case", kind, options @ ..] = &words[..] {
            let pair = |option: &&str| option.split_once('=').map(|(k, v)| (k.to_string(), v.to_string()));
            let options = options.iter().map(|o| pair(o).expect("key=value")).collect();
            let name = format!("case {}: {line}", cases.len());
            rng = default_rng(cases.len() as u64);
            let (kind, arrays) = (kind.to_string(), Vec::new());
            cases.push(Case { name, kind, options, arrays, in_pytorch_layout: false });
            continue;
        }
        let case = cases.last_mut().expect("a case before its arrays");
        if let ["draw", role, name, shape] = words[..] {
            let drawn = rng.uniform::<f64>(-1.0, 1.0, shape_of(shape)).map(|x| f64::from(x as f32));
            case.arrays.push((role.to_string(), name.to_string(), drawn));
            case.in_pytorch_layout = true;
            continue;
        }
        let [role, name, dtype, shape] = words[..] else { panic!("{line:?} is no array") };
        let shape = shape_of(shape);
        let size = shape.iter().product::<usize>() * if dtype == "float32" { 4 } else { 8 };
        let (own, others) = rest.split_at(size);
        rest = others;
        let array = match dtype {
            "float32" => Array::<f32>::try_from_le_bytes(own, shape).expect("numbers").map(f64::from),
            _ => Array::<f64>::try_from_le_bytes(own, shape).expect("numbers"),
        };
        case.arrays.push((role.to_string(), name.to_string(), array));
    }
    assert!(rest.is_empty(), "numbers are left over");
    cases
}

/// |ours − theirs| ≤ bound·max |theirs|, where a maximum of 0, up to rounding, counts as 1.
fn compare<T: Scalar>(case: &Case, role: &str, name: &str, ours: &Array<T>, bound: f64) {
    let theirs = case.get::<f64>(role, name);
    assert_eq!(ours.shape(), theirs.shape(), "{}: shape of {role} {name}", case.name);
    if theirs.is_empty() {
        return;
    }
    let greatest = theirs.abs().max();
    let scale = if greatest < 1e-9 { 1.0 } else { greatest };
    let error = (ours.map(T::to_f64) - theirs).abs().max() / scale;
    assert!(error <= bound, "{}: {role} {name} is off by {error:e}", case.name);
}

/// A parameter's array as PyTorch keeps it, or back.
fn in_layout<T: Scalar>(case: &Case, param: &Param<T>, value: &Array<T>) -> Array<T> {
    if case.in_pytorch_layout && param.is_transposed_in_pytorch() { value.t() } else { value.clone() }
}

/// Gives a module the parameters and buffers of a case.
fn load<T: Scalar>(model: &mut impl Module<T>, case: &Case) {
    let mut known = 0;
    model.for_each_param_mut(|path, param| {
        let value = in_layout(case, param, &case.get("param", path)).copy();
        assert_eq!(value.shape(), param.value().shape(), "{}: {path}", case.name);
        *param.value_mut() = value;
        known += 1;
    });
    assert_eq!(known, case.of_role("param").count(), "{}: parameters", case.name);
}

/// Replays a case with a module and a function from its inputs to its outputs by name, and compares everything.
pub fn replay<T: Scalar, M: Module<T>>(
    case: &Case,
    bound: f64,
    mut model: M,
    forward: impl for<'t> Fn(&M, &BTreeMap<&str, Var<'t, T>>, &'t Tape<T>) -> Vec<(&'static str, Var<'t, T>)>,
) {
    load(&mut model, case);
    let training = case.options.get("mode").is_none_or(|mode| mode == "training");
    let tape = if training { Tape::training(default_rng(0)) } else { Tape::inference() };
    let inputs: BTreeMap<&str, Var<'_, T>> =
        case.of_role("in").map(|(name, value)| (name, tape.variable(value.map(T::from_f64)))).collect();
    let outputs = forward(&model, &inputs, &tape);
    assert_eq!(outputs.len(), case.of_role("out").count(), "{}: outputs", case.name);
    for (name, output) in &outputs {
        compare(case, "out", name, &output.value(), bound);
    }
    if !training {
        return;
    }
    let weighted: Vec<_> =
        outputs.iter().map(|(name, output)| (*output * tape.constant(case.get("ct", name))).sum()).collect();
    let gradients = Var::sum_of(&weighted).backward();
    let mut compared = 0;
    let mut compare_gradient = |name: &str, ours: Option<&Array<T>>| {
        if case.has("grad", name) {
            compare(case, "grad", name, ours.unwrap_or_else(|| panic!("{}: {name}", case.name)), bound);
            compared += 1;
        }
    };
    for (name, input) in &inputs {
        compare_gradient(name, gradients.get(*input));
    }
    model.for_each_param(|path, param| {
        let gradient = param.gradient(&gradients).map(|gradient| in_layout(case, param, gradient));
        compare_gradient(path, gradient.as_ref());
    });
    assert_eq!(compared, case.of_role("grad").count(), "{}: gradients", case.name);

    gradients.update_buffers(&mut model);
    model.for_each_param(|path, param| {
        if param.is_buffer() {
            compare(case, "after", path, param.value(), bound);
        }
    });
}

/// Replays a case of a layer: input `x`, output `y`.
pub fn replay_layer<T: Scalar>(case: &Case, bound: f64, layer: impl Layer<T>) {
    replay(case, bound, layer, |layer, inputs, _| vec![("y", inputs["x"].apply("", layer))]);
}

/// Replays all cases of a script in both precisions: to 1e-10 in f64, to 1e-5 in f32.
pub fn replay_all(script: &str, count: usize, check: [fn(&Case, f64); 2]) {
    let cases = read_cases(script);
    for case in &cases {
        check[0](case, 1e-10);
        check[1](case, 1e-5);
    }
    assert_eq!(cases.len(), count, "the cases were found");
}
