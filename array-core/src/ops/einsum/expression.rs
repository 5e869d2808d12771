//! Subscripts that have met shapes: every axis has a label, every label a size.

use smallvec::SmallVec;

use super::spec::{Context, Letter, Letters, Spec, Subscripts, parse};
use crate::error::Result;
use crate::layout::labels::{Label, LabelList, Labels, MAX_LABELS};
use crate::layout::listed;

/// A contraction of operands of known shapes.
#[derive(Debug, Clone)]
pub struct Expression {
    /// The labels of each operand's axes.
    pub inputs: SmallVec<[LabelList; 4]>,
    /// The labels of the result's axes.
    pub output: LabelList,
    /// The size of each label; operands' axes may have size 1 instead, and broadcast.
    pub sizes: SmallVec<[usize; 16]>,
    /// For each input, the labels along which it extends. An axis of size 1 is none: it is the same everywhere.
    pub extents: SmallVec<[Labels; 4]>,
    alphabet: Alphabet,
}

/// The letters of an expression and the numbers that they have as labels.
#[derive(Debug, Clone, Copy, Default)]
struct Alphabet {
    /// How many labels are axes behind ellipses: the first ones.
    hidden: usize,
    letters: Letters,
}

impl Alphabet {
    fn label(&self, letter: Letter) -> Label {
        (self.hidden + self.letters.before(letter.name)) as Label
    }

    /// The labels of axes, the ellipsis standing for `hidden` of them.
    fn list<'a>(&self, spec: &'a Spec, subscripts: &Subscripts, hidden: usize) -> LabelList {
        let split = subscripts.ellipsis.map_or(0, |(_, before)| before);
        let (before, after) = spec.letters(subscripts).split_at(split);
        let labels = |letters: &'a [Letter]| letters.iter().map(|&letter| self.label(letter));
        // Broadcasting aligns axes at the right.
        let hidden = (self.hidden - hidden..self.hidden).map(|label| label as Label);
        listed(labels(before).chain(hidden).chain(labels(after)))
    }
}

impl Expression {
    /// Reads the subscripts and checks them against the shapes.
    pub fn parse(context: &Context<'_>) -> Result<Expression> {
        let spec = parse(context)?;
        let hidden = hidden_axes(context, &spec)?;
        let (mut letters, mut repeated) = (Letters::default(), Letters::default());
        for letter in spec.inputs.iter().flat_map(|input| spec.letters(input)) {
            if !letters.insert(letter.name) {
                repeated.insert(letter.name);
            }
        }
        let alphabet = Alphabet { hidden: hidden.iter().copied().max().unwrap_or(0), letters };
        let total = alphabet.hidden + letters.len();
        if total > MAX_LABELS {
            let at = spec.inputs.iter().find_map(|input| input.ellipsis).map_or(0, |(at, _)| at);
            return Err(context.fault(at, format!("{total} labels; an expression has {MAX_LABELS} at most")));
        }
        let output = match &spec.output {
            Some(output) => explicit_output(context, &spec, output, &alphabet)?,
            // The axes behind ellipses, then the letters that occur once.
            None => {
                let mut output: LabelList = (0..alphabet.hidden as Label).collect();
                let once = letters.iter().filter(|&name| !repeated.contains(name));
                output.extend(once.map(|name| (alphabet.hidden + letters.before(name)) as Label));
                output
            }
        };
        let inputs =
            spec.inputs.iter().zip(&hidden).map(|(input, &hidden)| alphabet.list(&spec, input, hidden));
        let inputs: SmallVec<[LabelList; 4]> = inputs.collect();
        let sizes = sizes(context, &spec, &inputs, total)?;
        Ok(Expression { alphabet, ..Expression::new(inputs, output, sizes, context.shapes) })
    }

    /// Of labels that are known to fit the shapes.
    pub fn new(
        inputs: SmallVec<[LabelList; 4]>,
        output: LabelList,
        sizes: SmallVec<[usize; 16]>,
        shapes: &[&[usize]],
    ) -> Expression {
        let extent = |(labels, shape): (&LabelList, &&[usize])| {
            let moving = labels.iter().zip(*shape).filter(|&(_, &size)| size != 1);
            moving.fold(Labels::default(), |all, (&label, _)| all | Labels::of(&[label]))
        };
        let extents = inputs.iter().zip(shapes).map(extent).collect();
        Expression { inputs, output, sizes, extents, alphabet: Alphabet::default() }
    }

    /// The shape of the result.
    pub fn output_shape(&self) -> SmallVec<[usize; 8]> {
        self.output.iter().map(|&label| self.sizes[usize::from(label)]).collect()
    }

