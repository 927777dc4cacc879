"""More optimisers over ten steps, learning rates by step, clipped gradients and averaged weights."""

import copy
import warnings

import torch
from torch import nn
from torch.optim import lr_scheduler as schedulers

from rows_training import steps, training
from witness import INF, NAN, number, numbers, plain, wave, weights

NAMES = {
    "learningRate": "lr",
    "weightDecay": "weight_decay",
    "learningRateDecay": "lr_decay",
    "initialAccumulator": "initial_accumulator_value",
}


def stepper(of, settings):
    """Our settings as PyTorch's."""
    known = {NAMES.get(name, name): value for name, value in settings.items()}
    if of in ("adam", "adamw"):
        known["betas"] = (known.pop("beta1", 0.9), known.pop("beta2", 0.999))
    if of == "rmsprop":
        known.setdefault("lr", 0.01)
    kind = {
        "sgd": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }[of]
    return lambda parameters: kind(parameters, **known)


def optimizers():
    cases = {
        "sgd": [
            {"learningRate": 0.125, "weightDecay": 0.25},
            {"learningRate": 0.0625, "momentum": 0.9, "dampening": 0.5},
            {"learningRate": 0.0625, "momentum": 0.5, "dampening": 0.25, "weightDecay": 0.125},
            {"learningRate": 0.0625, "momentum": 0.9, "nesterov": True, "weightDecay": 0.0625},
            {"learningRate": 0, "momentum": 0.9},
        ],
        "adagrad": [
            {},
            {"learningRate": 0.25},
            {"learningRate": 0.125, "learningRateDecay": 0.5, "eps": 0.25},
            {"learningRate": 0.125, "initialAccumulator": 0.5},
            {"learningRate": 0.0625, "weightDecay": 0.25, "initialAccumulator": 0.125},
        ],
        "rmsprop": [
            {},
            {"learningRate": 0.001, "alpha": 0.99},
            {"learningRate": 0.0625, "alpha": 0.5, "eps": 0.125},
            {"learningRate": 0.03125, "momentum": 0.9},
            {"learningRate": 0.03125, "centered": True, "alpha": 0.9},
            {"learningRate": 0.03125, "centered": True, "momentum": 0.5, "weightDecay": 0.125, "eps": 0.0625},
            {"learningRate": 0.0625, "alpha": 0, "eps": 1},
        ],
        "adam": [
            {"learningRate": 0.03125, "weightDecay": 0.25},
            {"learningRate": 0.25, "beta1": 0.25, "beta2": 0.5, "weightDecay": 0.125},
        ],
        "adamw": [
            {},
            {"learningRate": 0.03125, "weightDecay": 0.5},
            {"learningRate": 0.0625, "beta1": 0.25, "beta2": 0.5, "eps": 0.125, "weightDecay": 0.25},
            {"learningRate": 0.03125, "weightDecay": 0},
        ],
    }
    made = []
    for of, several in cases.items():
        for settings in several:
            make = stepper(of, settings)
            made += [training(of, settings, make), steps(of, settings, make, 1)]
            # A mean of less than eps^2 under a root has no digits left to compare where it is centred.
            if not settings.get("centered"):
                made.append(steps(of, settings, make, 2.0**-30))
    return made


class Following:
    """An optimiser that asks its schedule after each step."""

    def __init__(self, optimizer, schedule):
        self.optimizer, self.schedule = optimizer, schedule
        self.zero_grad = optimizer.zero_grad

    def step(self):
        self.optimizer.step()
        self.schedule.step()


def scheduled():
    """Optimisers whose learning rate changes in the course of the ten steps."""
    cosine = {"_tag": "CosineDecay", "learningRate": 0.125, "steps": 10, "minimum": 0.015625}
    falling = {"_tag": "ExponentialDecay", "learningRate": 0.0625, "gamma": 0.75}

    def by_cosine(of, settings):
        make = stepper(of, {**settings, "learningRate": 0.125})

        def both(parameters):
            optimizer = make(parameters)
            return Following(optimizer, schedulers.CosineAnnealingLR(optimizer, 10, eta_min=0.015625))

        return training(of, {**settings, "learningRate": cosine}, both)

    def by_exponent(of, settings):
        make = stepper(of, {**settings, "learningRate": 0.0625})

        def both(parameters):
            optimizer = make(parameters)
            return Following(optimizer, schedulers.ExponentialLR(optimizer, 0.75))

        return training(of, {**settings, "learningRate": falling}, both)

    return [
        by_cosine("sgd", {"momentum": 0.9}),
        by_cosine("adamw", {"weightDecay": 0.25}),
        by_exponent("adagrad", {"learningRateDecay": 0.25}),
        by_exponent("rmsprop", {"momentum": 0.5}),
    ]


