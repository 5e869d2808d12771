//! A step of a program: the registers and arguments of an operation.

use array_core::io::AnyArray;
use array_core::{
    Array, Axes, DType, Element, Ellipsis, IndexItem, IntoIndexItem, IntoSliceItem, NewAxis, Operand,
    SliceItem, Source, keepdims,
};

use super::bits::Bits;
use super::ops::integers;

/// The letters of element types, as NumPy has them.
pub fn dtype(letter: &str) -> DType {
    match letter {
        "d" => DType::Float64,
        "f" => DType::Float32,
        "e" => DType::Float16,
        "q" => DType::Int64,
        "i" => DType::Int32,
        "h" => DType::Int16,
        "b" => DType::Int8,
        "Q" => DType::UInt64,
        "I" => DType::UInt32,
        "H" => DType::UInt16,
        "B" => DType::UInt8,
        "?" => DType::Bool,
        "D" => DType::Complex128,
        "F" => DType::Complex64,
        _ => panic!("no dtype {letter}"),
    }
}

/// Numbers as `(2,3)`.
pub fn numbers(text: &str) -> Vec<isize> {
    let text = text.trim_matches(['(', ')']);
    text.split(',').filter(|word| !word.is_empty()).map(|word| word.parse().unwrap()).collect()
}

fn register(word: &str) -> Option<usize> {
    word.strip_prefix('r')?.parse().ok()
}

/// The results so far.
pub struct Machine {
    registers: Vec<Option<AnyArray>>,
    /// How often each register will still be read. The last reader gets the array itself, the others a clone, so that
    /// operations meet shared and unshared buffers.
    reads: Vec<usize>,
}

impl Machine {
    pub fn new(program: &str) -> Machine {
        let mut reads = vec![0; program.split('|').count()];
        for at in program.split([' ', ';', '|']).filter_map(register) {
            reads[at] += 1;
        }
        Machine { registers: Vec::new(), reads }
    }

    pub fn push(&mut self, result: Option<AnyArray>) {
        self.registers.push(result);
    }

    fn read(&mut self, at: usize) -> AnyArray {
        self.reads[at] -= 1;
        let array = if self.reads[at] == 0 { self.registers[at].take() } else { self.registers[at].clone() };
        array.unwrap()
    }
}

/// An array or a scalar.
pub enum Value<T: Element> {
    Scalar(T),
    Array(Array<T>),
}

impl<T: Element> Value<T> {
    /// A scalar as an array without axes.
    pub fn into_array(self) -> Array<T> {
        match self {
            Value::Scalar(value) => Array::scalar(value),
            Value::Array(array) => array,
        }
    }
}

impl<T: Element> Operand<T> for Value<T> {
    fn source(&self) -> Source<'_, T> {
        match self {
            Value::Scalar(value) => Source::Scalar(*value),
            Value::Array(array) => Source::Array(array),
        }
    }
}

/// The name of an operation and its arguments.
pub struct Call<'a> {
    machine: &'a mut Machine,
    pub name: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Call<'a> {
    pub fn new(machine: &'a mut Machine, operation: &'a str) -> Call<'a> {
        let (name, words) = operation.split_once(' ').unwrap();
        Call { machine, name, words: words.split(' ').collect() }
    }

    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn word(&self, i: usize) -> &'a str {
        self.words[i]
    }

    /// The array that an argument names, left in its register.
    pub fn look(&self, i: usize) -> &AnyArray {
        self.machine.registers[register(self.words[i]).unwrap()].as_ref().unwrap()
    }

    /// The element type of an array or a scalar.
    pub fn dtype(&self, i: usize) -> DType {
        match self.words[i].strip_prefix('s') {
            Some(scalar) => dtype(&scalar[..1]),
            None => self.look(i).dtype(),
        }
    }

    pub fn any(&mut self, i: usize) -> AnyArray {
        self.machine.read(register(self.words[i]).unwrap())
    }

    pub fn array<T: Element>(&mut self, i: usize) -> Array<T> {
        self.any(i).try_into().unwrap()
    }

    /// All arguments from one on.
    pub fn arrays<T: Element>(&mut self, from: usize) -> Vec<Array<T>> {
        (from..self.len()).map(|i| self.array(i)).collect()
    }

    pub fn operand<T: Bits>(&mut self, i: usize) -> Value<T> {
        match self.words[i].strip_prefix('s') {
            Some(scalar) => Value::Scalar(T::read(&scalar[1..])),
            None => Value::Array(self.array(i)),
        }
    }

    pub fn int(&self, i: usize) -> isize {
        self.words[i].parse().unwrap()
    }

    pub fn ints(&self, i: usize) -> Vec<isize> {
        numbers(self.words[i])
    }

    /// Axes: `..` for all, `(0,1)`, a `k` in front to keep them.
    pub fn axes(&self, i: usize) -> Axes {
        let (keep, text) =
            self.words[i].strip_prefix('k').map_or((false, self.words[i]), |text| (true, text));
        let axes: Axes = if text == ".." { (..).into() } else { numbers(text).into() };
        if keep { keepdims(axes) } else { axes }
    }

    /// The only axis; `None` for all elements in one row.
    pub fn axis(&self, i: usize) -> Option<isize> {
        (self.words[i] != "..").then(|| self.ints(i)[0])
    }

    fn slice_item(word: &str) -> SliceItem {
        match word {
            "n" => NewAxis.slice_item(),
            "." => Ellipsis.slice_item(),
            _ if word.contains(':') => {
                let bounds: Vec<Option<isize>> = word.split(':').map(|bound| bound.parse().ok()).collect();
                SliceItem::Range { start: bounds[0], stop: bounds[1], step: bounds[2].unwrap_or(1) }
            }
            _ => word.parse::<isize>().unwrap().slice_item(),
        }
    }

    fn entries(&self, i: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.words[i].split(';').filter(|&word| word != "-")
    }

    /// A slice, if there are neither arrays nor masks in this index.
    pub fn slice(&self, i: usize) -> Option<Vec<SliceItem>> {
        let advanced = self.entries(i).any(|word| word.starts_with(['r', 'b']));
        (!advanced).then(|| self.entries(i).map(Self::slice_item).collect())
    }

    pub fn index(&mut self, i: usize) -> Vec<IndexItem> {
        self.entries(i)
            .map(|word| match (register(word), word.strip_prefix("b:")) {
                (Some(at), _) => index_item(&self.machine.read(at)),
                (_, Some(flag)) => (flag == "1").index_item(),
                _ => Self::slice_item(word).index_item(),
            })
            .collect()
    }
}

fn index_item(array: &AnyArray) -> IndexItem {
    fn positions<I: array_core::Integer>(array: &AnyArray) -> IndexItem {
        (&array.clone().try_into::<I>().unwrap()).index_item()
    }
    match array {
        AnyArray::Bool(mask) => mask.index_item(),
        _ => integers!(array.dtype(), positions(array)).unwrap(),
    }
}
