//! NumPy's `SeedSequence`: spreads any amount of entropy over the state of a generator, and spawns children.
//!
//! The hash is M. E. O'Neill's `seed_seq` (2015): four words of 32 bits, each touched by every word of entropy.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::error::{Error, OrPanic, Result};

const POOL_SIZE: usize = 4;

/// A multiplicative hash whose constant changes with every word.
struct Hash {
    constant: u32,
    factor: u32,
}

impl Hash {
    fn next(&mut self, word: u32) -> u32 {
        let word = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.factor);
        let word = word.wrapping_mul(self.constant);
        word ^ word >> 16
    }
}

fn mix(x: u32, y: u32) -> u32 {
    let mixed = x.wrapping_mul(0xCA01_F9DD).wrapping_sub(y.wrapping_mul(0x4973_F715));
    mixed ^ mixed >> 16
}

/// Entropy from which the states of a generator and of its descendants follow: `numpy.random.SeedSequence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedSequence {
    /// The seed in words of 32 bits, lowest first.
    pub(super) entropy: Vec<u32>,
    /// Which child of which child this is; empty for the root.
    pub(super) spawn_key: Vec<u32>,
    /// How many children were spawned so far.
    pub(super) n_children_spawned: u64,
}

impl SeedSequence {
    /// The root of a tree of sequences.
    ///
    /// ```
    /// use array_core::random::SeedSequence;
    /// let mut root = SeedSequence::new(42);
    /// assert_eq!(root.generate_state(), [11465652750463011511, 15382171918060459190]);
    /// assert_ne!(root.spawn(), root.spawn());
    /// ```
    ///
    /// # Panics
    /// If an integer is negative.
    #[track_caller]
    pub fn new(seed: impl Seed) -> SeedSequence {
        seed.seed_sequence().or_panic()
    }

    /// The next child: the same entropy under a key of its own.
    pub fn spawn(&mut self) -> SeedSequence {
        let mut spawn_key = self.spawn_key.clone();
        spawn_key.extend(words(u128::from(self.n_children_spawned)));
        self.n_children_spawned += 1;
        SeedSequence { entropy: self.entropy.clone(), spawn_key, n_children_spawned: 0 }
    }

    /// All entropy, and every word of it mixed into each word of the pool.
    fn pool(&self) -> [u32; POOL_SIZE] {
        let mut entropy = self.entropy.clone();
        if !self.spawn_key.is_empty() && entropy.len() < POOL_SIZE {
            // Keeps a short seed's child apart from the root of a longer seed.
            entropy.resize(POOL_SIZE, 0);
        }
        entropy.extend(&self.spawn_key);

        let mut hash = Hash { constant: 0x43B0_D7E5, factor: 0x931E_8875 };
        let mut pool = [0; POOL_SIZE];
        for (i, word) in pool.iter_mut().enumerate() {
            *word = hash.next(entropy.get(i).copied().unwrap_or(0));
        }
        for from in 0..POOL_SIZE {
            for to in (0..POOL_SIZE).filter(|&to| to != from) {
                pool[to] = mix(pool[to], hash.next(pool[from]));
            }
        }
        for &word in entropy.iter().skip(POOL_SIZE) {
            for slot in &mut pool {
                *slot = mix(*slot, hash.next(word));
            }
        }
        pool
    }

    /// Words to start a generator from: NumPy's `generate_state(N, np.uint64)`.
    pub fn generate_state<const N: usize>(&self) -> [u64; N] {
        let mut hash = Hash { constant: 0x8B51_F9DD, factor: 0x58F3_8DED };
        let mut words = self.pool().into_iter().cycle().map(|word| u64::from(hash.next(word)));
        let mut next = || words.next().unwrap_or_default();
        std::array::from_fn(|_| next() | next() << 32)
    }
}

/// An integer in words of 32 bits, lowest first; at least one word.
fn words(mut n: u128) -> Vec<u32> {
    let mut words = vec![n as u32];
    while n >> 32 > 0 {
        n >>= 32;
        words.push(n as u32);
    }
    words
}

/// What a generator can be seeded with: a non-negative integer of up to 128 bits, a sequence of them, a
/// [`SeedSequence`], or `()` for fresh entropy of the operating system (NumPy's `None`).
pub trait Seed {
    /// The sequence; fails on a negative integer, and if the operating system has no entropy.
    fn seed_sequence(&self) -> Result<SeedSequence>;
}

/// An integer that may be, or be part of, a [`Seed`].
pub trait SeedInt: Copy {
    /// The value; fails if it is negative.
    fn seed_int(self) -> Result<u128>;
}

/// Lists the integer types of seeds.
macro_rules! seed_ints {
    ($($t:ty)*) => {$(
        impl SeedInt for $t {
            fn seed_int(self) -> Result<u128> {
                u128::try_from(self).map_err(|_| {
                    let message = format!("{self} is negative");
                    Error::Value { op: "seed", message }
                })
            }
        }
    )*};
}
seed_ints! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

impl<I: SeedInt> Seed for I {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        [*self].as_slice().seed_sequence()
    }
}

impl<I: SeedInt> Seed for &[I] {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        let mut entropy = Vec::new();
        for &n in *self {
            entropy.extend(words(n.seed_int()?));
        }
        Ok(SeedSequence { entropy, spawn_key: Vec::new(), n_children_spawned: 0 })
    }
}

impl<I: SeedInt, const N: usize> Seed for [I; N] {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        self.as_slice().seed_sequence()
    }
}

impl<I: SeedInt, const N: usize> Seed for &[I; N] {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        self.as_slice().seed_sequence()
    }
}

impl<I: SeedInt> Seed for Vec<I> {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        self.as_slice().seed_sequence()
    }
}

impl<I: SeedInt> Seed for &Vec<I> {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        self.as_slice().seed_sequence()
    }
}

impl Seed for () {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        let mut entropy = [0; 16];
        SysRng.try_fill_bytes(&mut entropy).map_err(|error| {
            let message = format!("no entropy from the operating system: {error}");
            Error::Value { op: "seed", message }
        })?;
        u128::from_le_bytes(entropy).seed_sequence()
    }
}

impl Seed for SeedSequence {
    fn seed_sequence(&self) -> Result<SeedSequence> {
        Ok(self.clone())
    }
}
