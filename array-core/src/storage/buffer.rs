//! Aligned memory that is recycled instead of returned to the system.
//!
//! Fresh pages are the dearest thing an array operation can touch: filling 40 MB takes ten times longer
//! in memory the system has just handed out than in memory used before. So a dropped buffer goes to a
//! free list of its size class, and the next result of that size takes it from there.
//!
//! Every buffer is initialised at all times: fresh memory is zero, and every element type but `bool` takes
//! any bit pattern as a value, so a recycled buffer holds *some* valid values. `bool` has lists of its own.

#![allow(unsafe_code)]

use std::alloc::{Layout as Allocation, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::dtype::DType;
use crate::element::Element;

/// A cache line, and the widest vector register.
const ALIGN: usize = 64;
/// Size classes: four per power of two, from 64 bytes to 2^47.
const CLASSES: usize = 4 * 42;
/// How much each thread keeps for later at most.
const KEEP_BYTES: usize = 1 << 29;
/// From here on, memory is asked for in huge pages.
#[cfg(target_os = "linux")]
const HUGE_BYTES: usize = 1 << 22;

/// A block of memory from the system.
struct Block {
    /// What the system gave.
    base: NonNull<u8>,
    class: usize,
    /// Whether every byte is still 0, as the system gives it.
    zero: bool,
}

/// Bytes a block of this class holds: (4 + class mod 4) · 2^(class div 4) · 16.
fn class_bytes(class: usize) -> usize {
    (4 + class % 4) << (class / 4 + 4)
}

/// The smallest class that holds this many bytes.
#[inline]
fn class_of(bytes: usize) -> usize {
    let units = bytes.max(64).div_ceil(16);
    // `units` lies in [4·2^k, 8·2^k); its three leading bits, rounded up, are the class.
    let exponent = units.ilog2() as usize - 2;
    4 * exponent + units.div_ceil(1 << exponent) - 4
}

impl Block {
    fn allocation(class: usize) -> Allocation {
        // Room to align inside: asking the system for an alignment would make it touch all pages to zero them.
        Allocation::from_size_align(class_bytes(class) + ALIGN, 16)
            .expect("class sizes are valid allocations")
    }

    fn new(class: usize) -> Block {
        super::count_allocation();
        let allocation = Block::allocation(class);
        // SAFETY: the size is at least 64 + 64, so not zero.
        let base = unsafe { alloc_zeroed(allocation) };
        let base = NonNull::new(base).unwrap_or_else(|| handle_alloc_error(allocation));
        #[cfg(target_os = "linux")]
        if allocation.size() >= HUGE_BYTES {
            let page = 4096;
            let start = base.as_ptr().addr().next_multiple_of(page);
            let end = (base.as_ptr().addr() + allocation.size()) & !(page - 1);
            // SAFETY: whole pages inside our own block; the advice changes how they are backed, not what they
            // hold. A refusal costs speed only, so the result is not looked at.
            unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE) };
        }
        Block { base, class, zero: true }
    }

    #[inline]
    fn data(&self) -> NonNull<u8> {
        let to_align = self.base.as_ptr().align_offset(ALIGN);
        // SAFETY: at most ALIGN − 1 bytes are skipped, and the allocation has ALIGN bytes to spare.
        unsafe { self.base.add(to_align) }
    }

    fn free(self) {
        // SAFETY: `base` came from `alloc_zeroed` with this very allocation, and a block is freed once: `self`
        // is consumed, and `Block` is not `Copy`.
        unsafe { dealloc(self.base.as_ptr(), Block::allocation(self.class)) }
    }
}

/// The blocks a thread keeps for later, by class; `bool` apart from everything else.
struct Pool {
    free: [[Vec<Block>; CLASSES]; 2],
    bytes: usize,
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.free.iter_mut().flatten().flat_map(std::mem::take).for_each(Block::free);
    }
}

thread_local! {
    static POOL: RefCell<Pool> =
        const { RefCell::new(Pool { free: [const { [const { Vec::new() }; CLASSES] }; 2], bytes: 0 }) };
}

const fn list_of<T: Element>() -> usize {
    matches!(T::DTYPE, DType::Bool) as usize
}

#[inline]
fn take<T: Element>(bytes: usize) -> Block {
    let class = class_of(bytes);
    // The pool is gone while a thread shuts down; then there is simply nothing to recycle.
    let recycled = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let block = pool.free[list_of::<T>()][class].pop();
        if block.is_some() {
            pool.bytes -= class_bytes(class);
        }
        block
    });
    recycled.ok().flatten().unwrap_or_else(|| Block::new(class))
}