def grouped():
    """The first layer of the network by one optimiser with settings of its own, the second by the rest."""
    rows = []
    for of, first, second in [
        ("sgd", {"learningRate": 0.125, "momentum": 0.5}, {"learningRate": 0.03125, "weightDecay": 0.25}),
        ("rmsprop", {"learningRate": 0.03125, "alpha": 0.5}, {"learningRate": 0.0625, "momentum": 0.5}),
    ]:

        def make(parameters):
            parts = [{"params": parameters[:2]}, {"params": parameters[2:]}]
            for part, settings in zip(parts, (first, second)):
                part |= {NAMES.get(name, name): value for name, value in settings.items()}
            return stepper(of, {})(parts)

        parts = [{"path": "first", "of": of, "settings": first}]
        settings = {"groups": parts, "otherwise": {"of": of, "settings": second}}
        row = training("groups", settings, make)
        rows.append({**row, "name": f"of {of}, training a network"})
    return rows


def rates(of, name, settings, learning_rate, make, count=40):
    """The rates of the first updates, by stepping; ours is a function of the step."""
    with warnings.catch_warnings():
        # Nothing is updated here but the rate.
        warnings.simplefilter("ignore")
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=learning_rate)
        schedule = make(optimizer)
        found = []
        for step in range(count):
            if step > 0:
                schedule.step()
            found.append(number(optimizer.param_groups[0]["lr"]))
    return {"of": of, "name": name, "settings": settings, "rates": found}


def schedules():
    rows = []
    for size, gamma in [(1, 0.5), (7, 0.1), (13, 1.0), (5, 0.0)]:
        settings = {"learningRate": 0.3, "stepSize": size, "gamma": gamma}
        make = lambda optimizer: schedulers.StepLR(optimizer, size, gamma)
        rows.append(rates("stepDecay", f"of {size} by {gamma}", settings, 0.3, make))
    for gamma in [0.9, 0.5, 1.0]:
        settings = {"learningRate": 0.3, "gamma": gamma}
        make = lambda optimizer: schedulers.ExponentialLR(optimizer, gamma)
        rows.append(rates("exponentialDecay", f"by {gamma}", settings, 0.3, make))
    for size, minimum in [(1, 0.0), (10, 0.0), (40, 0.1), (17, 0.25)]:
        settings = {"learningRate": 0.3, "steps": size, "minimum": minimum}
        make = lambda optimizer: schedulers.CosineAnnealingLR(optimizer, size, eta_min=minimum)
        rows.append(rates("cosineDecay", f"of {size} to {minimum}", settings, 0.3, make))
    for size, factor, minimum in [(1, 1, 0.0), (10, 1, 0.0), (3, 2, 0.1), (1, 2, 0.0), (2, 3, 0.0), (50, 2, 0.0)]:
        settings = {"learningRate": 0.3, "steps": size, "tMult": factor, "minimum": minimum}
        make = lambda optimizer: schedulers.CosineAnnealingWarmRestarts(optimizer, size, factor, eta_min=minimum)
        rows.append(rates("cosineRestarts", f"of {size}, times {factor}, to {minimum}", settings, 0.3, make))
    for steps, ours in [
        (40, {}),
        (40, {"annealing": "linear"}),
        (37, {"pctStart": 0.1, "divFactor": 10, "finalDivFactor": 100}),
        (40, {"threePhase": True}),
        (31, {"threePhase": True, "annealing": "linear", "pctStart": 0.45}),
        (40, {"pctStart": 1.0}),
        (40, {"pctStart": 0.0}),
        (2, {"pctStart": 0.25}),
    ]:
        spelled = {"pctStart": "pct_start", "divFactor": "div_factor", "finalDivFactor": "final_div_factor"}
        theirs = {spelled[name]: value for name, value in ours.items() if name in spelled}
        theirs |= {"three_phase": ours.get("threePhase", False)}
        theirs |= {"anneal_strategy": "linear" if ours.get("annealing") == "linear" else "cos"}
        make = lambda optimizer: schedulers.OneCycleLR(
            optimizer, 0.3, total_steps=steps, cycle_momentum=False, **theirs
        )
        name = ", ".join([f"of {steps}", *(f"{key} {value}" for key, value in ours.items())])
        rows.append(rates("oneCycle", name, {"maximum": 0.3, "steps": steps, **ours}, 0.3, make, count=steps))
    for size, factor in [(5, 0.25), (1, 1 / 3), (20, 0.0625), (4, 1.0)]:
        settings = {"schedule": 0.3, "steps": size, "startFactor": factor}
        make = lambda optimizer: schedulers.LinearLR(optimizer, factor, total_iters=size)
        rows.append(rates("warmUp", f"of {size} from {factor:.4f}", settings, 0.3, make))
    settings = {
        "schedule": {"_tag": "CosineDecay", "learningRate": 0.3, "steps": 20, "minimum": 0.125},
        "steps": 6,
        "startFactor": 0.125,
    }

    def sequential(optimizer):
        warm = schedulers.LinearLR(optimizer, 0.125, total_iters=6)
        cosine = schedulers.CosineAnnealingLR(optimizer, 20, eta_min=0.125)
        return schedulers.SequentialLR(optimizer, [warm, cosine], milestones=[6])

    return [*rows, rates("warmUp", "before a cosine", settings, 0.3, sequential, count=26)]


