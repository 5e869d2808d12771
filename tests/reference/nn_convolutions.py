"""Convolutions, their transposes and pools of nn against PyTorch.

Written with PyTorch 2.15. From the project's root: python3 tests/reference/nn_convolutions.py
Writes tests/reference/data/nn_convolutions.txt and nn_convolutions.bin, as `layer_cases.py` describes.
"""

import torch
from layer_cases import Cases
from torch import nn

cases = Cases()
one = lambda module, values: module(values["x"])


def text(numbers):
    return "x".join(map(str, numbers))


def conv(kind, shape, outputs, kernel, groups=1, bias=True, **settings):
    module = getattr(nn, {"conv": "Conv", "conv_transpose": "ConvTranspose"}[kind] + f"{len(shape) - 2}d")
    dims = len(shape) - 2
    settings = {"stride": (1,) * dims, "padding": (0,) * dims, "dilation": (1,) * dims} | settings
    layer = module(shape[1], outputs, kernel, groups=groups, bias=bias, **settings)
    options = {name: text(value) for name, value in settings.items()}
    cases.module(f"{kind}{dims}d", layer, one, {"x": shape}, outputs=outputs, kernel=text(kernel), groups=groups, bias=int(bias), **options)


for shape, outputs, kernel, settings in [
    ((2, 3, 7), 4, (3,), {}),
    ((1, 1, 1), 1, (1,), {}),
    ((2, 2, 9), 3, (4,), {"stride": (2,)}),
    ((2, 2, 6), 3, (3,), {"padding": (2,)}),
    ((1, 2, 9), 2, (3,), {"dilation": (3,)}),
    ((2, 4, 8), 6, (3,), {"groups": 2, "padding": (1,), "stride": (3,)}),
    ((1, 3, 6), 6, (2,), {"groups": 3, "dilation": (2,), "padding": (1,)}),
    ((2, 2, 4), 2, (4,), {"bias": False}),
    ((3, 2, 5), 2, (1,), {"stride": (2,)}),
    ((1, 2, 3), 2, (5,), {"padding": (4,), "bias": False}),
]:
    conv("conv", shape, outputs, kernel, **settings)

for shape, outputs, kernel, settings in [
    ((2, 1, 5, 5), 2, (3, 3), {}),
    ((1, 3, 4, 4), 2, (3, 3), {"padding": (1, 1)}),
    ((1, 2, 5, 4), 3, (2, 3), {}),
    ((1, 2, 6, 5), 2, (3, 2), {"stride": (2, 1)}),
    ((2, 2, 6, 6), 2, (2, 2), {"stride": (2, 2)}),
    ((1, 2, 3, 4), 2, (3, 3), {"padding": (2, 1)}),
    ((1, 2, 7, 6), 2, (3, 2), {"dilation": (2, 3)}),
    ((1, 4, 4, 5), 4, (3, 2), {"groups": 2}),
    ((2, 3, 4, 4), 3, (3, 3), {"groups": 3, "padding": (1, 1)}),
    ((1, 2, 5, 5), 6, (2, 2), {"groups": 2, "stride": (2, 3), "padding": (1, 0), "dilation": (2, 1)}),
    ((1, 3, 4, 3), 2, (1, 1), {}),
    ((1, 3, 5, 4), 2, (1, 1), {"stride": (2, 2)}),
    ((1, 3, 2, 2), 2, (1, 1), {"padding": (1, 1)}),
    ((1, 2, 4, 4), 3, (4, 4), {}),
    ((1, 1, 1, 1), 1, (1, 1), {"bias": False}),
    ((1, 2, 4, 3), 2, (2, 2), {"bias": False, "padding": (1, 1)}),
    ((1, 2, 1, 8), 2, (1, 3), {"stride": (1, 2), "padding": (0, 1)}),
    ((2, 2, 3, 3), 2, (5, 5), {"padding": (2, 2)}),
    ((1, 1, 8, 8), 1, (3, 3), {"stride": (3, 3), "padding": (1, 1)}),
    ((1, 4, 3, 3), 2, (2, 2), {"groups": 2, "bias": False}),
]:
    conv("conv", shape, outputs, kernel, **settings)

