//! Convolutions, their transposes, pools.

use array_core::default_rng;
use nn::{AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool, Conv, ConvTranspose, Layer, MaxPool, Scalar};

use super::cases::{Case, replay_all, replay_layer};

fn conv<const D: usize, T: Scalar>(case: &Case) -> Conv<D, T> {
    let (inputs, outputs) = (case.size("in", "x", 1), case.option("outputs"));
    let layer =
        Conv::grouped(case.option("groups"), inputs, outputs, case.list("kernel"), &mut default_rng(0));
    let layer =
        layer.stride(case.list("stride")).padding(case.list("padding")).dilation(case.list("dilation"));
    if case.option::<u8>("bias") == 1 { layer } else { layer.without_bias() }
}

fn conv_transpose<const D: usize, T: Scalar>(case: &Case) -> ConvTranspose<D, T> {
    let (inputs, outputs) = (case.size("in", "x", 1), case.option("outputs"));
    let kernel = case.list("kernel");
    let layer = ConvTranspose::grouped(case.option("groups"), inputs, outputs, kernel, &mut default_rng(0));
    let layer =
        layer.stride(case.list("stride")).padding(case.list("padding")).dilation(case.list("dilation"));
    let has_output_padding = case.options.contains_key("output_padding");
    let layer = if has_output_padding { layer.output_padding(case.list("output_padding")) } else { layer };
    if case.option::<u8>("bias") == 1 { layer } else { layer.without_bias() }
}

fn max_pool<const D: usize>(case: &Case) -> MaxPool<D> {
    let layer = MaxPool::new(case.list("kernel")).stride(case.list("stride")).padding(case.list("padding"));
    layer.ceil_mode(case.option::<u8>("ceil_mode") == 1)
}

fn avg_pool<const D: usize>(case: &Case) -> AvgPool<D> {
    let layer = AvgPool::new(case.list("kernel")).stride(case.list("stride")).padding(case.list("padding"));
    let layer = layer.ceil_mode(case.option::<u8>("ceil_mode") == 1);
    layer.count_include_pad(case.option::<u8>("count_include_pad") == 1)
}

fn check<T: Scalar>(case: &Case, bound: f64) {
    let layer: Box<dyn Layer<T>> = match case.kind.as_str() {
        "conv1d" => Box::new(conv::<1, T>(case)),
        "conv2d" => Box::new(conv::<2, T>(case)),
        "conv_transpose1d" => Box::new(conv_transpose::<1, T>(case)),
        "conv_transpose2d" => Box::new(conv_transpose::<2, T>(case)),
        "max_pool1d" => Box::new(max_pool::<1>(case)),
        "max_pool2d" => Box::new(max_pool::<2>(case)),
        "avg_pool1d" => Box::new(avg_pool::<1>(case)),
        "avg_pool2d" => Box::new(avg_pool::<2>(case)),
        "adaptive_avg_pool1d" => Box::new(AdaptiveAvgPool1d::new(case.list("size"))),
        "adaptive_avg_pool2d" => Box::new(AdaptiveAvgPool2d::new(case.list("size"))),
        kind => panic!("no layer is called {kind}"),
    };
    replay_layer(case, bound, layer);
}

#[test]
fn convolutions_and_pools_agree_with_pytorch() {
    replay_all("nn_convolutions", 94, [check::<f64>, check::<f32>]);
}
