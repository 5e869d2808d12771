//! Files: NumPy's `.npy` and `.npz`, and safetensors.
//!
//! | | read | write |
//! |---|---|---|
//! | `.npy`, one array | [`read_npy`] | [`write_npy`] |
//! | `.npz`, arrays with names | [`read_npz`] | [`write_npz`], [`write_npz_compressed`] |
//! | `.safetensors`, arrays and texts with names | [`read_safetensors`] | [`write_safetensors`] |
//!
//! With the feature `memmap`, parts of a large `.npy` file are read by mapping it into memory: `map_npy`.
//!
//! The element type of a file is known at run time only, so readers give an [`AnyArray`]: ask it for the type
//! that is expected, [`AnyArray::try_into`], or convert whatever is there, [`AnyArray::cast`].
//!
//! Files are not trusted. Every size is checked against the bytes that are there before memory is asked for, and
//! every refusal is an [`Error`](crate::Error) that names the file and the fault. A file is replaced as a whole or
//! not at all ([`atomic_write`]).

mod any;
mod atomic;
mod bytes;
mod fault;
mod npy;
mod npz;
mod safetensors;
#[cfg(feature = "serde")]
mod serialize;

pub use any::AnyArray;
pub use atomic::atomic_write;
pub use bytes::{ByteOrder, LeBytes};
#[cfg(feature = "memmap")]
pub use npy::{MappedNpy, map_npy};
pub use npy::{read_npy, read_npy_from, write_npy, write_npy_to};
pub use npz::{read_npz, read_npz_from, write_npz, write_npz_compressed, write_npz_to};
pub use safetensors::{
    SafeTensors, read_safetensors, read_safetensors_from, write_safetensors, write_safetensors_to,
};
