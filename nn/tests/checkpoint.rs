//! Checkpoints: the bytes they are made of, and what is refused.

use std::fs;
use std::path::PathBuf;

use array_core::{Array, default_rng};
use nn::optim::Ema;
use nn::train::{Epoch, Figures, History, Measured, Movement, Position};
use nn::{Adam, Checkpoint, Dense, Module, Optimizer, Param, Sgd, Tape};

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("nn-checkpoint-{}-{name}", std::process::id()))
}

/// A checkpoint with something of everything in it, all of it known by hand.
fn sample() -> Checkpoint {
    let mut layer: Dense = Dense::new(2, 3, &mut default_rng(0));
    *layer.weight.value_mut() = Array::from_vec([1.0, -2.0, 0.5, f32::INFINITY, -0.0, 1e-40], [2, 3]);
    let mut adam = Adam::new(0.25);
    let tape = Tape::training(default_rng(0));
    let gradients = tape.constant(Array::ones([1, 2])).apply("", &layer).sum().backward();
    let mut learner = layer.clone();
    let mut other = gradients.clone();
    other.scale(0.0);
    // A clone has an identity of its own, so its gradients are missing: the step must not happen.
    assert!(adam.step(&mut learner, &other).is_err());
    adam.step(&mut layer, &gradients).expect("a step");
    *layer.weight.value_mut() = Array::from_vec([1.0, -2.0, 0.5, f32::INFINITY, -0.0, 1e-40], [2, 3]);
    *layer.bias.value_mut() = Array::from_vec([0.0, 1.0, 2.0], 3);
    let figures = |loss| Figures::from([("loss".to_string(), loss), ("accuracy".to_string(), 0.75)]);
    let moved = Movement { gradient_norm: 2.0, update_ratio: 1e-3 };
    let epoch = Epoch {
        epoch: 1,
        steps: 1,
        learning_rate: 0.25,
        training: figures(0.5),
        validation: figures(f64::NAN),
        parameters: [("weight".to_string(), moved)].into(),
    };
    let mut position = Position { batches: 300, ..Position::default() };
    let tape = Tape::inference();
    position.sums.add(&Measured::new(tape.constant(Array::scalar(0.5))).with("accuracy", 0.25), 8);
    let mut ema = Ema::new(0.5);
    ema.update(&layer);
    let mut rng = default_rng(42);
    rng.spawn();
    Checkpoint::of(&layer)
        .with_optimizer(&adam)
        .with_ema(&ema)
        .with_generator(&rng)
        .with_position(&position)
        .with_history(&History { epochs: vec![epoch], ..History::default() })
        .with_note("seed", 42)
}

fn bytes_of(checkpoint: &Checkpoint, name: &str) -> Vec<u8> {
    let path = path(name);
    checkpoint.save(&path).expect("saved");
    let bytes = fs::read(&path).expect("there");
    fs::remove_file(path).expect("removed");
    bytes
}

fn load(bytes: &[u8], name: &str) -> Result<Checkpoint, String> {
    let path = path(name);
    fs::write(&path, bytes).expect("written");
    let result = Checkpoint::load(&path);
    fs::remove_file(&path).expect("removed");
    result.map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
}

#[test]
fn what_is_saved_is_loaded_bit_for_bit() {
    let saved = sample();
    let loaded = load(&bytes_of(&saved, "a"), "b").expect("a good file");
    let bits = |c: &Checkpoint, name: &str| c.parameters()[name].map(f32::to_bits).to_vec();
    for name in ["weight", "bias"] {
        assert_eq!(bits(&saved, name), bits(&loaded, name));
    }
    assert_eq!(loaded.generator(), saved.generator());
    assert_eq!(loaded.note("seed"), Some("42"));
    assert!(loaded.history().epochs[0].validation["loss"].is_nan());
    assert_eq!(loaded.position(), saved.position());
    assert_eq!(bytes_of(&loaded, "c"), bytes_of(&saved, "d"));

    let mut adam = Adam::<f32>::new(1.0);
    loaded.restore_optimizer(&mut adam).expect("an Adam was saved");
    assert_eq!((adam.steps(), adam.learning_rate()), (1, 0.25));
    let wrong = loaded.restore_optimizer(&mut Sgd::<f32>::new(1.0)).expect_err("no SGD was saved");
    assert_eq!(wrong.to_string(), "optimizer state: the state is that of \"adam\", the optimizer is \"sgd\"");
}

#[test]
fn the_bytes_are_those_of_the_golden_file() {
    // Written by version 2 of the format; a change here is a new version, not a new golden file.
    let golden = include_bytes!("data/golden.nn");
    assert!(bytes_of(&sample(), "golden") == golden, "the byte layout has changed");
    assert!(load(golden, "golden-load").is_ok());
}

