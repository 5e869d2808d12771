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

    /// Fails if the mask does not broadcast to scores of this shape, (…, queries, keys).
    pub(super) fn fits(&self, scores: &[usize]) -> Result<()> {
        self.allowed.iter().try_for_each(|allowed| allowed.try_broadcast_to(scores).map(|_| ()))
    }

    /// The mask of some rows of queries, and of one part of a batch of two axes if it differs there, for scores of this
    /// shape, (…, queries, keys), which the mask fits.
    pub(super) fn of_tile(
        &self,
        batch: Option<[&Range<usize>; 2]>,
        rows: &Range<usize>,
        scores: &[usize],
    ) -> TileMask {
        let (queries, keys) = (scores[scores.len() - 2], scores[scores.len() - 1]);
        let allowed = self.allowed.as_ref().map(|allowed| {
            let (leading, matrix) = allowed.shape().split_at(allowed.ndim().saturating_sub(2));
            let whole = |n: usize| SliceItem::Range { start: None, stop: Some(n as isize), step: 1 };
            let part = |range: &Range<usize>, n: usize| match n {
                1 => whole(1),
                _ => SliceItem::Range {
                    start: Some(range.start as isize),
                    stop: Some(range.end as isize),
                    step: 1,
                },
            };
            let mut spec: Vec<SliceItem> = match batch {
                Some(batch) => batch.iter().zip(leading).map(|(range, &n)| part(range, n)).collect(),
                None => leading.iter().map(|&n| whole(n)).collect(),
            };
            if let [n, _] = *matrix {
                spec.push(part(rows, n));
            }
            let allowed = allowed.slice(&spec[..]);
            // What is the same for the whole batch is so for every matrix of it.
            if leading.iter().all(|&n| n == 1) {
                let matrix = allowed.shape()[leading.len()..].to_vec();
                allowed.reshape(matrix).broadcast_to([queries, keys]).contiguous()
            } else {
                allowed.broadcast_to(scores).contiguous()
            }
        });
        TileMask { causal: self.causal_from.map(|start| start + rows.start), queries, keys, allowed }
    }

    /// The same mask for scores of (outer, inner, queries, keys) in place of these axes before (queries, keys).
    pub(super) fn with_batch(
        &self,
        leading: &[usize],
        batch: [usize; 2],
        matrix: [usize; 2],
    ) -> Result<AttentionMask> {
        let Some(allowed) = &self.allowed else { return Ok(self.clone()) };
        let stretched = allowed.try_broadcast_to([leading, &matrix].concat())?;
        // What is the same for the whole batch needs no batch axes.
        let allowed = if allowed.ndim() <= 2 {
            allowed.clone()
        } else {
            stretched.reshape([&batch[..], &matrix].concat())
        };
        Ok(AttentionMask { allowed: Some(allowed), ..self.clone() })
    }
}

/// What the rows of a tile of scores may attend to.
pub(super) struct TileMask {
    /// The last key that the first query sees; every query after it sees one more.
    causal: Option<usize>,
    queries: usize,
    keys: usize,
    /// Matrices of (queries, keys): one for all of the tile, or one each.
    allowed: Option<Array<bool>>,
}

impl TileMask {
    /// How many keys a row of scores sees, counted from the first.
    #[inline(always)]
    pub fn seen(&self, row: usize) -> usize {
        self.causal.map_or(self.keys, |last| self.keys.min(last + row % self.queries + 1))
    }

    /// Which of these it may attend to; `None` for all.
    #[inline(always)]
    pub fn allowed(&self, row: usize) -> Option<&[bool]> {
        let allowed = self.allowed.as_ref()?.as_slice().unwrap_or_default();
        Some(&allowed[row * self.keys % allowed.len().max(1)..][..self.seen(row)])
    }
}
