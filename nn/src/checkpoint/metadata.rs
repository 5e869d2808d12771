//! The metadata record of a checkpoint, and the only place that knows bincode.
//!
//! The record is encoded by bincode 2's standard configuration: little-endian, integers of variable length
//! (one byte up to 250; 251, 252, 253 or 254 followed by 2, 4, 8 or 16 bytes), `Option` and `bool` as one byte,
//! strings, lists and maps as their length followed by their items, structs as their fields in the order below. A
//! golden file in the tests pins these bytes.

use std::collections::BTreeMap;

use array_core::random::GeneratorState;
use bincode::config::{Configuration, Limit, LittleEndian, Varint, standard};
use bincode::{Decode, Encode};

use crate::train::{Epoch, Movement, Position, Sums};

/// The most that a decoder may be talked into allocating.
const LIMIT: usize = 1 << 28;

fn config() -> Configuration<LittleEndian, Varint, Limit<LIMIT>> {
    standard().with_limit::<LIMIT>()
}

/// Everything in a checkpoint but the tensors' elements.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct Metadata {
    /// NumPy's name of the scalar type of all tensors.
    pub dtype: String,
    /// The model's parameters; behind them lie the optimizer's arrays, then the averages.
    pub parameters: Vec<Tensor>,
    pub optimizer: Option<Optimizer>,
    pub averages: Vec<Tensor>,
    pub generator: Option<GeneratorRecord>,
    pub position: PositionRecord,
    pub epochs: Vec<EpochRecord>,
    /// Names and values of the program's own.
    pub notes: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct Tensor {
    pub name: String,
    pub shape: Vec<u64>,
    /// Where the elements begin, in bytes from the start of the file.
    pub offset: u64,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct Optimizer {
    pub kind: String,
    pub steps: u64,
    pub learning_rate: f64,
    pub arrays: Vec<Tensor>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct GeneratorRecord {
    pub state: u128,
    pub inc: u128,
    pub has_uint32: bool,
    pub uinteger: u32,
    pub entropy: Vec<u32>,
    pub spawn_key: Vec<u32>,
    pub n_children_spawned: u64,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct PositionRecord {
    pub batches: u64,
    pub samples: u64,
    pub totals: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub(super) struct EpochRecord {
    pub epoch: u64,
    pub steps: u64,
    pub learning_rate: f64,
    pub training: BTreeMap<String, f64>,
    pub validation: BTreeMap<String, f64>,
    /// Per parameter: the norm of its gradient, and the ratio of its update.
    pub parameters: BTreeMap<String, (f64, f64)>,
}

impl Metadata {
    pub fn encode(&self) -> Result<Vec<u8>, String> {
        bincode::encode_to_vec(self, config()).map_err(|error| error.to_string())
    }

    /// Decodes a record that fills `bytes` exactly.
    pub fn decode(bytes: &[u8]) -> Result<Metadata, String> {
        let (record, used) =
            bincode::decode_from_slice(bytes, config()).map_err(|error| format!("metadata: {error}"))?;
        if used == bytes.len() { Ok(record) } else { Err("metadata: bytes are left over".to_string()) }
    }
}

impl From<&GeneratorState> for GeneratorRecord {
    fn from(state: &GeneratorState) -> Self {
        let GeneratorState { state, inc, has_uint32, uinteger, entropy, spawn_key, n_children_spawned } =
            state.clone();
        GeneratorRecord { state, inc, has_uint32, uinteger, entropy, spawn_key, n_children_spawned }
    }
}

impl From<GeneratorRecord> for GeneratorState {
    fn from(record: GeneratorRecord) -> Self {
        let GeneratorRecord { state, inc, has_uint32, uinteger, entropy, spawn_key, n_children_spawned } =
            record;
        GeneratorState { state, inc, has_uint32, uinteger, entropy, spawn_key, n_children_spawned }
    }
}

impl From<&Position> for PositionRecord {
    fn from(position: &Position) -> Self {
        let Position { batches, sums: Sums { samples, totals } } = position.clone();
        PositionRecord { batches, samples, totals }
    }
}

impl From<PositionRecord> for Position {
    fn from(PositionRecord { batches, samples, totals }: PositionRecord) -> Self {
        Position { batches, sums: Sums { samples, totals } }
    }
}

impl From<&Epoch> for EpochRecord {
    fn from(epoch: &Epoch) -> Self {
        let Epoch { epoch, steps, learning_rate, training, validation, parameters } = epoch.clone();
        let pair = |Movement { gradient_norm, update_ratio }| (gradient_norm, update_ratio);
        let parameters = parameters.into_iter().map(|(path, moved)| (path, pair(moved))).collect();
        EpochRecord { epoch, steps, learning_rate, training, validation, parameters }
    }
}

impl From<EpochRecord> for Epoch {
    fn from(record: EpochRecord) -> Self {
        let EpochRecord { epoch, steps, learning_rate, training, validation, parameters } = record;
        let movement = |(gradient_norm, update_ratio)| Movement { gradient_norm, update_ratio };
        let parameters = parameters.into_iter().map(|(path, pair)| (path, movement(pair))).collect();
        Epoch { epoch, steps, learning_rate, training, validation, parameters }
    }
}