#[test]
fn every_damaged_byte_and_every_truncation_is_refused() {
    let good = bytes_of(&sample(), "damage");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        assert!(load(&bad, "damaged").is_err(), "byte {at}");
        assert!(load(&good[..at], "short").is_err(), "{at} bytes");
    }
    let mut long = good.clone();
    long.push(0);
    let length = good.len();
    assert_eq!(
        load(&long, "long").expect_err("too long"),
        format!("checkpoint FILE: the file should have {length} bytes and has {}", length + 1)
    );
}

/// Rewrites part of the body and mends the checksum, as an attacker would.
fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = bytes_of(&sample(), "forged");
    change(&mut bytes);
    let checksum = crc32fast::hash(&bytes[32..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn forged_sizes_are_refused_before_memory_is_asked_for() {
    let find = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|w| w == text).expect("there");
    // The bias' shape [3] follows its name: a list of one number, here of 2^64 − 1.
    let huge = forged(|bytes| {
        let at = find(bytes, b"\x04bias\x01\x03") + 6;
        bytes.splice(at..at + 1, [253, 255, 255, 255, 255, 255, 255, 255, 255]);
        let metadata = u64::from_le_bytes(bytes[24..32].try_into().expect("8 bytes")) + 8;
        bytes[24..32].copy_from_slice(&metadata.to_le_bytes());
        let length = bytes.len() as u64;
        bytes[16..24].copy_from_slice(&length.to_le_bytes());
    });
    let message = load(&huge, "huge").expect_err("too large");
    assert_eq!(message, "checkpoint FILE: tensor bias of shape [18446744073709551615] does not fit the file");
    // A list that claims 2^32 entries.
    let list = forged(|bytes| {
        let at = find(bytes, b"\x04bias\x01\x03") + 5;
        bytes[at..at + 2].copy_from_slice(&[252, 255]);
    });
    assert!(load(&list, "list").expect_err("too long").starts_with("checkpoint FILE: metadata: "));
    let metadata = forged(|bytes| bytes[24..32].copy_from_slice(&u64::MAX.to_le_bytes()));
    assert_eq!(
        load(&metadata, "meta").expect_err("too long"),
        "checkpoint FILE: the metadata is longer than the file"
    );
    let version = forged(|bytes| bytes[8] = 1);
    assert_eq!(
        load(&version, "version").expect_err("new"),
        "checkpoint FILE: version 1 is not known here, only 2"
    );
}

#[test]
fn all_differences_of_a_model_are_named_at_once_and_nothing_is_changed() {
    let checkpoint = Checkpoint::of(&Pair::new([2, 2], [3]));
    let mut other = Renamed { a: Param::new(Array::zeros([2, 2, 1])), c: Param::new(Array::ones([3])) };
    let error = checkpoint.restore(&mut other).expect_err("they differ");
    assert_eq!(
        error.to_string(),
        "the model and the checkpoint differ; not in the checkpoint: c; not in the model: b; \
         a is [2, 2, 1] in the model and [2, 2] in the checkpoint"
    );
    assert_eq!(other.c.value().to_vec(), [1.0; 3]);
    let f64_file = {
        let path = path("f64");
        Checkpoint::of(&Param::new(Array::<f64>::zeros(1))).save(&path).expect("saved");
        let bytes = fs::read(&path).expect("there");
        fs::remove_file(path).expect("removed");
        bytes
    };
    assert_eq!(
        load(&f64_file, "dtype").expect_err("f64"),
        "checkpoint FILE: it holds float64 and float32 is wanted"
    );
}

struct Pair {
    a: Param,
    b: Param,
}
nn::module!(Pair { a, b });

impl Pair {
    fn new<const N: usize, const M: usize>(a: [usize; N], b: [usize; M]) -> Pair {
        Pair { a: Param::new(Array::ones(a)), b: Param::new(Array::ones(b)) }
    }
}

struct Renamed {
    a: Param,
    c: Param,
}
nn::module!(Renamed { a, c });

#[test]
fn a_restored_parameter_is_written_in_place() {
    let checkpoint = Checkpoint::of(&Pair::new([4], [2]));
    let mut model = Pair::new([4], [2]);
    checkpoint.restore(&mut model).expect("the same model");
    let before = array_core::memory_stats();
    *model.a.value_mut() += 1.0;
    model.for_each_param_mut(|_, param| *param.value_mut() *= 2.0);
    assert_eq!(array_core::memory_stats().copies_on_write, before.copies_on_write);
    assert_eq!(checkpoint.parameters()["a"].to_vec(), [1.0; 4]);
}