def plateaus():
    falling = [4, 3, 2.5, 2.4999, 2.5, 2.6, 2.4, 2.4, 2.4, 2.4, 2.4, 2.39, 2.39, 2.39, 2.39, 1, 1, 1, 1, 1, 1]
    rows = []
    for name, values, ours in [
        ("with patience 2", falling, {"patience": 2}),
        ("with patience 0", falling, {"patience": 0, "factor": 0.5}),
        ("with the patience of the defaults", [1.0] * 25, {}),
        ("with an absolute threshold", falling, {"patience": 1, "threshold": 0.25, "thresholdMode": "absolute"}),
        ("with a relative threshold", falling, {"patience": 1, "threshold": 0.25}),
        ("with a cooldown", falling, {"patience": 1, "cooldown": 3, "factor": 0.5}),
        ("of a maximum", [-value for value in falling], {"patience": 1, "mode": "maximum"}),
        ("of an absolute maximum", falling[::-1], {"patience": 1, "mode": "maximum", "thresholdMode": "absolute"}),
        ("down to a minimum", [1.0] * 20, {"patience": 1, "factor": 0.5, "minimum": 0.125}),
        ("down to what is too small to count", [1.0] * 30, {"patience": 0}),
        ("of NaN", [2.0, NAN, NAN, NAN, 1.0, NAN], {"patience": 1}),
    ]:
        spelled = {"thresholdMode": "threshold_mode", "minimum": "min_lr"}
        words = {"minimum": "min", "maximum": "max", "absolute": "abs", "relative": "rel"}
        theirs = {spelled.get(key, key): words.get(value, value) for key, value in ours.items()}
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
        schedule = schedulers.ReduceLROnPlateau(optimizer, **theirs)
        found = []
        for value in values:
            schedule.step(value)
            found.append(number(optimizer.param_groups[0]["lr"]))
        measured = [number(value) for value in values]
        rows.append({"of": "onPlateau", "name": name, "settings": ours, "measured": measured, "scales": found})
    return rows


def clipped():
    """Of the gradients weights(3 i) of parameter i, with one number put in place of the first."""
    rows = []
    shapes = [(), (0, 2), (3,), (2, 1, 2)]
    for of, limits in {"clipByValue": [0.5, 10.0], "clipByGlobalNorm": [0.5, 3.0, 100.0, INF]}.items():
        for limit in limits:
            for first in [None, 0.0, INF, NAN]:
                parameters = [nn.Parameter(wave(*shape)) for shape in shapes]
                for i, parameter in enumerate(parameters):
                    parameter.grad = weights(parameter.shape, 3 * i)
                if first is not None:
                    parameters[0].grad.fill_(first)
                given = [plain(parameter.grad) for parameter in parameters]
                norm = None
                if of == "clipByValue":
                    nn.utils.clip_grad_value_(parameters, limit)
                else:
                    norm = number(nn.utils.clip_grad_norm_(parameters, limit).item())
                made = {"of": of, "name": f"to {limit}" + ("" if first is None else f", with {first}")}
                made |= {"limit": number(limit), "given": given, "norm": norm}
                rows.append({**made, "clipped": [numbers(parameter.grad) for parameter in parameters]})
    return rows


def averaged():
    """The average of what parameters are after each of five steps, the first its start."""
    rows = []
    for decay in [0.0, 0.5, 0.75, 0.999, 1.0]:
        module = nn.Linear(3, 2).double()
        average = None
        models = []
        for step in range(5):
            with torch.no_grad():
                for i, parameter in enumerate(module.parameters()):
                    parameter.copy_(weights(parameter.shape, step + 3 * i))
            models.append([plain(parameter) for parameter in module.parameters()])
            if average is None:
                average = torch.optim.swa_utils.AveragedModel(
                    module, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(decay)
                )
            average.update_parameters(copy.deepcopy(module))
        found = [numbers(parameter) for parameter in average.module.parameters()]
        rows.append({"of": "movingAverage", "name": f"by {decay}", "decay": decay, "models": models, "averaged": found})
    return rows


def rows():
    return optimizers() + scheduled() + grouped() + schedules() + plateaus() + clipped() + averaged()
