//! Shared buffers with copy on write.

mod buffer;

use std::cell::Cell;

pub use buffer::release_memory;
pub(crate) use buffer::{Buffer, Storage};

/// What the buffers of this thread have cost so far.
///
/// A steady-state training step should move none of these numbers: its results go to recycled buffers, and its
/// parameters are written in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoryStats {
    /// Buffers asked of the system because no recycled one fitted.
    pub allocations: u64,
    /// Their bytes. As buffers are kept to be recycled, this grows by the most memory that is in use at once.
    pub allocated_bytes: u64,
    /// Arrays copied because they were written to while shared.
    pub copies_on_write: u64,
}

thread_local! {
    static STATS: Cell<MemoryStats> = const {
        Cell::new(MemoryStats { allocations: 0, allocated_bytes: 0, copies_on_write: 0 })
    };
}

/// The counters of the calling thread.
///
/// ```
/// use array_core::{Array, memory_stats};
/// let mut a = Array::<f32>::zeros([100]);
/// let before = memory_stats();
/// a += 1.0; // nobody else holds `a`: written in place
/// assert_eq!(memory_stats(), before);
/// let shared = a.clone();
/// a += 1.0; // `shared` must keep its values: `a` is copied first
/// assert_eq!(memory_stats().copies_on_write, before.copies_on_write + 1);
/// assert_eq!((shared[0], a[0]), (1.0, 2.0));
/// ```
pub fn memory_stats() -> MemoryStats {
    STATS.get()
}

fn count_allocation(bytes: usize) {
    let MemoryStats { allocations, allocated_bytes, .. } = STATS.get();
    STATS.set(MemoryStats {
        allocations: allocations + 1,
        allocated_bytes: allocated_bytes + bytes as u64,
        ..STATS.get()
    });
}

/// Notes that a shared array had to be copied before it could be written.
pub(crate) fn count_copy_on_write() {
    STATS.set(MemoryStats { copies_on_write: STATS.get().copies_on_write + 1, ..STATS.get() });
}
