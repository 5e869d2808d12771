//! Keys and values that generation has computed already.

use array_core::Array;

use crate::scalar::Scalar;

/// The keys and values of the positions so far, of one attention layer: so that a next position costs one row of
/// attention and not the whole sequence.
///
/// Room grows by doubling. Drop a step's tape before the next step: it shares the cache's buffers, and what is shared
/// is copied before it is written.
#[derive(Debug, Clone, Default)]
pub struct KeyValueCache<T: Scalar = f32> {
    /// Of shape (batch, heads, room, width of a head), of which the first `len` positions are in use.
    held: Option<[Array<T>; 2]>,
    len: usize,
}

impl<T: Scalar> KeyValueCache<T> {
    /// Without positions.
    pub fn new() -> Self {
        KeyValueCache { held: None, len: 0 }
    }

    /// The number of positions.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All keys and values: (batch, heads, positions, width of a head), sharing the cache's buffers.
    pub fn held(&self) -> (Array<T>, Array<T>) {
        match &self.held {
            Some([k, v]) => (k.slice((.., .., ..self.len)), v.slice((.., .., ..self.len))),
            None => (Array::zeros([0, 0, 0, 0]), Array::zeros([0, 0, 0, 0])),
        }
    }

    /// Appends the keys and values of further positions; returns all.
    ///
    /// # Panics
    /// If the batch, the heads or their width have changed.
    #[track_caller]
    pub fn append(&mut self, k: &Array<T>, v: &Array<T>) -> (Array<T>, Array<T>) {
        let added = k.shape()[2];
        let end = self.len + added;
        let room = self.held.as_ref().map_or(0, |[k, _]| k.shape()[2]);
        if end > room {
            let before = self.held();
            let larger = |new: &Array<T>, old: &Array<T>| {
                let mut shape = new.shape().to_vec();
                shape[2] = end.max(2 * room);
                let mut all = Array::zeros(&shape);
                if self.len > 0 {
                    all.slice_mut((.., .., ..self.len)).assign(old);
                }
                all
            };
            self.held = Some([larger(k, &before.0), larger(v, &before.1)]);
        }
        for (held, new) in self.held.iter_mut().flatten().zip([k, v]) {
            held.slice_mut((.., .., self.len..end)).assign(new);
        }
        self.len = end;
        self.held()
    }
}
