//! Models in safetensors files, in both layouts.

use std::path::PathBuf;

use array_core::io::{AnyArray, read_safetensors, write_safetensors};
use array_core::{Array, bf16, default_rng};
use nn::{
    Dense, Module, Param, Relu, Sequential, Unmatched, WeightLayout, load_safetensors, save_safetensors,
};

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("nn-safetensors-{}-{name}", std::process::id()))
}

fn model(seed: u64) -> Sequential {
    let rng = &mut default_rng(seed);
    Sequential::new().add("l1", Dense::new(3, 4, rng)).add("act", Relu).add("l2", Dense::new(4, 2, rng))
}

fn parameters(model: &impl Module) -> Vec<(String, Array<f32>)> {
    let mut parameters = Vec::new();
    model.for_each_param(|path, param| parameters.push((path.to_string(), param.value().clone())));
    parameters
}

#[test]
fn models_come_back_in_both_layouts() {
    for (layout, shape) in [(WeightLayout::Native, [3, 4]), (WeightLayout::PyTorch, [4, 3])] {
        let path = path(&format!("{layout:?}"));
        let saved = model(0);
        save_safetensors(&saved, &path, layout).expect("saved");
        let file = read_safetensors(&path).expect("read");
        let names: Vec<&str> = file.tensors.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["l1.bias", "l1.weight", "l2.bias", "l2.weight"]);
        assert_eq!(file.tensors[1].1.shape(), shape);
        assert_eq!(
            file.metadata.get("format").map(String::as_str),
            (layout == WeightLayout::PyTorch).then_some("pt")
        );

        let mut loaded = model(1);
        assert_eq!(
            load_safetensors(&mut loaded, &path, layout, true).expect("the same model"),
            Unmatched::default()
        );
        assert_eq!(parameters(&loaded), parameters(&saved));
        let before = array_core::memory_stats().copies_on_write;
        loaded.for_each_param_mut(|_, param| *param.value_mut() += 1.0);
        assert_eq!(array_core::memory_stats().copies_on_write, before, "parameters are written in place");
        std::fs::remove_file(path).expect("removed");
    }
}

#[test]
fn other_floats_are_converted_and_all_else_is_named() {
    let path = path("types");
    let weight = Array::<i64>::arange(0, 6, 1).reshape([2, 3]);
    let bias = AnyArray::from(Array::from_vec([1.5, -2.0], 2).cast::<bf16>());
    let write = |weight: AnyArray| {
        write_safetensors(&path, [("weight", weight), ("bias", bias.clone())], [("", ""); 0])
            .expect("written");
    };
    let mut layer: Dense = Dense::new(3, 2, &mut default_rng(0));
    write(weight.cast::<f64>().into());
    load_safetensors(&mut layer, &path, WeightLayout::PyTorch, true).expect("floats");
    assert_eq!(layer.weight.value(), &weight.t().cast());
    assert_eq!(layer.bias.value().to_vec(), [1.5, -2.0]);

    write((&weight).into());
    let fault =
        load_safetensors(&mut layer, &path, WeightLayout::PyTorch, true).expect_err("integers").to_string();
    let file = path.display();
    assert_eq!(fault, format!("checkpoint {file}: weight is int64, and floating-point numbers are wanted"));
    std::fs::remove_file(path).expect("removed");
}

struct Other {
    l1: Dense,
    extra: Param,
}
nn::module!(Other { l1, extra });

#[test]
fn all_differences_are_named_at_once_and_nothing_is_changed() {
    let path = path("differences");
    save_safetensors(&model(0), &path, WeightLayout::Native).expect("saved");
    let other = |inputs, outputs| Other {
        l1: Dense::new(inputs, outputs, &mut default_rng(2)),
        extra: Param::new(Array::zeros(1)),
    };
    let mut wrong = other(4, 3);
    let before = parameters(&wrong);
    for strict in [true, false] {
        let fault =
            load_safetensors(&mut wrong, &path, WeightLayout::Native, strict).expect_err("they differ");
        assert_eq!(
            fault.to_string(),
            "the model and the checkpoint differ; not in the checkpoint: extra; not in the model: l2.bias, l2.weight; \
             l1.weight is [4, 3] in the model and [3, 4] in the checkpoint; \
             l1.bias is [3] in the model and [4] in the checkpoint"
        );
        assert_eq!(parameters(&wrong), before);
    }
    let mut part = other(3, 4);
    assert!(load_safetensors(&mut part, &path, WeightLayout::Native, true).is_err());
    let unmatched = load_safetensors(&mut part, &path, WeightLayout::Native, false).expect("what they share");
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    assert_eq!(
        unmatched,
        Unmatched { missing: names(&["extra"]), unexpected: names(&["l2.bias", "l2.weight"]) }
    );
    assert_eq!(parameters(&part)[..2], parameters(&model(0))[..2]);
    let missing =
        load_safetensors(&mut part, "/no/such/file", WeightLayout::Native, true).expect_err("no file");
    assert!(missing.to_string().starts_with("read_safetensors: /no/such/file: "), "{missing}");
    std::fs::remove_file(path).expect("removed");
}
