//! Files.

mod atomic;
mod bytes;

pub use atomic::atomic_write;
pub use bytes::LeBytes;
