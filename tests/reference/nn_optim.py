"""Optimizers in PyTorch: 20 steps from given parameters on given gradients; clipping; averaged weights.

From the project's root: python3 tests/reference/nn_optim.py
Writes tests/reference/data/nn_optim.txt (format: nn_cases.py). The case `inputs` has the parameters w, u, b and their
gradients in every step; every other case has the parameters after each of 20 steps.

Lion is not in PyTorch: it is written down here from its paper. Muon computes in bfloat16 there; here the name
bfloat16 is lent to the parameters' own type while it runs. Its matrices are (out, in), ours (in, out).
"""

import torch
from torch.optim import SGD, Adagrad, Adam, AdamW, Muon, Optimizer, RMSprop

from nn_cases import BOTH, Cases

STEPS = 20
SHAPES = {"w": (2, 3), "u": (3, 2), "b": (3,)}

generator = torch.Generator().manual_seed(1)
normal = lambda *shape: torch.randn(shape, generator=generator, dtype=torch.float64)
START = {name: normal(*shape) for name, shape in SHAPES.items()}
# Of many magnitudes, and with zeros.
GRADIENTS = {name: normal(STEPS, *shape) * 10 ** normal(STEPS, *shape) for name, shape in SHAPES.items()}
GRADIENTS["w"][:, 0, 1] *= normal(STEPS) > 0.5
GRADIENTS["b"][:10, 2] = 0


