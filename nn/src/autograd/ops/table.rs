//! What every operation computes and what that costs: a row for each.
//!
//! The same figures are printed by traces, summaries and profiles. Counted as one floating-point operation are an
//! addition, a multiplication, a division, a comparison, and an elementary function such as eˣ, of one element;
//! a multiply-add is two. What is done once per row, such as the root in a normalisation, is left out. Bytes are those
//! that must be read and written if caches hold what one operation works on and nothing between operations.

/// The work of one operation, forward or backward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Cost {
    /// Floating-point operations.
    pub flops: u64,
    /// Bytes read and written.
    pub bytes: u64,
}

impl std::ops::Add for Cost {
    type Output = Cost;
    fn add(self, other: Cost) -> Cost {
        Cost { flops: self.flops + other.flops, bytes: self.bytes + other.bytes }
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Cost>>(costs: I) -> Cost {
        costs.fold(Cost::default(), |a, b| a + b)
    }
}

/// An operation's row.
pub(crate) struct Operation {
    pub name: &'static str,
    /// The value y from the inputs x, in the order of the operation's arguments.
    pub formula: &'static str,
    work: Work,
}

/// How the work depends on the shapes.
enum Work {
    /// None: the value is a view of the input, or was there before.
    View,
    /// Forward, and backward for each input, so many FLOPs per element of the value.
    Each(u64, u64),
    /// The same per element of the first input.
    Fold(u64, u64),
    /// A multiply-add for each element of the value and of the axis that is summed over, whose size this gives;
    /// backward the same for each input.
    Product(fn(&Operands) -> u64),
    /// FLOPs forward, and backward for the input of this number.
    Counted(fn(&Operands) -> u64, fn(&Operands, usize) -> u64),
    /// The operation has said: see `Var::costing`. Backward for each input the same.
    Told,
}

/// The shapes that an operation works on; inputs in the order of its edges.
pub(crate) struct Operands {
    pub inputs: Vec<Vec<usize>>,
    /// How many elements of each input lie in memory: fewer than its shape says where axes are stretched.
    pub stored: Vec<u64>,
    pub value: Vec<usize>,
    /// What the operation has said about its FLOPs.
    pub told: Option<u64>,
    /// The size of an element.
    pub itemsize: usize,
}

fn size(shape: &[usize]) -> u64 {
    shape.iter().map(|&n| n as u64).product()
}

impl Operands {
    fn elements(&self) -> u64 {
        size(&self.value)
    }

    fn input(&self, index: usize) -> u64 {
        self.inputs.get(index).map_or(0, |shape| size(shape))
    }

    fn bytes(&self, elements: u64) -> u64 {
        elements * self.itemsize as u64
    }
}

impl Operation {
    /// The row of an operation.
    pub fn find(name: &str) -> Option<&'static Operation> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// The work of the forward pass: every input is read, the value written.
    pub fn forward(&self, of: &Operands) -> Cost {
        let flops = match self.work {
            Work::View => return Cost::default(),
            Work::Each(forward, _) => forward * of.elements(),
            Work::Fold(forward, _) => forward * of.input(0),
            Work::Product(inner) => 2 * of.elements() * inner(of),
            Work::Counted(forward, _) => forward(of),
            Work::Told => of.told.unwrap_or(0),
        };
        Cost { flops, bytes: of.bytes(of.stored.iter().sum::<u64>() + of.elements()) }
    }

