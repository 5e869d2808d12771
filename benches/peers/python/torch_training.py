"""PyTorch's training steps, from weights in the order of ours: fused Adam, eager and compiled."""

import torch
import torch.nn.functional as F

RATE, DECAY = 1e-3, 0.01
HEADS, LAYERS, VOCABULARY = 4, 4, 65


def mlp(x, weights):
    for i in range(0, len(weights), 2):
        x = torch.addmm(weights[i + 1], x, weights[i])
        if i + 2 < len(weights):
            x = torch.relu(x)
    return x


def cnn(x, weights):
    for kernel, bias in (weights[:2], weights[2:4]):
        x = F.max_pool2d(torch.relu(F.conv2d(x, kernel, bias, padding=1)), 2)
    return torch.addmm(weights[5], x.flatten(1), weights[4])


def gpt(tokens, weights):
    (batch, time), width = tokens.shape, weights[0].shape[1]

    def dense(x, weight, bias):
        return torch.addmm(bias, x.reshape(-1, x.shape[-1]), weight).view(*x.shape[:-1], -1)

    def norm(x, weight, bias):
        return F.layer_norm(x, (width,), weight, bias)

    x = F.embedding(tokens, weights[0]) + weights[1]
    for i in range(2, 2 + 12 * LAYERS, 12):
        block = weights[i : i + 12]
        qkv = dense(norm(x, *block[8:10]), *block[:2]).view(batch, time, 3, HEADS, width // HEADS)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + dense(mixed.transpose(1, 2).reshape(batch, time, width), *block[2:4])
        x = x + dense(F.gelu(dense(norm(x, *block[10:]), *block[4:6])), *block[6:8])
    end = weights[2 + 12 * LAYERS :]
    return dense(norm(x, *end[:2]), *end[2:]).view(-1, VOCABULARY)


def training(model, optimizer, compiled=False):
    """Steps that return the loss before them; each variant with weights and an optimizer of its own."""

    def row(x, y, *weights):
        def variant(model):
            own = [weight.clone().requires_grad_() for weight in weights]
            adam = optimizer(own)

            def step():
                loss = F.cross_entropy(model(x, own), y.view(-1))
                adam.zero_grad(set_to_none=True)
                loss.backward()
                adam.step()
                return loss

            return step

        variants = {"torch": variant(model)}
        if compiled:
            variants["torch-compile"] = variant(torch.compile(model, dynamic=False))
        return variants

    return row


def adam(weights):
    return torch.optim.Adam(weights, RATE, fused=True)


def adamw(weights):
    return torch.optim.AdamW(weights, RATE, weight_decay=DECAY, fused=True)


def gpt_forward(x, y, *weights):
    def variant(model):
        def run():
            with torch.inference_mode():
                return F.cross_entropy(model(x, weights), y.view(-1))

        return run

    return {"torch": variant(gpt), "torch-compile": variant(torch.compile(gpt, dynamic=False))}


ROWS = {
    "train_mlp_digits": training(mlp, adam),
    "train_mlp_784": training(mlp, adam),
    "train_mlp_1024": training(mlp, adam),
    "train_cnn": training(cnn, adam, compiled=True),
    "train_gpt": training(gpt, adamw, compiled=True),
    "train_gpt_fwd": gpt_forward,
}