    /// The letters of labels. Axes behind ellipses have letters that the subscripts do not use; `?` if none is left.
    pub fn text(&self, labels: &[Label]) -> String {
        let Alphabet { hidden, letters } = self.alphabet;
        let letter = |&label: &Label| {
            let label = usize::from(label);
            let name =
                if label < hidden { letters.others().nth(label) } else { letters.iter().nth(label - hidden) };
            char::from(name.unwrap_or(b'?'))
        };
        labels.iter().map(letter).collect()
    }
}

/// Of each operand, how many axes its ellipsis stands for.
fn hidden_axes(context: &Context<'_>, spec: &Spec) -> Result<SmallVec<[usize; 4]>> {
    let (given, expected) = (context.shapes.len(), spec.inputs.len());
    if given > expected {
        let at = spec.inputs[expected - 1].end;
        return Err(context.fault(at, format!("{} for {}", operands(given), counted(expected, "term"))));
    }
    if given < expected {
        let at = spec.inputs[given].start;
        return Err(context.fault(at, format!("{} for {}", operands(given), counted(expected, "term"))));
    }
    let hidden = spec.inputs.iter().zip(context.shapes).enumerate().map(|(i, (input, shape))| {
        let (letters, axes) = (spec.letters(input), shape.len());
        let mismatch = |at, how: &str| {
            let (letters, axes) = (counted(letters.len(), "subscript"), counted(axes, "axis"));
            context.fault(at, format!("{how} for operand {i}: {letters}, {axes}"))
        };
        if letters.len() > axes {
            return Err(mismatch(letters[axes].at(), "too many subscripts"));
        }
        if letters.len() < axes && input.ellipsis.is_none() {
            return Err(mismatch(input.end, "too few subscripts (and no `...`)"));
        }
        Ok(axes - letters.len())
    });
    hidden.collect()
}

fn operands(n: usize) -> String {
    if n == 0 { "no operand".to_string() } else { counted(n, "operand") }
}

fn counted(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "axis") => format!("{n} axes"),
        _ => format!("{n} {what}s"),
    }
}

fn explicit_output(
    context: &Context<'_>,
    spec: &Spec,
    output: &Subscripts,
    alphabet: &Alphabet,
) -> Result<LabelList> {
    let mut seen = Letters::default();
    for &letter in spec.letters(output) {
        let name = char::from(letter.name);
        if !alphabet.letters.contains(letter.name) {
            return Err(context.fault(letter.at(), format!("{name:?} is in the output but in no operand")));
        }
        if !seen.insert(letter.name) {
            return Err(context.fault(letter.at(), format!("{name:?} is in the output twice")));
        }
    }
    if output.ellipsis.is_none() && alphabet.hidden > 0 {
        let axes = counted(alphabet.hidden, "axis");
        let rule = format!("the output has no `...` for the {axes} that the operands' ellipses stand for");
        return Err(context.fault(output.end, rule));
    }
    Ok(alphabet.list(spec, output, if output.ellipsis.is_some() { alphabet.hidden } else { 0 }))
}

/// The size of each label: equal on all axes of one operand, and on all operands but for 1s, which broadcast.
fn sizes(
    context: &Context<'_>,
    spec: &Spec,
    inputs: &[LabelList],
    labels: usize,
) -> Result<SmallVec<[usize; 16]>> {
    let mut sizes = SmallVec::from_elem(1, labels);
    // The operand that a label's size is from.
    let mut sources: SmallVec<[usize; 16]> = SmallVec::from_elem(0, labels);
    for (operand, (list, shape)) in inputs.iter().zip(context.shapes).enumerate() {
        for (axis, (&label, &size)) in list.iter().zip(*shape).enumerate() {
            // Where the axis stands in the text, and what it is called there.
            let place = || {
                let subscripts = &spec.inputs[operand];
                let letters = spec.letters(subscripts);
                let hidden = list.len() - letters.len();
                match subscripts.ellipsis {
                    Some((at, before)) if (before..before + hidden).contains(&axis) => {
                        (at, format!("an axis behind the ellipsis (axis {axis} of operand {operand})"))
                    }
                    ellipsis => {
                        let skipped = ellipsis.is_some_and(|(_, before)| axis >= before + hidden);
                        let letter = letters[if skipped { axis - hidden } else { axis }];
                        (letter.at(), format!("{:?}", char::from(letter.name)))
                    }
                }
            };
            let before = list[..axis].iter().position(|&other| other == label).map(|other| shape[other]);
            if let Some(other) = before.filter(|&other| other != size) {
                let (at, name) = place();
                let rule = format!("{name} is {size} here and {other} on another axis of operand {operand}");
                return Err(context.fault(at, rule));
            }
            let (known, source) = (&mut sizes[usize::from(label)], &mut sources[usize::from(label)]);
            if *known == 1 {
                (*known, *source) = (size, operand);
            } else if size != 1 && size != *known {
                let (at, name) = place();
                let rule = format!("{name} is {size} here and {known} in operand {source}");
                return Err(context.fault(at, rule));
            }
        }
    }
    Ok(sizes)
}
