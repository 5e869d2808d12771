"""Learning rate schedules in PyTorch: the rate of each of the first 60 steps.

From the project's root: python3 tests/reference/nn_schedules.py
Writes tests/reference/data/nn_schedules.txt (format: nn_cases.py): the array `rate` per case, and `observed` where the
schedule looks at what is measured.
"""

import math
import warnings

import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import (
    ChainedScheduler, ConstantLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, ExponentialLR, LambdaLR, LinearLR,
    MultiStepLR, OneCycleLR, PolynomialLR, ReduceLROnPlateau, SequentialLR, StepLR)

from nn_cases import Cases

warnings.simplefilter("ignore")
STEPS = 60
cases = Cases()


def curve(name, make, steps=STEPS, base=0.1):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=base, momentum=0.9)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(rates) < steps:
            scheduler.step()
    cases.add(name, torch.float64, rate=torch.tensor(rates, dtype=torch.float64))


curve("constant", lambda o: LambdaLR(o, lambda t: 1.0))
curve("constant_lr", lambda o: ConstantLR(o, factor=0.25, total_iters=7))
curve("linear", lambda o: LinearLR(o))
curve("linear_down", lambda o: LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=33))
curve("step", lambda o: StepLR(o, step_size=7))
curve("step_gamma", lambda o: StepLR(o, step_size=1, gamma=0.9))
curve("multi_step", lambda o: MultiStepLR(o, milestones=[3, 20, 21], gamma=0.3))
curve("multi_step_repeated", lambda o: MultiStepLR(o, milestones=[30, 5, 5], gamma=0.5))
curve("exponential", lambda o: ExponentialLR(o, gamma=0.93))
curve("polynomial", lambda o: PolynomialLR(o, total_iters=40, power=1.0))
curve("polynomial_square", lambda o: PolynomialLR(o, total_iters=59, power=2.0))
curve("polynomial_root", lambda o: PolynomialLR(o, total_iters=13, power=0.5))
curve("cosine", lambda o: CosineAnnealingLR(o, T_max=20))
curve("cosine_minimum", lambda o: CosineAnnealingLR(o, T_max=9, eta_min=0.02))
curve("cosine_long", lambda o: CosineAnnealingLR(o, T_max=100, eta_min=0.001))
curve("restarts", lambda o: CosineAnnealingWarmRestarts(o, T_0=11))
curve("restarts_growing", lambda o: CosineAnnealingWarmRestarts(o, T_0=4, T_mult=2, eta_min=0.01))
curve("restarts_tripling", lambda o: CosineAnnealingWarmRestarts(o, T_0=1, T_mult=3))
curve("one_cycle", lambda o: OneCycleLR(o, max_lr=0.5, total_steps=STEPS))
curve("one_cycle_linear", lambda o: OneCycleLR(o, max_lr=0.5, total_steps=STEPS, anneal_strategy="linear"))
curve("one_cycle_three_phases", lambda o: OneCycleLR(o, max_lr=0.5, total_steps=STEPS, three_phase=True))
curve("one_cycle_all", lambda o: OneCycleLR(o, max_lr=2.0, total_steps=STEPS, pct_start=0.45, anneal_strategy="linear",
                                            div_factor=10.0, final_div_factor=100.0, three_phase=True))
curve("one_cycle_short", lambda o: OneCycleLR(o, max_lr=0.5, total_steps=17, pct_start=0.2), steps=17)
curve("warm_up_cosine", lambda o: SequentialLR(
    o, [LinearLR(o, start_factor=0.01, total_iters=10), CosineAnnealingLR(o, T_max=50)], milestones=[10]))
curve("warm_up_restarts", lambda o: SequentialLR(
    o, [LinearLR(o, start_factor=0.1, total_iters=5), CosineAnnealingWarmRestarts(o, T_0=6, T_mult=2)], milestones=[5]))
curve("sequential", lambda o: SequentialLR(
    o, [ConstantLR(o, factor=0.1, total_iters=100), ExponentialLR(o, gamma=0.9), StepLR(o, step_size=5)],
    milestones=[12, 40]))
curve("chained", lambda o: ChainedScheduler([ExponentialLR(o, gamma=0.95), StepLR(o, step_size=10, gamma=0.5)]))
curve("chained_linear", lambda o: ChainedScheduler(
    [LinearLR(o, start_factor=0.2, total_iters=20), ExponentialLR(o, gamma=0.98)]))

# A noisy curve that gets stuck, with a NaN and infinities in it.
generator = torch.Generator().manual_seed(3)
noise = torch.randn(STEPS, generator=generator, dtype=torch.float64)
observed = torch.tensor([max(0.4, math.exp(-t / 8)) for t in range(STEPS)], dtype=torch.float64) + 0.02 * noise
observed[13], observed[25], observed[40] = math.nan, math.inf, -5.0


def plateau(name, values, **settings):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = ReduceLROnPlateau(optimizer, **settings)
    rates = []
    for value in values.tolist():
        scheduler.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    cases.add(name, torch.float64, observed=values, rate=torch.tensor(rates, dtype=torch.float64))


plateau("plateau", observed, patience=3)
plateau("plateau_default", observed)
plateau("plateau_impatient", observed, patience=0, factor=0.5)
plateau("plateau_cooldown", observed, patience=1, cooldown=4, factor=0.3)
plateau("plateau_minimum", observed, patience=2, factor=0.2, min_lr=1e-3)
plateau("plateau_relative", observed, patience=3, threshold=0.1)
plateau("plateau_absolute", observed, patience=3, threshold=0.05, threshold_mode="abs")
plateau("plateau_max", -observed, patience=3, mode="max")
plateau("plateau_max_absolute", -observed, patience=2, mode="max", threshold=0.05, threshold_mode="abs", factor=0.7)
plateau("plateau_infinite", torch.tensor([math.inf, math.inf, math.inf, 1.0, 1.0, 1.0], dtype=torch.float64), patience=1)

cases.save("nn_schedules")
