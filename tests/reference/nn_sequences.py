"""Recurrent networks, attention and transformers of nn against PyTorch.

Written with PyTorch 2.15. From the project's root: python3 tests/reference/nn_sequences.py
Writes tests/reference/data/nn_sequences.txt and nn_sequences.bin, as `layer_cases.py` describes.
"""

import torch
import torch.nn.functional as F
from layer_cases import Cases
from torch import nn

cases = Cases()

# Recurrent networks: from a given state or from zeros.

for kind in ("rnn", "gru", "lstm"):
    for batch, time, inputs, hidden, layers, bidirectional, given in [
        (2, 3, 2, 3, 1, False, True),
        (1, 1, 1, 1, 1, False, True),
        (3, 4, 2, 2, 1, False, False),
        (2, 3, 3, 2, 2, False, True),
        (2, 2, 2, 2, 1, True, True),
        (1, 3, 1, 2, 2, True, True),
        (2, 3, 2, 1, 3, True, False),
        (1, 6, 2, 2, 1, False, False),
    ]:
        for relu in (False, True) if kind == "rnn" else (False,):
            extra = {"nonlinearity": "relu"} if relu else {}
            module = getattr(nn, kind.upper())(inputs, hidden, layers, bidirectional=bidirectional, batch_first=True, **extra)
            state = (layers * (1 + bidirectional), batch, hidden)
            shapes = {"x": (batch, time, inputs)}
            if given:
                shapes |= {"h": state} | ({"c": state} if kind == "lstm" else {})

            def run(module, v, kind=kind, given=given):
                initial = (v["h"], v["c"]) if kind == "lstm" and given else v.get("h")
                y, last = module(v["x"], initial)
                return {"y": y} | ({"hn": last[0], "cn": last[1]} if kind == "lstm" else {"hn": last})

            cases.module(kind, module, run, shapes, layers=layers, bidirectional=int(bidirectional), hidden=hidden, relu=int(relu))

# Attention as a function. In masks, 1 = may attend.


def mask(*shape):
    torch.manual_seed(cases.count)
    return torch.randint(0, 2, shape).to(torch.float32)


def attention(kind, allowed=None):
    def run(v):
        return F.scaled_dot_product_attention(v["q"], v["k"], v["v"], attn_mask=None if allowed is None else allowed.bool(), is_causal=kind == "causal")

    return run


for leading, queries, keys, width, value_width in [((2,), 3, 4, 2, 3), ((1, 2), 4, 4, 3, 2), ((2, 2), 1, 3, 2, 2), ((1,), 5, 2, 1, 1)]:
    shapes = {"q": (*leading, queries, width), "k": (*leading, keys, width), "v": (*leading, keys, value_width)}
    cases.case("attention", attention("none"), shapes, mask="none")
    cases.case("attention", attention("causal"), shapes, mask="causal")
    allowed = mask(queries, keys)
    allowed[:, 0] = 1
    cases.case("attention", attention("array", allowed), shapes, fixed={"allowed": allowed}, mask="array")
    allowed = mask(*leading, queries, keys)
    allowed[..., 0] = 1
    cases.case("attention", attention("array", allowed), shapes, fixed={"allowed": allowed}, mask="array")
    # Rows without any key are zeros.
    allowed = mask(*leading, 1, keys)
    allowed[0] = 0
    cases.case("attention", attention("array", allowed), shapes, fixed={"allowed": allowed}, mask="array")

# MultiheadAttention. PyTorch's masks say True for what may *not* be attended to.

for batch, queries, keys, width, heads in [(2, 3, 3, 4, 2), (1, 4, 4, 6, 3), (2, 1, 1, 2, 1), (1, 5, 5, 4, 4), (3, 2, 2, 4, 1), (1, 3, 3, 2, 2)]:
    module = nn.MultiheadAttention(width, heads, batch_first=True)
    causal = torch.triu(torch.ones(queries, keys), 1).bool()
    allowed = mask(batch, 1, 1, keys)
    allowed[..., 0] = 1
    attend = lambda module, v, **how: module(v["x"], v["x"], v["x"], need_weights=False, **how)[0]
    shapes = {"x": (batch, queries, width)}
    cases.module("self_attention", module, attend, shapes, heads=heads, mask="none")
    cases.module("self_attention", module, lambda m, v: attend(m, v, attn_mask=causal), shapes, heads=heads, mask="causal")
    padded = lambda m, v: attend(m, v, key_padding_mask=v["allowed"][:, 0, 0] == 0)
    cases.module("self_attention", module, padded, shapes, fixed={"allowed": allowed}, heads=heads, mask="array")
    both = lambda m, v: attend(m, v, attn_mask=causal, key_padding_mask=v["allowed"][:, 0, 0] == 0)
    cases.module("self_attention", module, both, shapes, fixed={"allowed": allowed}, heads=heads, mask="both")

