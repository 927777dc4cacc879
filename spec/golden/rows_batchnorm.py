"""Batch norm: what it gives in training and evaluation, and what its running statistics become. Channels last here."""

import torch
import torch.nn.functional as F
from torch import nn

from rows_layers import channels_first, named
from witness import INF, NAN, floats, full, numbers, row, wave

SHAPES = [(2, 1), (4, 3), (9, 7), (3, 2, 2), (1, 5, 1), (2, 1, 2, 3), (1, 2, 2, 1), (2, 2, 3, 5)]


def statistics(features):
    """A running mean, and a running variance above 0."""
    return wave(features, start=3), wave(features, start=4).abs() + 0.25


def given(mean, variance):
    return {"runningMean": numbers(mean), "runningVariance": numbers(variance)}


def normalized():
    """Without statistics of its own in training, with given ones in evaluation."""

    def training(eps=0.125):
        return channels_first(lambda x, w=None, b=None: F.batch_norm(x, None, None, w, b, True, 0.1, eps))

    def evaluating(mean, variance, eps=0.125):
        return channels_first(lambda x, w=None, b=None: F.batch_norm(x, mean, variance, w, b, False, 0.1, eps))

    rows = []
    for shape in SHAPES:
        features = shape[-1]
        x, own = wave(*shape), [wave(features, start=1), wave(features, start=2)]
        begun = (torch.zeros(features), torch.ones(features))
        running = statistics(features)
        for name, inputs in [(named(shape), [x, *own]), (f"{named(shape)} without parameters", [x])]:
            rows.append(row("batchNormForward", f"{name}, training", training(), inputs, eps=0.125, **given(*begun)))
            settings = {"eps": 0.125, "training": False, **given(*running)}
            rows.append(row("batchNormForward", f"{name}, evaluation", evaluating(*running), inputs, **settings))
    begun = given(torch.zeros(3), torch.ones(3))
    for name, x, eps in [
        ("of numbers with all digits", full(4, 3), 1e-5),
        ("of numbers far from 0", 16 + wave(4, 3), 1e-5),
        ("of numbers further from 0", 1000 + wave(4, 3), 1e-5),
        ("of equal numbers", torch.ones(4, 3), 1e-5),
        ("of images with all digits", full(2, 2, 2, 3), 1e-3),
    ]:
        rows.append(row("batchNormForward", f"{name}, training", training(eps), [x], eps=eps, **begun))
    x = floats(1, NAN, 2, 3, INF, 1).reshape(3, 2)
    begun = given(torch.zeros(2), torch.ones(2))
    rows.append(row("batchNormForward", "of the infinite and NaN, training", training(), [x], eps=0.125, **begun))
    running = (floats(0.5, -1), floats(0, 0.25))
    settings = {"eps": 0.125, "training": False, **given(*running)}
    for name, x in [("of one example", wave(1, 2)), ("of no examples", wave(0, 2)), ("of a variance of 0", wave(3, 2))]:
        rows.append(row("batchNormForward", f"{name}, evaluation", evaluating(*running), [x], **settings))
    return rows


MODULES = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d}


def layers():
    """As it begins: what it gives in training, and its running mean and variance after one batch and after three."""
    rows = []
    for settings in [{}, {"eps": 0.125}, {"momentum": 0.5}, {"momentum": 0}, {"momentum": 1}, {"affine": False}]:
        spelled = ", ".join(f"{name} {value}" for name, value in settings.items()).lower() or "defaults"
        for shape in [(4, 3), (2, 3, 2), (2, 2, 2, 3)]:
            make = lambda: MODULES[len(shape)](shape[-1], **settings)
            options = {"channels": shape[-1], **settings}
            begun = channels_first(make())
            rows.append(row("batchNorm", f"{named(shape)}, {spelled}", begun, [wave(*shape)], **options))
            for count in (1, 3):

                def after(*batches):
                    module = make()
                    for x in batches:
                        channels_first(module)(x)
                    return torch.stack([module.running_mean, module.running_var])

                batches = [wave(*shape, start=5 * i) + i for i in range(count)]
                name = f"{named(shape)}, {spelled}, its statistics after {count}"
                rows.append(row("batchNorm", name, after, batches, statistics=True, **options))
    return rows


def rows():
    return normalized() + layers()