class Lion(Optimizer):
    """X. Chen et al., Symbolic Discovery of Optimization Algorithms, program 1."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            (beta1, beta2), lr = group["betas"], group["lr"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.mul_(1 - lr * group["weight_decay"])
                p.sub_(lr * torch.sign(beta1 * m + (1 - beta1) * p.grad))
                m.mul_(beta2).add_((1 - beta2) * p.grad)


def parameters(dtype):
    return {name: torch.nn.Parameter(START[name].to(dtype).clone()) for name in SHAPES}


def run(p, optimizers, frozen=lambda name, t: False, before=lambda t: None):
    """The parameters after every step, one after the other."""
    kept = {name: [] for name in p}
    for t in range(1, STEPS + 1):
        before(t)
        for name in p:
            p[name].grad = None if frozen(name, t) else GRADIENTS[name][t - 1].to(p[name].dtype)
        for optimizer in optimizers:
            optimizer.step()
        for name in p:
            kept[name].append(p[name].detach().clone())
    return {name: torch.stack(values) for name, values in kept.items()}


def muon(dtype, **settings):
    """Muon on the transposes of w and u, AdamW on b."""
    p = parameters(dtype)
    t = {name: torch.nn.Parameter(p[name].detach().T.clone()) for name in ("w", "u")}
    optimizer = Muon(t.values(), lr=0.02, **settings)
    decay = optimizer.param_groups[0]["weight_decay"]
    adamw = AdamW([p["b"]], lr=0.02, weight_decay=decay)
    bfloat16, torch.bfloat16 = torch.bfloat16, dtype
    kept = {name: [] for name in p}
    for step in range(1, STEPS + 1):
        for name in t:
            t[name].grad = GRADIENTS[name][step - 1].to(dtype).T.clone()
        p["b"].grad = GRADIENTS["b"][step - 1].to(dtype)
        optimizer.step()
        adamw.step()
        kept["w"].append(t["w"].detach().T.clone())
        kept["u"].append(t["u"].detach().T.clone())
        kept["b"].append(p["b"].detach().clone())
    torch.bfloat16 = bfloat16
    return {name: torch.stack(values) for name, values in kept.items()}


SIMPLE = {
    "sgd": lambda p: SGD(p, lr=0.1),
    "sgd_decay": lambda p: SGD(p, lr=0.1, weight_decay=0.3),
    "sgd_momentum": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "sgd_momentum_decay": lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.3),
    "sgd_dampening": lambda p: SGD(p, lr=0.1, momentum=0.9, dampening=0.5),
    "sgd_nesterov": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "sgd_nesterov_decay": lambda p: SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.1),
    "adam": lambda p: Adam(p, lr=0.1),
    "adam_betas": lambda p: Adam(p, lr=0.1, betas=(0.5, 0.9), eps=1e-3),
    "adam_decay": lambda p: Adam(p, lr=0.1, weight_decay=0.3),
    "adam_amsgrad": lambda p: Adam(p, lr=0.1, amsgrad=True),
    "adam_amsgrad_decay": lambda p: Adam(p, lr=0.1, amsgrad=True, betas=(0.8, 0.7), weight_decay=0.3),
    "adamw": lambda p: AdamW(p, lr=0.1),
    "adamw_decay": lambda p: AdamW(p, lr=0.1, weight_decay=0.3, betas=(0.8, 0.95)),
    "adamw_amsgrad": lambda p: AdamW(p, lr=0.1, amsgrad=True, betas=(0.8, 0.7), eps=1e-6),
    "rmsprop": lambda p: RMSprop(p, lr=0.01),
    "rmsprop_alpha": lambda p: RMSprop(p, lr=0.01, alpha=0.5, eps=1e-2),
    "rmsprop_decay": lambda p: RMSprop(p, lr=0.01, weight_decay=0.3),
    "rmsprop_centered": lambda p: RMSprop(p, lr=0.01, alpha=0.9, eps=1e-4, centered=True),
    "rmsprop_momentum": lambda p: RMSprop(p, lr=0.01, momentum=0.9),
    "rmsprop_all": lambda p: RMSprop(p, lr=0.01, alpha=0.9, eps=1e-4, momentum=0.5, centered=True, weight_decay=0.1),
    "adagrad": lambda p: Adagrad(p, lr=0.1),
    "adagrad_all": lambda p: Adagrad(p, lr=0.1, lr_decay=0.2, weight_decay=0.3, initial_accumulator_value=0.5, eps=0.1),
    "lion": lambda p: Lion(p, lr=0.01),
    "lion_decay": lambda p: Lion(p, lr=0.01, betas=(0.95, 0.98), weight_decay=0.5),
}

cases = Cases()
for dtype in BOTH:
    cases.add("inputs", dtype, **{name: START[name].to(dtype) for name in SHAPES},
              **{f"{name}_gradients": GRADIENTS[name].to(dtype) for name in SHAPES})
    for name, make in SIMPLE.items():
        p = parameters(dtype)
        cases.add(name, dtype, **run(p, [make(p.values())]))

    cases.add("muon", dtype, **muon(dtype))
    cases.add("muon_plain", dtype, **muon(dtype, nesterov=False, momentum=0.5, weight_decay=0.0, ns_steps=3))
    cases.add("muon_match_adamw", dtype, **muon(dtype, adjust_lr_fn="match_rms_adamw", weight_decay=0.5))

    # Groups: w with a tenth of the learning rate, b without decay.
    p = parameters(dtype)
    groups = [{"params": [p["w"]], "lr": 0.01}, {"params": [p["u"]]}, {"params": [p["b"]], "weight_decay": 0.0}]
    cases.add("groups", dtype, **run(p, [AdamW(groups, lr=0.1, weight_decay=0.3)]))

    # A parameter that is frozen at first, and one that is frozen meanwhile, keep their own count of steps.
    away = lambda name, t: (name == "w" and t <= 4) or (name == "b" and 5 <= t <= 8)
    for name in ("sgd_dampening", "adam_amsgrad", "adagrad_all"):
        p = parameters(dtype)
        cases.add(f"frozen_{name}", dtype, **run(p, [SIMPLE[name](p.values())], frozen=away))

    p = parameters(dtype)
    optimizer = Adam(p.values(), lr=0.1)
    def lower(t):
        optimizer.param_groups[0]["lr"] = 0.1 if t <= 5 else 0.01
    cases.add("rate_changes", dtype, **run(p, [optimizer], before=lower))

    for limit in (0.5, 1e6):
        p = parameters(dtype)
        for name in p:
            p[name].grad = GRADIENTS[name][0].to(dtype).clone()
        norm = torch.nn.utils.clip_grad_norm_(p.values(), limit)
        cases.add(f"clip_norm_{limit:g}", dtype, norm=norm, **{name: p[name].grad for name in p})
    p = parameters(dtype)
    for name in p:
        p[name].grad = GRADIENTS[name][0].to(dtype).clone()
    torch.nn.utils.clip_grad_value_(p.values(), 0.25)
    cases.add("clip_value", dtype, **{name: p[name].grad for name in p})

    # The average of SGD's path.
    p = parameters(dtype)
    module = torch.nn.ParameterDict(p)
    averaged = torch.optim.swa_utils.AveragedModel(
        module, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    optimizer = SGD(p.values(), lr=0.1)
    kept = {name: [] for name in p}
    for t in range(1, STEPS + 1):
        for name in p:
            p[name].grad = GRADIENTS[name][t - 1].to(dtype)
        optimizer.step()
        averaged.update_parameters(module)
        for name in p:
            kept[name].append(averaged.module[name].detach().clone())
    cases.add("ema", dtype, **{name: torch.stack(values) for name, values in kept.items()})

cases.save("nn_optim")