for batch, queries, keys, width, heads in [(2, 3, 4, 4, 2), (1, 1, 5, 6, 3), (2, 4, 1, 2, 1), (1, 2, 3, 4, 4)]:
    module = nn.MultiheadAttention(width, heads, batch_first=True)
    allowed = mask(batch, 1, queries, keys)
    allowed[..., 0] = 1
    attend = lambda module, v, **how: module(v["x"], v["memory"], v["memory"], need_weights=False, **how)[0]
    shapes = {"x": (batch, queries, width), "memory": (batch, keys, width)}
    cases.module("cross_attention", module, attend, shapes, heads=heads, mask="none")
    masked = lambda m, v: attend(m, v, attn_mask=(v["allowed"] == 0).expand(batch, heads, queries, keys).reshape(-1, queries, keys))
    cases.module("cross_attention", module, masked, shapes, fixed={"allowed": allowed}, heads=heads, mask="array")

# Positions. PyTorch has none: the formulas of the papers, in torch.

for batch, positions, width, start in [(2, 4, 4, 0), (1, 3, 6, 2), (1, 1, 2, 100), (2, 3, 5, 0)]:
    p, i = torch.arange(start, start + positions)[:, None], torch.arange(width)[None]
    angle = p / 10000 ** (2 * (i // 2) / (width + width % 2))
    table = torch.where(i % 2 == 0, angle.sin(), angle.cos())
    cases.case("sinusoidal", lambda v: v["x"] + table, {"x": (batch, positions, width)}, start=start)
    params = {"weight": (start + positions + 1, width)}
    cases.case("learned", lambda v: v["x"] + v["weight"][start : start + positions], {"x": (batch, positions, width)}, params, start=start)

for batch, positions, width, heads, base in [(2, 3, 4, 1, 10000.0), (1, 5, 8, 2, 10000.0), (1, 4, 4, 2, 100.0)]:
    half = width // heads // 2
    angle = torch.arange(positions)[:, None] * base ** (-torch.arange(half)[None] / half)
    turn = torch.polar(torch.ones_like(angle), angle)

    def rotary(v):
        def split(name, i):
            part = v["x"] @ v["in_proj_weight"][i * width : (i + 1) * width].T + v["in_proj_bias"][i * width : (i + 1) * width]
            return part.reshape(batch, positions, heads, -1).transpose(1, 2)

        rotate = lambda x: torch.view_as_real(torch.view_as_complex(x.reshape(batch, heads, positions, half, 2)) * turn).flatten(-2)
        y = F.scaled_dot_product_attention(rotate(split("q", 0)), rotate(split("k", 1)), split("v", 2), is_causal=True)
        return y.transpose(1, 2).reshape(batch, positions, width) @ v["out_proj.weight"].T + v["out_proj.bias"]

    params = {name: tuple(p.shape) for name, p in nn.MultiheadAttention(width, heads).named_parameters()}
    cases.case("rotary_attention", rotary, {"x": (batch, positions, width)}, params, heads=heads, base=base)

# Transformers.

for pre_norm in (False, True):
    for activation in ("relu", "gelu"):
        for batch, positions, width, heads, hidden in [(2, 3, 4, 2, 5), (1, 4, 6, 1, 3)]:
            settings = dict(dropout=0.0, activation=activation, batch_first=True, norm_first=pre_norm)
            options = dict(heads=heads, hidden=hidden, pre_norm=int(pre_norm), gelu=int(activation == "gelu"))
            shapes = {"x": (batch, positions, width)}
            causal = torch.triu(torch.ones(positions, positions), 1).bool()
            block = nn.TransformerEncoderLayer(width, heads, hidden, **settings)
            cases.module("transformer_block", block, lambda m, v: m(v["x"]), shapes, mask="none", **options)
            cases.module("transformer_block", block, lambda m, v: m(v["x"], src_mask=causal), shapes, mask="causal", **options)
            norm = nn.LayerNorm(width) if pre_norm else None
            encoder = nn.TransformerEncoder(block, 2, norm, enable_nested_tensor=False)
            cases.module("transformer_encoder", encoder, lambda m, v: m(v["x"], mask=causal), shapes, mask="causal", **options)
            decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(width, heads, hidden, **settings), 2 - pre_norm, norm)
            run = lambda m, v: m(v["x"], v["memory"], tgt_mask=causal)
            cases.module("transformer_decoder", decoder, run, shapes | {"memory": (batch, 2, width)}, layers=2 - pre_norm, **options)

cases.save("nn_sequences")
