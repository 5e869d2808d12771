//! What attention may look at.

use std::ops::Range;

use array_core::{Array, Result, SliceItem};

/// Which keys a query may attend to. Everywhere, `true` means that it may.
#[derive(Debug, Clone, Default)]
pub struct AttentionMask {
    /// The key at which the first query stands; the query after it stands at the next, and none sees further.
    causal_from: Option<usize>,
    /// Broadcasts to (…, queries, keys).
    allowed: Option<Array<bool>>,
}

impl AttentionMask {
    /// Every query may attend to every key.
    pub fn none() -> AttentionMask {
        AttentionMask::default()
    }

    /// Query i may attend to the keys 0 ..= i.
    pub fn causal() -> AttentionMask {
        AttentionMask::causal_from(0)
    }

    /// Query i may attend to the keys 0 ..= start + i: what `start` earlier queries have seen, and its own.
    pub fn causal_from(start: usize) -> AttentionMask {
        AttentionMask { causal_from: Some(start), allowed: None }
    }

    /// A query may attend to a key where `allowed` is true, which broadcasts to (…, queries, keys).
    pub fn allowed(allowed: Array<bool>) -> AttentionMask {
        AttentionMask { causal_from: None, allowed: Some(allowed) }
    }

    /// Also asks for `allowed` to be true.
    pub fn and_allowed(self, allowed: Array<bool>) -> AttentionMask {
        let allowed = match self.allowed {
            Some(before) => before.logical_and(&allowed),
            None => allowed,
        };
        AttentionMask { allowed: Some(allowed), ..self }
    }

    /// What is allowed for some rows of queries, as something that broadcasts to the scores; `None` if all is.
    pub(super) fn of_rows(&self, rows: Range<usize>, keys: usize) -> Option<Array<bool>> {
        let causal = self.causal_from.map(|start| {
            let first = start + rows.start;
            Array::from_fn([rows.len(), keys], |i| i[1] <= first + i[0])
        });
        let allowed = self.allowed.as_ref().map(|allowed| match allowed.ndim() {
            0 | 1 => allowed.clone(),
            n if allowed.shape()[n - 2] == 1 => allowed.clone(),
            n => {
                let mut spec = vec![SliceItem::Range { start: None, stop: None, step: 1 }; n - 2];
                let (start, stop) = (Some(rows.start as isize), Some(rows.end as isize));
                spec.push(SliceItem::Range { start, stop, step: 1 });
                allowed.slice(&spec[..])
            }
        });
        match (causal, allowed) {
            (Some(a), Some(b)) => Some(a.logical_and(&b)),
            (a, b) => a.or(b),
        }
    }

    /// The same mask for scores of (batch, queries, keys) in place of these axes before (queries, keys).
    pub(super) fn flattened(&self, leading: &[usize], queries: usize, keys: usize) -> Result<AttentionMask> {
        let Some(allowed) = &self.allowed else { return Ok(self.clone()) };
        let full = [leading, &[queries, keys]].concat();
        let stretched = allowed.try_broadcast_to(&full)?;
        // What is the same for the whole batch needs no batch axis.
        let allowed = if allowed.ndim() <= 2 {
            allowed.try_broadcast_to([queries, keys])?
        } else {
            stretched.reshape([leading.iter().product(), queries, keys])
        };
        Ok(AttentionMask { allowed: Some(allowed), ..self.clone() })
    }
}