    /// The work of the vector-Jacobian product for one input: the gradient of the value and what was saved (the
    /// largest other input or, if there is none, the value) are read, the input's gradient is written. Nothing
    /// where the gradient is handed on as it is.
    pub fn backward(&self, of: &Operands, input: usize) -> Cost {
        let flops = match self.work {
            Work::View | Work::Each(_, 0) => return Cost::default(),
            Work::Each(_, backward) => backward * of.elements(),
            Work::Fold(_, backward) => backward * of.input(0),
            Work::Product(inner) => 2 * of.elements() * inner(of),
            Work::Counted(_, backward) => backward(of, input),
            Work::Told => of.told.unwrap_or(0),
        };
        let others = (0..of.inputs.len()).filter(|&other| other != input);
        let saved = others.filter_map(|other| of.stored.get(other).copied()).max().unwrap_or(of.elements());
        Cost { flops, bytes: of.bytes(of.elements() + saved + of.input(input)) }
    }
}

/// The elements of one filter of a convolution.
fn filter(of: &Operands) -> u64 {
    of.inputs.iter().rev().nth(1).map_or(0, |weight| size(&weight[1..]))
}

/// The elements of the images that are convolved.
fn images(of: &Operands) -> u64 {
    of.inputs.last().map_or(0, |x| size(x))
}

/// The products of all steps of a recurrent network.
fn recurrent(of: &Operands) -> u64 {
    2 * of.inputs[3][..2].iter().map(|&n| n as u64).product::<u64>() * of.input(1)
}

/// Those of the state's and the weight's gradients.
fn recurrent_backward(of: &Operands, input: usize) -> u64 {
    if input < 2 { recurrent(of) } else { of.input(input) }
}

/// How many scores there are: one for each query and key.
fn scores(of: &Operands) -> u64 {
    let (keys, width) = (of.inputs[1].iter().rev().nth(1), of.inputs[0].last());
    of.input(0) / width.map_or(1, |&n| n.max(1) as u64) * keys.map_or(0, |&n| n as u64)
}

/// The product that makes the scores, or that of their pattern with the values, if `input` is 2.
fn attention(of: &Operands, input: usize) -> u64 {
    2 * scores(of) * of.inputs[input].last().map_or(0, |&n| n as u64)
}

/// Lists operations: name, formula, work.
macro_rules! operations {
    ($($name:literal: $formula:literal, $work:expr;)*) => {
        static OPERATIONS: &[Operation] = {
            use Work::*;
            &[$(Operation { name: $name, formula: $formula, work: $work }),*]
        };
    };
}

operations! {
    // Leaves
    "constant": "given", View;
    "variable": "given", View;
    "parameter": "learned", View;
    "buffer": "kept up in training", View;
    // Arithmetic
    "add": "y = a + b", Each(1, 0);
    "sub": "y = a − b", Each(1, 1);
    "mul": "y = a · b", Each(1, 1);
    "div": "y = a / b", Each(1, 2);
    "neg": "y = −x", Each(1, 1);
    "add_scalar": "y = x + s", Each(1, 0);
    "sub_scalar": "y = x − s", Each(1, 0);
    "mul_scalar": "y = x · s", Each(1, 1);
    "div_scalar": "y = x / s", Each(1, 1);
    "pow": "y = aᵇ", Each(1, 3);
    "powf": "y = xˢ", Each(1, 3);
    // Functions of one element
    "exp": "y = eˣ", Each(1, 1);
    "exp2": "y = 2ˣ", Each(1, 2);
    "expm1": "y = eˣ − 1", Each(1, 2);
    "ln": "y = ln x", Each(1, 1);
    "log1p": "y = ln(1 + x)", Each(1, 2);
    "log2": "y = log₂ x", Each(1, 2);
    "log10": "y = log₁₀ x", Each(1, 2);
    "sqrt": "y = √x", Each(1, 2);
    "square": "y = x²", Each(1, 2);
    "reciprocal": "y = 1/x", Each(1, 3);
    "abs": "y = |x|", Each(1, 2);
    "sin": "y = sin x", Each(1, 2);
    "cos": "y = cos x", Each(1, 3);
    "tan": "y = tan x", Each(1, 3);
    "asin": "y = arcsin x", Each(1, 4);
    "acos": "y = arccos x", Each(1, 5);
    "atan": "y = arctan x", Each(1, 3);
    "sinh": "y = sinh x", Each(1, 2);
    "cosh": "y = cosh x", Each(1, 2);
    "asinh": "y = arsinh x", Each(1, 4);
    "acosh": "y = arcosh x", Each(1, 4);
    "atanh": "y = artanh x", Each(1, 3);
    "erf": "y = erf x", Each(1, 5);
    "tanh": "y = tanh x", Each(1, 3);
    "sigmoid": "y = 1/(1 + e⁻ˣ)", Each(3, 3);
    "relu": "y = max(x, 0)", Each(1, 1);
    "leaky_relu": "y = x if x > 0, else slope · x", Each(2, 2);
    "elu": "y = x if x > 0, else α · (eˣ − 1)", Each(4, 3);
    "gelu": "y = x · Φ(x) = x/2 · (1 + erf(x/√2))", Each(5, 8);
    "gelu_tanh": "y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))", Each(9, 15);
    "silu": "y = x/(1 + e⁻ˣ)", Each(4, 7);
    "softplus": "y = ln(1 + eˣ)", Each(3, 4);
    "hardtanh": "y = min(max(x, low), high)", Each(2, 2);
    // Choice
    "where": "y = a where the mask is true, else b", Each(0, 1);
    "masked_fill": "y = fill where the mask is true, else x", Each(0, 1);
    "maximum": "y = max(a, b)", Each(1, 2);
    "minimum": "y = min(a, b)", Each(1, 2);
    "clip": "y = min(max(x, low), high)", Each(2, 2);
    "dropout": "y = x · mask/(1 − p)", Each(1, 1);
    // Reductions
    "sum_axis": "y = Σ x", Fold(1, 0);
    "mean_axis": "y = Σ x / n", Fold(1, 0);
    "var_axis": "y = Σ (x − mean)² / (n − ddof)", Fold(4, 2);
    "std_axis": "y = √(Σ (x − mean)² / (n − ddof))", Fold(4, 2);
    "logsumexp_axis": "y = ln Σ eˣ", Fold(4, 2);
    "norm_axis": "y = (Σ |x|ᵖ)^(1/p)", Fold(2, 2);
    "max_axis": "y = max x", Fold(1, 3);
    "min_axis": "y = min x", Fold(1, 3);
    "prod_axis": "y = Π x", Fold(1, 4);
    "cumsum": "yᵢ = Σ xⱼ over j ≤ i", Fold(1, 1);
    // Other places, the same elements
    "expand": "y = x, broadcast", Counted(|_| 0, |of, _| of.elements());
    "reshape": "y = x in another shape", View;
    "permute": "y = x with its axes reordered", View;
    "t": "y = xᵀ", View;
    "swapaxes": "y = x with two axes swapped", View;
    "expand_dims": "y = x with an axis of size 1 more", View;
    "squeeze": "y = x without axes of size 1", View;
    "slice": "y = part of x", View;
    "diagonal": "y = a diagonal of x", View;
    "tril": "y = x on and below a diagonal, else 0", Each(0, 0);
    "triu": "y = x on and above a diagonal, else 0", Each(0, 0);
    "flip": "y = x backwards", View;
    "roll": "y = x, rolled along an axis", Each(0, 0);
    "pad": "y = x with more around it", Each(0, 0);
    "concatenate": "y = a, b, …, one behind the other", Each(0, 0);
    "pick": "y = x at given positions", Each(0, 1);
    "take": "y = x at given positions", Each(0, 1);
    "gather": "y = x at given positions", Each(0, 1);
    "masked_select": "y = x where the mask is true", Each(0, 1);
    "scatter": "y = x with values put at positions", Each(0, 1);
    "scatter_add": "y = x with values added at positions", Each(1, 1);
    // Row of a table for each token
    "embedding": "y = W[token]", Counted(|_| 0, |of, _| of.elements());
    "einsum": "y = Σ a · b over the labels that the result lacks", Told;
    // Products
    "matmul": "y = a · b", Product(|of| of.inputs[0].last().map_or(1, |&k| k as u64));
    "linear": "y = x·W + b",
        // Edges are W, b, x.
        Counted(
            |of| of.elements() * (2 * of.inputs[0][0] as u64 + 1),
            |of, input| of.elements() * if input == 1 { 1 } else { 2 * of.inputs[0][0] as u64 }
        );
    // Images. Edges are bias if there is one, weight, x.
    "conv2d": "y = W ⋆ x + b",
        Counted(|of| of.elements() * (2 * filter(of) + of.inputs.len() as u64 - 2), |of, input| of.elements() * match of.inputs.len() - input {
            3 => 1,
            _ => 2 * filter(of),
        });
    "conv_transpose2d": "y = Wᵀ ⋆ x + b",
        Counted(|of| 2 * images(of) * filter(of) + of.elements() * (of.inputs.len() as u64 - 2), |of, input| match of.inputs.len() - input {
            3 => of.elements(),
            _ => 2 * images(of) * filter(of),
        });
    "max_pool2d": "y = max of each window of x", Fold(1, 1);
    "avg_pool2d": "y = mean of each window of x", Fold(1, 1);
    // Recurrent networks: a product of the state with the weight in every step. Edges are state, weight, bias, x.
    "rnn": "h′ = tanh(x + h·W + b)", Counted(recurrent, recurrent_backward);
    "gru": "h′ = (1 − z)·tanh(x + r·p) + z·h; r, z = σ(x + p); p = h·W + b",
        Counted(recurrent, recurrent_backward);
    "lstm": "h′ = o·tanh(c′); c′ = f·c + i·g; i, f, o = σ(x + p), g = tanh(x + p); p = h·W + b",
        Counted(recurrent, recurrent_backward);
    // Attention. Edges are q, k, v: scores are scaled, and their softmax is taken. Backward for q, the scores are
    // computed once more.
    "attention": "y = softmax(q·kᵀ/√width) · v",
        Counted(|of| attention(of, 0) + 6 * scores(of) + attention(of, 2), |of, input| [2, 1, 2][input] * attention(of, input));
    "masked_softmax": "yᵢ = e^xᵢ / Σ e^xⱼ over what is allowed", Each(5, 4);
    "rotary": "y = x, pairs turned by angles that grow with the position", Each(3, 3);
    // Normalisations. Edges are weight, bias, x, or weight, x.
    "normalize": "y = (x − mean)/√(var + ε) · weight + bias",
        Counted(|of| 7 * of.elements(), |of, input| [2, 1, 8][input] * of.elements());
    "rms_normalize": "y = x/√(mean(x²) + ε) · weight",
        Counted(|of| 4 * of.elements(), |of, input| [2, 6][input] * of.elements());
    // The greatest, the difference from it, eˣ, the sum, the quotient
    "softmax": "yᵢ = e^xᵢ / Σ e^xⱼ", Each(5, 4);
    "log_softmax": "yᵢ = xᵢ − ln Σ e^xⱼ", Each(5, 4);
    // Losses
    "cross_entropy": "y = −Σ t · ln softmax(x)", Fold(5, 4);
    "nll": "y = −x[label]", Each(1, 1);
    "mse": "y = d²", Each(1, 2);
    "mae": "y = |d|", Each(1, 2);
    "huber": "y = d²/2 if |d| ≤ δ, else δ · (|d| − δ/2)", Each(3, 3);
    "smooth_l1": "y = d²/2β if |d| < β, else |d| − β/2", Each(4, 3);
    "bce": "y = −t · ln p − (1 − t) · ln(1 − p)", Each(8, 5);
    "bce_with_logits": "y = −t · ln σ(x) − (1 − t) · ln(1 − σ(x))", Each(12, 9);
    "kl_divergence": "y = t · (ln t − x)", Each(3, 2);
    "hinge": "y = max(0, margin − t · x)", Each(3, 3);
}
