//! NumPy's n-dimensional array in Rust.
//!
//! ```
//! use array_core::{Array, keepdims};
//! let x = Array::from_vec([1.0, 2.0, 3.0, 4.0], [2, 2]);
//! let centred = &x - x.mean_axis(keepdims(0));
//! assert_eq!(centred.to_vec(), [-1.0, -1.0, 1.0, 1.0]);
//! ```
//!
//! [`Array<T>`] has a typed element and a rank known at run time. Cloning and viewing share the buffer;
//! writing copies what is shared. Shapes, permutations and axes are given as plain numbers, arrays, slices or
//! tuples of them ([`IntList`]); parts of an array as tuples of ranges ([`SliceSpec`]).
//!
//! Every operation that can meet a bad shape has two forms: the plain one panics with a message that has the
//! operation, the shapes and the axis; the `try_` form returns the same message as an [`Error`].
//!
//! With the feature `serde`, arrays implement `serde::Serialize` and `serde::Deserialize`.

#![deny(unsafe_code)]

mod array;
mod dtype;
mod dual;
mod element;
mod error;
mod fmt;
#[doc = include_str!("guide.md")]
pub mod guide {}
mod index;
pub mod io;
mod iter;
mod kernels;
mod layout;
#[cfg(feature = "linalg")]
pub mod linalg;
pub mod machine;
mod number;
mod operand;
mod ops;
mod order;
pub mod random;
mod storage;
mod view_mut;

pub use array::Array;
pub use dtype::DType;
pub use dual::Dual;
pub use element::{Bits, Element, Field, Float, Integer, Num, Real};
pub use error::{Error, Result};
pub use iter::{Chunks, ChunksMut, Iter, Views, ViewsMut};
pub use kernels::gemm::Gemm;
pub use kernels::gemm::engine::{Engine, engine, with_engine};
pub use kernels::isa::{Isa, isa, with_isa};
pub use kernels::math::{FloatMath, Math, Power};
pub use kernels::parallel::{Parallel, num_threads, set_num_threads};
pub use kernels::region::IterMut;
pub use layout::Layout;
pub use layout::broadcast::broadcast_shapes;
pub use layout::shape::{Axes, Int, IntList, keepdims};
pub use layout::slice::{Ellipsis, IntoSliceItem, NewAxis, SliceItem, SliceSpec, step};
pub use layout::window::Window;
pub use number::{Cast, Number};
pub use operand::{Operand, Source};
pub use ops::create::{
    Indexing, Nested, NestedVec, Points, half_open, indices, meshgrid, try_indices, try_meshgrid,
};
pub use ops::einsum::{EinsumPath, Optimize, einsum, einsum_path, try_einsum, try_einsum_path};
pub use ops::index::{Bins, Histogram, IndexItem, IndexSpec, IntoIndexItem, Side, select, try_select};
pub use ops::shape::{Pad, PadWidths, broadcast_arrays, try_broadcast_arrays};
pub use ops::shape::{
    concatenate, dstack, hstack, stack, try_concatenate, try_dstack, try_hstack, try_stack, try_vstack,
    vstack,
};
pub use ops::{
    BLOCK, BLOCK_ROWS, fold_row, fold_side_by_side, fold_updated_row, for_each_block, for_each_row,
    try_for_each_row, update_row,
};
pub use ops::{Comparand, Convolution, EqualNan, equal_nan};
pub use ops::{MeanWindows, Pooling, adaptive_windows, max_pool_gradient, mean_pool, mean_pool_gradient};
pub use ops::{QuantileMethod, SortKey, Unique, lexsort, try_lexsort};
pub use ops::{add_into, div_into, map_into, mul_into, sub_into};
pub use ops::{matmul_into, multi_dot, try_matmul_into, try_multi_dot};
pub use ops::{try_add_into, try_div_into, try_map_into, try_mul_into, try_sub_into};
pub use ops::{zip_map, zip_update};
pub use order::{Key, Ordered};
pub use random::default_rng;
pub use storage::{MemoryStats, memory_stats, release_memory};
pub use view_mut::ViewMut;

pub use half::{bf16, f16};
pub use num_complex::Complex;
