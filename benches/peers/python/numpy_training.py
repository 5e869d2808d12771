"""A training step of a multilayer perceptron, written for NumPy: buffers are reused, Adam updates in place."""

import numpy as np

RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def mlp(x, y, *weights):
    weights = [weight.copy() for weight in weights]
    matrices, biases = weights[::2], weights[1::2]
    moments = [(np.zeros_like(weight), np.zeros_like(weight), np.empty_like(weight)) for weight in weights]
    rows, steps = np.arange(len(y)), 0

    def step():
        nonlocal steps
        steps += 1
        values = [x]
        for i, (matrix, bias) in enumerate(zip(matrices, biases)):
            value = values[-1] @ matrix
            value += bias
            if i + 1 < len(matrices):
                np.maximum(value, np.float32(0), out=value)
            values.append(value)

        gradient = values.pop()
        gradient -= gradient.max(axis=1, keepdims=True)
        at_labels = gradient[rows, y]
        np.exp(gradient, out=gradient)
        sums = gradient.sum(axis=1, keepdims=True)
        loss = (np.log(sums[:, 0]) - at_labels).mean()
        gradient /= sums * np.float32(len(y))
        gradient[rows, y] -= np.float32(1 / len(y))

        gradients = []
        for i in reversed(range(len(matrices))):
            gradients += [gradient.sum(axis=0), values[i].T @ gradient]
            if i > 0:
                gradient = gradient @ matrices[i].T
                gradient *= values[i] > 0

        # PyTorch's form of Adam: the bias corrections go into the rate and the root.
        rate = np.float32(RATE / (1 - BETA1**steps))
        root = np.float32((1 - BETA2**steps) ** -0.5)
        for weight, gradient, (first, second, work) in zip(weights, reversed(gradients), moments):
            first *= np.float32(BETA1)
            first += np.multiply(gradient, np.float32(1 - BETA1), out=work)
            second *= np.float32(BETA2)
            gradient *= gradient
            gradient *= np.float32(1 - BETA2)
            second += gradient
            np.sqrt(second, out=work)
            work *= root
            work += np.float32(EPSILON)
            np.divide(first, work, out=work)
            work *= rate
            weight -= work
        return loss

    return {"numpy": step}


ROWS = {f"train_mlp_{size}": mlp for size in ("digits", "784", "1024")}
