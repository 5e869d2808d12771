"""JAX's training steps, from weights in the order of ours: one compiled function with Adam in it, whose state is
donated."""

import jax
import jax.numpy as jnp

RATE, BETA1, BETA2, EPSILON, DECAY = 1e-3, 0.9, 0.999, 1e-8, 0.01
HEADS, LAYERS = 4, 4


def cross_entropy(x, labels):
    at_labels = jnp.take_along_axis(x, labels[:, None], axis=-1)[:, 0]
    return (jax.nn.logsumexp(x, axis=-1) - at_labels).mean()


def layer_norm(x, weight, bias):
    return jax.nn.standardize(x, epsilon=1e-5) * weight + bias


def mlp(x, weights):
    for i in range(0, len(weights), 2):
        x = x @ weights[i] + weights[i + 1]
        if i + 2 < len(weights):
            x = jax.nn.relu(x)
    return x


def cnn(x, weights):
    # XLA is much faster with the channels last, and with the greatest of each window in axes of their own.
    x = x.transpose(0, 2, 3, 1)
    for kernel, bias in (weights[:2], weights[2:4]):
        x = jax.lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "OIHW", "NHWC"))
        batch, height, width, channels = x.shape
        x = jax.nn.relu(x + bias).reshape(batch, height // 2, 2, width // 2, 2, channels).max((2, 4))
    return x.transpose(0, 3, 1, 2).reshape(len(x), -1) @ weights[4] + weights[5]


def attention(q, k, v):
    """Causal, of (batch, heads, time, width)."""
    time, width = q.shape[2:]
    scores = jnp.where(jnp.tri(time, dtype=bool), q @ k.swapaxes(2, 3) * width**-0.5, -jnp.inf)
    return jax.nn.softmax(scores) @ v


def gelu(x):
    return 0.5 * x * (1 + jax.lax.erf(x * 0.5**0.5))


def gpt(tokens, weights):
    (batch, time), width = tokens.shape, weights[0].shape[1]
    # Products of matrices are faster than those of stacks.
    x = (weights[0][tokens] + weights[1]).reshape(batch * time, width)
    for i in range(2, 2 + 12 * LAYERS, 12):
        block = weights[i : i + 12]
        qkv = layer_norm(x, *block[8:10]) @ block[0] + block[1]
        q, k, v = qkv.reshape(batch, time, 3, HEADS, width // HEADS).transpose(2, 0, 3, 1, 4)
        mixed = attention(q, k, v).transpose(0, 2, 1, 3).reshape(x.shape)
        x = x + mixed @ block[2] + block[3]
        x = x + gelu(layer_norm(x, *block[10:]) @ block[4] + block[5]) @ block[6] + block[7]
    end = weights[2 + 12 * LAYERS :]
    return layer_norm(x, *end[:2]) @ end[2] + end[3]


def loss(model):
    return lambda weights, x, y: cross_entropy(model(x, weights), y.reshape(-1))


def training(model, decay=0.0):
    """Steps that return the loss before them."""
    differentiate = jax.value_and_grad(loss(model))

    def update(state, x, y):
        weights, firsts, seconds, steps = state
        value, gradients = differentiate(weights, x, y)
        steps += 1
        # PyTorch's form of Adam: the bias corrections go into the rate and the root.
        rate = RATE / (1 - BETA1**steps)
        root = jax.lax.rsqrt(1 - BETA2**steps)

        def adam(weight, gradient, first, second):
            first = BETA1 * first + (1 - BETA1) * gradient
            second = BETA2 * second + (1 - BETA2) * gradient * gradient
            step = rate * first / (jnp.sqrt(second) * root + EPSILON)
            return (1 - RATE * decay) * weight - step, first, second

        updated = [adam(*parts) for parts in zip(weights, gradients, firsts, seconds)]
        return value, (*map(list, zip(*updated)), steps)

    def row(x, y, *weights):
        compiled = jax.jit(update, donate_argnums=0)
        zeros = [[jnp.zeros_like(weight) for weight in weights] for _ in range(2)]
        state = ([jnp.copy(weight) for weight in weights], *zeros, jnp.zeros((), jnp.float32))

        def step():
            nonlocal state
            value, state = jax.block_until_ready(compiled(state, x, y))
            return value

        return {"jax": step}

    return row


def gpt_forward(x, y, *weights):
    compiled = jax.jit(loss(gpt))
    return {"jax": lambda: compiled(weights, x, y).block_until_ready()}


ROWS = {
    "train_mlp_digits": training(mlp),
    "train_mlp_784": training(mlp),
    "train_mlp_1024": training(mlp),
    "train_cnn": training(cnn),
    "train_gpt": training(gpt, DECAY),
    "train_gpt_fwd": gpt_forward,
}