for shape, outputs, kernel, settings in [
    ((2, 3, 4), 2, (3,), {}),
    ((1, 2, 4), 3, (2,), {"stride": (2,)}),
    ((2, 2, 3), 2, (3,), {"stride": (2,), "padding": (1,), "output_padding": (1,)}),
    ((1, 4, 3), 2, (3,), {"groups": 2, "dilation": (2,)}),
    ((1, 2, 5), 2, (4,), {"padding": (2,), "bias": False}),
    ((1, 1, 1), 1, (1,), {}),
    ((1, 2, 3), 4, (3,), {"groups": 2, "stride": (3,), "output_padding": (2,)}),
    ((1, 2, 3, 3), 2, (2, 2), {}),
    ((1, 3, 2, 3), 2, (3, 3), {"stride": (2, 2)}),
    ((1, 2, 3, 2), 2, (3, 2), {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2)}),
    ((2, 2, 2, 2), 3, (2, 3), {"dilation": (2, 1)}),
    ((1, 4, 3, 2), 4, (2, 2), {"groups": 2, "padding": (1, 1)}),
    ((1, 4, 2, 2), 4, (3, 3), {"groups": 4, "stride": (2, 2), "padding": (1, 1), "output_padding": (1, 1)}),
    ((1, 2, 3, 3), 1, (1, 1), {}),
    ((1, 2, 3, 3), 2, (4, 4), {"stride": (2, 2), "padding": (1, 1), "bias": False}),
]:
    conv("conv_transpose", shape, outputs, kernel, **settings)


def pool(kind, shape, kernel, stride=None, padding=None, ceil_mode=False, **settings):
    name = {"max_pool": "MaxPool", "avg_pool": "AvgPool"}[kind]
    dims = len(shape) - 2
    stride, padding = stride or kernel, padding or (0,) * dims
    layer = getattr(nn, f"{name}{dims}d")(kernel, stride, padding, ceil_mode=ceil_mode, **settings)
    options = {"kernel": text(kernel), "stride": text(stride), "padding": text(padding), "ceil_mode": int(ceil_mode)}
    cases.module(f"{kind}{dims}d", layer, one, {"x": shape}, **options, **{name: int(value) for name, value in settings.items()})


windows1 = [
    ((2, 2, 6), (2,), None, None, False),
    ((2, 2, 7), (2,), None, None, True),
    ((1, 3, 7), (3,), (2,), (1,), False),
    ((1, 3, 8), (3,), (2,), (1,), True),
    ((1, 1, 1), (1,), None, None, False),
    ((1, 2, 5), (5,), (1,), (2,), False),
]
windows2 = [
    ((2, 2, 4, 4), (2, 2), None, None, False),
    ((1, 2, 5, 5), (2, 2), None, None, False),
    ((1, 2, 5, 5), (2, 2), None, None, True),
    ((1, 2, 5, 6), (3, 2), (1, 2), (1, 0), False),
    ((1, 1, 7, 6), (3, 3), (2, 2), (1, 1), True),
    ((1, 2, 6, 4), (2, 3), (3, 1), None, False),
    ((1, 1, 3, 3), (3, 3), None, None, False),
    ((2, 1, 4, 5), (3, 3), (1, 1), (1, 1), False),
    ((1, 1, 1, 4), (1, 2), None, None, False),
    ((1, 1, 7, 7), (2, 2), (3, 3), (1, 1), True),
]
for shape, kernel, stride, padding, ceil_mode in windows1 + windows2:
    pool("max_pool", shape, kernel, stride, padding, ceil_mode)
    for count_include_pad in (True, False) if padding else (True,):
        pool("avg_pool", shape, kernel, stride, padding, ceil_mode, count_include_pad=count_include_pad)

for shape, size in [((2, 2, 7), (3,)), ((1, 3, 5), (5,)), ((1, 2, 4), (1,)), ((1, 2, 3), (5,)), ((2, 2, 6), (4,))]:
    cases.module("adaptive_avg_pool1d", nn.AdaptiveAvgPool1d(size), one, {"x": shape}, size=text(size))
for shape, size in [((2, 2, 7, 5), (1, 1)), ((1, 2, 6, 6), (3, 2)), ((1, 1, 5, 7), (3, 4)), ((1, 2, 2, 3), (4, 3)), ((1, 1, 1, 1), (2, 2))]:
    cases.module("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d(size), one, {"x": shape}, size=text(size))

cases.save("nn_convolutions")
