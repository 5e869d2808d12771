//! A vector for each token.

use array_core::random::Generator;
use array_core::{Array, Integer};

use crate::autograd::{Tape, Var};
use crate::module::Param;
use crate::scalar::Scalar;

/// A learned vector for each of a number of tokens: (…) → (…, width). PyTorch's `Embedding`.
///
/// Its input are numbers of tokens, not values of a tape, so it is no [`Layer`](crate::Layer); run it in a
/// scope by [`Tape::apply`]:
///
/// ```
/// use array_core::{Array, default_rng};
/// use nn::{Embedding, Tape};
/// let characters: Embedding = Embedding::new(27, 8, &mut default_rng(0));
/// let tape = Tape::inference();
/// let word = Array::from_vec([14, 5, 23], 3);
/// let x = tape.apply("characters", || characters.forward(&tape, &word));
/// assert_eq!(x.shape(), [3, 8]);
/// ```
#[derive(Debug, Clone)]
pub struct Embedding<T: Scalar = f32> {
    /// The vectors, of shape (tokens, width).
    pub weight: Param<T>,
    padding: Option<usize>,
}

crate::module!(Embedding<T> { weight; padding });

impl<T: Scalar> Embedding<T> {
    /// Vectors drawn from the standard normal distribution, as PyTorch's.
    pub fn new(tokens: usize, width: usize, rng: &mut Generator) -> Embedding<T> {
        let weight = rng.standard_normal::<f64>([tokens, width]).map(T::from_f64);
        Embedding { weight: Param::new(weight), padding: None }
    }

    /// Makes one token stand for nothing: its vector is 0 and stays so, since it gets no gradient. PyTorch's
    /// `padding_idx`.
    ///
    /// # Panics
    /// If there is no such token.
    #[track_caller]
    pub fn padding(mut self, token: usize) -> Embedding<T> {
        self.weight.value_mut().slice_mut(token).fill(T::ZERO);
        Embedding { padding: Some(token), ..self }
    }

    /// The vectors of these tokens.
    ///
    /// # Panics
    /// If a token has no vector.
    #[track_caller]
    pub fn forward<'t, I: Integer>(&self, tape: &'t Tape<T>, tokens: &Array<I>) -> Var<'t, T> {
        tape.param("weight", &self.weight).embedding(tokens, self.padding)
    }

    /// The product of each vector of x with that of every token, (…, width) → (…, tokens): logits of a language model
    /// whose last layer is its first one's transpose.
    ///
    /// The weights are one parameter, whose gradient is the sum from both uses. Source: O. Press and L. Wolf, "Using the
    /// Output Embedding to Improve Language Models", EACL 2017.
    ///
    /// ```
    /// use array_core::{Array, default_rng};
    /// use nn::{Embedding, Tape};
    /// let tokens: Embedding = Embedding::new(27, 8, &mut default_rng(0));
    /// let tape = Tape::inference();
    /// let x = tape.apply("tokens", || tokens.forward(&tape, &Array::from_vec([14, 5, 23], 3)));
    /// let logits = tape.apply("tokens", || tokens.unembed(x));
    /// assert_eq!(logits.shape(), [3, 27]);
    /// ```
    ///
    /// # Panics
    /// If the last axis of x does not have the vectors' size.
    #[track_caller]
    pub fn unembed<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        x.matmul(x.tape().param("weight", &self.weight).t())
    }

    /// What messages call the module.
    pub fn describe(&self) -> String {
        let shape = self.weight.value().shape();
        format!("Embedding of {} tokens in {} dimensions", shape[0], shape[1])
    }
}
