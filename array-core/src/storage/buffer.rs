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
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

use crate::dtype::DType;
use crate::element::Element;

/// What blocks begin at multiples of, those that are as large.
///
/// Processors compare the last 12 bits of addresses to find out whether a load must wait for a store before it. Where a result
/// lies up to 500 bytes behind an operand, as those bits go, that holds for loads in every turn of a loop, and loops over some
/// thousand elements take nearly twice as long. From 1 KiB on, the store is done when a loop comes so far.
const ALIGN: usize = 1024;
/// Size classes: four per power of two, from 64 bytes to 2^47.
const CLASSES: usize = 4 * 42;
/// How much each thread keeps for later at most.
const KEEP_BYTES: usize = 1 << 29;
/// From here on, memory is asked for in huge pages.
#[cfg(target_os = "linux")]
const HUGE_BYTES: usize = 1 << 22;

/// A block of memory from the system, which goes back there when dropped.
///
/// It is recycled together with the count of its owners, an `Arc` without `Weak`s: so a result of an operation needs
/// no other memory than its elements'.
struct Block {
    /// What the system gave.
    base: NonNull<u8>,
    /// Where it is aligned.
    data: NonNull<u8>,
    class: usize,
    /// How many elements its owners see; written while there is one owner. Here, because arrays are moved a lot, and
    /// compilers move at most 128 bytes in line.
    len: AtomicUsize,
}

// SAFETY: a block owns its memory; who accesses that is up to `Buffer` and `Storage`.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

/// Bytes a block of this class holds: (4 + class mod 4) · 2^(class div 4) · 16.
fn class_bytes(class: usize) -> usize {
    (4 + class % 4) << (class / 4 + 4)
}

/// What a block of this class begins at a multiple of: at least a cache line, which is also the widest vector register. Small
/// blocks that are their size apart cannot meet either.
fn alignment(class: usize) -> usize {
    class_bytes(class).next_power_of_two().min(ALIGN)
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
        Allocation::from_size_align(class_bytes(class) + alignment(class), 16)
            .expect("class sizes are valid allocations")
    }

    fn new(class: usize) -> Block {
        super::count_allocation(class_bytes(class));
        let allocation = Block::allocation(class);
        // SAFETY: the size is not zero.
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
        // SAFETY: fewer bytes are skipped than the allocation has to spare.
        let data = unsafe { base.add(base.as_ptr().align_offset(alignment(class))) };
        Block { base, data, class, len: AtomicUsize::new(0) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `base` came from `alloc_zeroed` with this very allocation.
        unsafe { dealloc(self.base.as_ptr(), Block::allocation(self.class)) }
    }
}

/// Whether this is the only owner of a block, so that what others have done with it has been done before.
#[inline]
fn is_sole_owner(block: &Arc<Block>) -> bool {
    // There are no `Weak`s, so nobody can become another one meanwhile. The fence goes with the release of those who
    // have given it up: as in `Arc::get_mut`, whose locked instruction is for `Weak`s.
    let sole = Arc::strong_count(block) == 1;
    if sole {
        fence(Ordering::Acquire);
    }
    sole
}

/// The blocks a thread keeps for later, by class; `bool` apart from everything else. It is their only owner.
struct Pool {
    free: [[Vec<Arc<Block>>; CLASSES]; 2],
    bytes: usize,
    /// When a block of each class was last given back, counted in blocks.
    last: [u64; CLASSES],
    given: u64,
}

impl Pool {
    /// Returns blocks to the system until this many bytes more may be kept: first those of sizes that nobody has used for
    /// longest, or a program that turns to other sizes would have nothing recycled.
    #[cold]
    fn make_room(&mut self, bytes: usize) {
        while self.bytes + bytes > KEEP_BYTES {
            let kept = (0..CLASSES).filter(|&class| self.free.iter().any(|lists| !lists[class].is_empty()));
            let Some(class) = kept.min_by_key(|&class| self.last[class]) else { return };
            let blocks = self.free.iter_mut().filter_map(|lists| lists[class].pop()).count();
            self.bytes -= blocks * class_bytes(class);
        }
    }
}