#[inline]
fn give_back<T: Element>(mut block: Block) {
    block.zero = false;
    let bytes = class_bytes(block.class);
    let mut left = Some(block);
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        if pool.bytes + bytes <= KEEP_BYTES
            && let Some(block) = left.take()
        {
            pool.bytes += bytes;
            pool.free[list_of::<T>()][block.class].push(block);
        }
    });
    if let Some(block) = left {
        block.free();
    }
}

/// Returns the memory that the calling thread keeps for later results to the system.
pub fn release_memory() {
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        pool.bytes = 0;
        pool.free.iter_mut().flatten().flat_map(std::mem::take).for_each(Block::free);
    });
}

/// An owned, 64-byte-aligned slice of initialised elements.
#[derive(Debug)]
pub(crate) struct Buffer<T: Element> {
    /// `None` for no elements.
    block: Option<Block>,
    data: NonNull<T>,
    len: usize,
    owns: PhantomData<T>,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block of {} bytes", class_bytes(self.class))
    }
}

// SAFETY: a buffer owns its memory alone, and elements are `Send` and `Sync`.
unsafe impl<T: Element> Send for Buffer<T> {}
// SAFETY: as above; shared access only reads.
unsafe impl<T: Element> Sync for Buffer<T> {}

impl<T: Element> Buffer<T> {
    /// `len` elements of unspecified value. `len · size_of::<T>()` must have been checked to fit an `isize`.
    #[inline]
    pub fn unspecified(len: usize) -> Buffer<T> {
        if len == 0 {
            return Buffer { block: None, data: NonNull::dangling(), len: 0, owns: PhantomData };
        }
        let bytes = len.checked_mul(size_of::<T>()).filter(|&b| b <= 1 << 47);
        let bytes = bytes.unwrap_or_else(|| panic!("a buffer of {len} elements exceeds the address space"));
        let block = take::<T>(bytes);
        let data = block.data().cast();
        Buffer { block: Some(block), data, len, owns: PhantomData }
    }

    /// `len` zeros (`false` for `bool`).
    #[inline]
    pub fn zeros(len: usize) -> Buffer<T> {
        let mut buffer = Buffer::unspecified(len);
        if buffer.block.as_ref().is_some_and(|block| !block.zero) {
            buffer.fill(T::default());
        }
        buffer
    }
}

impl<T: Element> Drop for Buffer<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            give_back::<T>(block);
        }
    }
}

impl<T: Element> Deref for Buffer<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `data` is aligned to 64 and points to `len` initialised elements (module documentation), or
        // dangles while `len` is 0; the memory lives as long as `self`.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.len) }
    }
}

impl<T: Element> DerefMut for Buffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`; `&mut self` makes the access exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.data.as_ptr(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::memory_stats;

    fn copied<T: Element>(values: &[T]) -> Buffer<T> {
        let mut buffer = Buffer::unspecified(values.len());
        buffer.copy_from_slice(values);
        buffer
    }

    #[test]
    fn classes_are_tight_and_hold_what_they_promise() {
        for bytes in (1..5000).chain([1 << 20, (1 << 20) + 1, 40_000_000, 80_000_000, 1 << 46]) {
            let class = class_of(bytes);
            assert!(class < CLASSES && class_bytes(class) >= bytes, "{bytes}");
            assert!(class == 0 || class_bytes(class - 1) < bytes, "{bytes} would fit class {}", class - 1);
        }
        assert!(class_of(1 << 47) < CLASSES);
    }

    #[test]
    fn buffers_are_aligned_zeroed_and_recycled() {
        let mut a = Buffer::<f32>::zeros(1000);
        assert_eq!(a.as_ptr().addr() % ALIGN, 0);
        assert!(a.iter().all(|&x| x == 0.0));
        a.fill(7.0);
        let address = a.as_ptr().addr();
        drop(a);
        let before = memory_stats();
        let b = Buffer::<i32>::zeros(1000);
        assert_eq!(b.as_ptr().addr(), address, "the buffer comes back");
        assert!(b.iter().all(|&x| x == 0), "and is cleared");
        assert_eq!(memory_stats(), before, "without asking the system");
    }

    #[test]
    fn bools_never_see_other_types_bits() {
        drop(copied::<u8>(&[255; 4096]));
        let flags = Buffer::<bool>::unspecified(4096);
        // Reading a byte other than 0 or 1 as a bool would be undefined; as bytes they can be looked at.
        assert!(flags.iter().all(|&flag| u8::from(flag) <= 1));
    }

    #[test]
    fn buffers_move_between_threads() {
        let buffer = copied::<f64>(&[1.0, 2.0]);
        let sum = std::thread::spawn(move || buffer.iter().sum::<f64>()).join();
        assert_eq!(sum.ok(), Some(3.0));
    }
}
