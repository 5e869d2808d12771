//! What a mistake says: the operation, the shapes, the axis, and where in the model.

use std::panic::{AssertUnwindSafe, catch_unwind};

use array_core::{Array, default_rng};
use nn::data::{Dataset, batches};
use nn::{Dense, Gradients, Module, Optimizer, Relu, Sequential, Sgd, Tape, Var};

/// The message that `f` panics with.
fn message<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()))
        .expect("text")
}

fn mlp() -> Sequential {
    let rng = &mut default_rng(0);
    let inner = Sequential::new().add("l2", Dense::new(64, 32, rng)).add("act", Relu);
    Sequential::new().add("l1", Dense::new(10, 128, rng)).add("block", inner)
}

fn tape() -> Tape {
    Tape::training(default_rng(0))
}

fn ones<'t>(tape: &'t Tape, shape: &[usize]) -> Var<'t> {
    tape.variable(Array::ones(shape))
}

#[test]
fn a_layer_names_its_path_itself_the_axis_and_where_the_input_came_from() {
    let tape = tape();
    assert_eq!(
        message(|| ones(&tape, &[16, 10]).apply("mlp", &mlp())),
        "mlp.block.l2 (Dense 64 → 32): input axis 1 is 128, expected 64; \
         the input [16, 128] is the output of mlp.l1"
    );
}

#[test]
fn a_layer_names_an_input_that_comes_from_outside() {
    let tape = tape();
    assert_eq!(
        message(|| tape.constant(Array::ones([5, 3])).apply("mlp", &mlp())),
        "mlp.l1 (Dense 10 → 128): input axis 1 is 3, expected 10; the input [5, 3] is a constant of the tape"
    );
    assert_eq!(
        message(|| (ones(&tape, &[3]) * 2.0).apply("", &Dense::new(4, 2, &mut default_rng(0)))),
        "Dense 4 → 2: input axis 0 is 3, expected 4; the input [3] is the result of mul_scalar"
    );
    assert_eq!(
        message(|| ones(&tape, &[]).apply("l", &Dense::new(4, 2, &mut default_rng(0)))),
        "l (Dense 4 → 2): input axis -1 does not exist, expected 4; the input [] is a variable of the tape"
    );
}

#[test]
fn operations_name_both_shapes_and_the_axis() {
    let tape = tape();
    let x = |shape: &[usize]| ones(&tape, shape);
    let cases: [(String, &str); 9] = [
        (
            message(|| x(&[3, 4]) + x(&[3])),
            "add: shapes [3, 4] and [3] do not broadcast: axis -1 is 4 in one and 3 in the other",
        ),
        (
            message(|| tape.scope("net.attn", || x(&[2, 3]).matmul(x(&[4, 5])))),
            "net.attn: matmul: shapes [2, 3] and [4, 5]: \
             the last axis of the first must equal the last but one of the second",
        ),
        (
            message(|| x(&[2, 3]).reshape([4, -1])),
            "reshape: 6 elements of shape [2, 3] do not fit shape [4, -1]",
        ),
        (
            message(|| x(&[2, 3]).sum_axis(2)),
            "sum: axis 2 is out of range for shape [2, 3] with 2 dimensions",
        ),
        (message(|| x(&[2, 3]).permute([0, 0])), "permute: axis 0 is given more than once for shape [2, 3]"),
        (
            message(|| x(&[2, 3]).slice((.., 3))),
            "slice: index 3 is out of bounds for axis 1 with size 3 of shape [2, 3]",
        ),
        (message(|| x(&[2, 3]).expand([2, 4])), "broadcast_to: shape [2, 3] does not broadcast to [2, 4]"),
        (
            message(|| x(&[2, 3]).softmax(2)),
            "softmax: axis 2 is out of range for shape [2, 3] with 2 dimensions",
        ),
        (
            message(|| x(&[2, 3]).take(&Array::from_vec([0, 2], 2), 0)),
            "take: index 2 is out of bounds for axis 0 with size 2 of shape [2, 3]",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}

#[test]
fn losses_name_the_row_and_the_label() {
    let tape = tape();
    let logits = ones(&tape, &[2, 10]);
    assert_eq!(
        message(|| logits.cross_entropy(&Array::from_vec([3, 10], 2))),
        "cross_entropy: label 10 of row 1 is no class of 10"
    );
    assert_eq!(
        message(|| logits.cross_entropy(&Array::from_vec([3], 1))),
        "cross_entropy: shapes [2, 10] and [1]: logits must be (…, classes) and labels (…)"
    );
}

#[test]
fn backward_names_what_is_wrong_with_the_loss() {
    let (first, second) = (tape(), tape());
    assert_eq!(
        message(|| ones(&first, &[2, 2]).apply("act", &Relu).backward()),
        "backward: a loss has one element, but the output of act has shape [2, 2]"
    );
    let loss = ones(&second, &[3]).sum();
    let _ = loss.backward();
    assert_eq!(
        message(|| loss.backward()),
        "backward: the tape has been walked back already; make a new one"
    );
    assert_eq!(message(|| loss + loss), "add: the tape has been walked back already; make a new one");
}

#[test]
fn a_released_parameter_says_where_to_read_it() {
    let (tape, layer) = (tape(), Dense::<f32>::new(2, 2, &mut default_rng(0)));
    let y = tape.constant(Array::ones([1, 2])).apply("l", &layer);
    let weight = tape.param("weight", &layer.weight);
    let _ = y.sum().backward();
    assert_eq!(
        message(|| weight.value()),
        "value: the parameter l.weight was released by backward; read it from the model"
    );
}

#[test]
fn a_parameter_without_gradient_makes_the_step_fail_with_its_path_and_changes_nothing() {
    let mut model = mlp();
    let before: Vec<Array<f32>> = parameters(&model);
    let tape = tape();
    // Only the first layer takes part.
    let first = model.layers().next().expect("l1").1;
    let gradients: Gradients = tape.constant(Array::ones([1, 10])).apply("l1", first).sum().backward();
    let error = Sgd::new(0.1).step(&mut model, &gradients).expect_err("two parameters have no gradient");
    assert_eq!(
        error.to_string(),
        "no gradient for block.l2.weight, block.l2.bias: the loss does not depend on them"
    );
    assert_eq!(parameters(&model), before);

    // Frozen, they need none.
    assert_eq!(model.set_trainable("block", false), 2);
    Sgd::new(0.1).step(&mut model, &gradients).expect("a step of the first layer");
    assert_ne!(parameters(&model)[..2], before[..2]);
    assert_eq!(parameters(&model)[2..], before[2..]);
}

fn parameters(model: &Sequential) -> Vec<Array<f32>> {
    let mut values = Vec::new();
    model.for_each_param(|_, param| values.push(param.value().copy()));
    values
}

#[test]
fn building_blocks_name_their_inputs() {
    assert_eq!(
        message(|| Sequential::<f32>::new().add("a.b", Relu)),
        "Sequential: \"a.b\" cannot be part of a path"
    );
    assert_eq!(
        message(|| Sequential::<f32>::new().add("a", Relu).add("a", Relu)),
        "Sequential: two layers named \"a\""
    );
    assert_eq!(
        message(|| Dataset::new(Array::<f32>::zeros([3, 2]), Array::zeros([2]))),
        "Dataset: inputs of shape [3, 2] and labels of shape [2]: one label per row is needed"
    );
    let data = Dataset::new(Array::<f32>::zeros([3, 2]), Array::zeros([3]));
    assert_eq!(
        message(|| batches(&data, 0, &mut default_rng(0))),
        "batches: a batch has at least one sample"
    );
}