thread_local! {
    static POOL: RefCell<Pool> =
        const {
            let free = [const { [const { Vec::new() }; CLASSES] }; 2];
            RefCell::new(Pool { free, bytes: 0, last: [0; CLASSES], given: 0 })
        };
}

const fn list_of<T: Element>() -> usize {
    matches!(T::DTYPE, DType::Bool) as usize
}

/// A block of at least so many bytes that nobody else owns, if one is kept.
#[inline]
fn take<T: Element>(class: usize) -> Option<Arc<Block>> {
    // The pool is gone while a thread shuts down; then there is simply nothing to recycle.
    let recycled = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let block = pool.free[list_of::<T>()][class].pop()?;
        pool.bytes -= class_bytes(class);
        Some(block)
    });
    recycled.ok().flatten()
}

/// Keeps a block that nobody else owns, or drops it.
#[inline]
fn give_back<T: Element>(block: Arc<Block>) {
    let bytes = class_bytes(block.class);
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        if bytes > KEEP_BYTES {
            return;
        }
        if pool.bytes + bytes > KEEP_BYTES {
            pool.make_room(bytes);
        }
        pool.bytes += bytes;
        pool.given += 1;
        pool.last[block.class] = pool.given;
        let pool = &mut *pool;
        pool.free[list_of::<T>()][block.class].push(block);
    });
}

/// Returns the memory that the calling thread keeps for later results to the system.
pub fn release_memory() {
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        pool.bytes = 0;
        pool.free.iter_mut().flatten().for_each(|blocks| *blocks = Vec::new());
    });
}

/// An owned, aligned slice of initialised elements.
#[derive(Debug)]
pub(crate) struct Buffer<T: Element> {
    /// `None` for no elements. Owned alone, unless the buffer is a `Storage`'s.
    block: Option<Arc<Block>>,
    owns: PhantomData<T>,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block of {} bytes", class_bytes(self.class))
    }
}

impl<T: Element> Buffer<T> {
    /// `len` elements of unspecified value. `len · size_of::<T>()` must have been checked to fit an `isize`.
    #[inline]
    pub fn unspecified(len: usize) -> Buffer<T> {
        Self::new(len).0
    }

    /// `len` zeros (`false` for `bool`).
    #[inline]
    pub fn zeros(len: usize) -> Buffer<T> {
        let (mut buffer, zero) = Self::new(len);
        if !zero {
            buffer.fill(T::default());
        }
        buffer
    }

    /// As [`Buffer::unspecified`], and whether every byte is still 0, as the system gives it.
    #[inline]
    fn new(len: usize) -> (Buffer<T>, bool) {
        if len == 0 {
            return (Buffer { block: None, owns: PhantomData }, true);
        }
        let bytes = len.checked_mul(size_of::<T>()).filter(|&b| b <= 1 << 47);
        let bytes = bytes.unwrap_or_else(|| panic!("a buffer of {len} elements exceeds the address space"));
        let class = class_of(bytes);
        let recycled = take::<T>(class);
        let zero = recycled.is_none();
        let block = recycled.unwrap_or_else(|| Arc::new(Block::new(class)));
        block.len.store(len, Ordering::Relaxed);
        (Buffer { block: Some(block), owns: PhantomData }, zero)
    }

    /// Where the elements are, and how many.
    #[inline]
    fn extent(&self) -> (NonNull<T>, usize) {
        let extent = |block: &Arc<Block>| (block.data.cast(), block.len.load(Ordering::Relaxed));
        self.block.as_ref().map_or((NonNull::dangling(), 0), extent)
    }
}

impl<T: Element> Drop for Buffer<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(block) = self.block.take_if(|block| is_sole_owner(block)) {
            give_back::<T>(block);
        }
    }
}

impl<T: Element> Deref for Buffer<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        let (data, len) = self.extent();
        // SAFETY: `data` is aligned and points to `len` initialised elements (module documentation), or
        // dangles while `len` is 0; the memory lives as long as `self`, and whoever shares it only reads.
        unsafe { std::slice::from_raw_parts(data.as_ptr(), len) }
    }
}

impl<T: Element> DerefMut for Buffer<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        let (data, len) = self.extent();
        // SAFETY: as in `deref`; `&mut self` makes the access exclusive: nobody else owns the block, which only
        // `Storage` shares, and that hands its buffer out while nobody does.
        unsafe { std::slice::from_raw_parts_mut(data.as_ptr(), len) }
    }
}

/// A buffer that clones share; writing demands to be the only owner.
#[derive(Debug)]
pub(crate) struct Storage<T: Element>(Buffer<T>);

impl<T: Element> Clone for Storage<T> {
    #[inline]
    fn clone(&self) -> Self {
        Storage(Buffer { block: self.0.block.clone(), ..self.0 })
    }
}

impl<T: Element> From<Buffer<T>> for Storage<T> {
    #[inline]
    fn from(buffer: Buffer<T>) -> Self {
        Storage(buffer)
    }
}

impl<T: Element> Deref for Storage<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Element> Storage<T> {
    /// Whether nobody shares the buffer.
    #[inline]
    pub fn is_unshared(&self) -> bool {
        self.0.block.as_ref().is_none_or(is_sole_owner)
    }

    /// The buffer for writing, if nobody shares it.
    #[inline]
    pub fn unshared(&mut self) -> Option<&mut [T]> {
        if self.is_unshared() { Some(&mut self.0) } else { None }
    }

    /// Whether both are the same buffer, which one without elements shares with nobody.
    #[inline]
    pub fn is(&self, other: &Self) -> bool {
        self.0.block.as_ref().zip(other.0.block.as_ref()).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
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
    fn what_is_kept_gives_way_to_other_sizes() {
        // On a thread of its own, whose pool no other test fills. The pages are never touched.
        let other = std::thread::spawn(|| {
            let large: Vec<_> = (0..5).map(|_| Buffer::<f32>::unspecified(KEEP_BYTES / 16)).collect();
            drop(large);
            drop(Buffer::<f32>::unspecified(KEEP_BYTES / 20));
            let before = memory_stats();
            drop(Buffer::<f32>::unspecified(KEEP_BYTES / 20));
            assert_eq!(memory_stats(), before, "the size in use is recycled");
            assert!(POOL.with_borrow(|pool| pool.bytes) <= KEEP_BYTES);
        });
        other.join().expect("its assertions hold");
    }

    #[test]
    fn buffers_are_aligned_zeroed_and_recycled() {
        for (len, alignment) in
            [(1, 64), (20, 128), (64, 256), (80, 512), (250, 1024), (1000, 1024), (1 << 21, 1024)]
        {
            let buffers = [(); 3].map(|()| Buffer::<f32>::unspecified(len));
            assert!(buffers.iter().all(|buffer| buffer.as_ptr().addr().is_multiple_of(alignment)), "{len}");
        }
        let mut a = Buffer::<f32>::zeros(1000);
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
    fn a_shared_block_is_recycled_by_its_last_owner() {
        let mut a = Storage::from(copied(&[1.0f32; 900]));
        assert!(a.is_unshared() && a.unshared().is_some());
        let (address, b) = (a.as_ptr().addr(), a.clone());
        assert!(a.is(&b) && !a.is_unshared() && a.unshared().is_none());
        drop(a);
        // `b` has the block still.
        let other = Buffer::<f32>::unspecified(900);
        assert_ne!(other.as_ptr().addr(), address);
        assert_eq!(b[..], [1.0; 900]);
        drop(b);
        assert_eq!(Buffer::<f32>::unspecified(900).as_ptr().addr(), address);
    }

    #[test]
    fn owners_in_many_threads_leave_one_who_may_write() {
        let mut a = Storage::from(copied(&[7u64; 300]));
        for _ in 0..100 {
            let readers: Vec<_> = (0..3)
                .map(|_| {
                    let shared = a.clone();
                    std::thread::spawn(move || shared.iter().sum::<u64>())
                })
                .collect();
            let sums: Vec<_> = readers.into_iter().map(|reader| reader.join().ok()).collect();
            let values = a.unshared().expect("the readers are gone");
            assert_eq!(sums, [Some(300 * values[0]); 3]);
            values.iter_mut().for_each(|value| *value += 1);
        }
    }

    #[test]
    fn buffers_move_between_threads() {
        let buffer = copied::<f64>(&[1.0, 2.0]);
        let sum = std::thread::spawn(move || buffer.iter().sum::<f64>()).join();
        assert_eq!(sum.ok(), Some(3.0));
    }
}
