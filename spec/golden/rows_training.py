"""Layers, losses, initialisers, and optimisers over ten steps."""

from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn

from witness import INF, NAN, floats, full, number, numbers, plain, row, wave, weights, whole


def layers():
    rows = []
    for shape in [(4,), (1, 4), (2, 4), (0, 4), (2, 1, 4), (1, 2, 1, 2, 4)]:
        for bias in (True, False):
            given = [wave(*shape), wave(3, 4, start=1)] + ([wave(3, start=2)] if bias else [])
            name = f"of [{', '.join(map(str, shape))}], {'with' if bias else 'without'} bias"
            rows.append(row("linearForward", name, F.linear, given))
    rows.append(row("linearForward", "of one feature", F.linear, [wave(2, 1), wave(1, 1, start=1), wave(1, start=2)]))
    given = [full(2, 4), full(3, 4, start=1), full(3, start=2)]
    rows.append(row("linearForward", "of numbers with all digits", F.linear, given))
    special = floats(1, INF, NAN, 2, 0, 1).reshape(3, 2)
    rows.append(row("linearForward", "of the infinite and NaN", F.linear, [special, wave(1, 2, start=1)]))

    modules = {"relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}
    modules |= {"softmax": nn.Softmax(-1), "logSoftmax": nn.LogSoftmax(-1)}
    for name, module in modules.items():
        for shape in [(3,), (2, 1, 3)]:
            rows.append(row("activation", f"{name} of rank {len(shape)}", module, [wave(*shape)], activation=name))

    def sequential(name, module, shape, elements):
        """The inputs are x and the module's parameters; `elements` are the layers, with the numbers of their inputs."""
        names = [path for path, _ in module.named_parameters()]
        shapes = [parameter.shape for parameter in module.parameters()]
        values = [wave(*size, start=i + 1) / 2 for i, size in enumerate(shapes)]
        call = lambda x, *given: torch.func.functional_call(module, dict(zip(names, given)), (x,))
        return row("sequential", name, call, [wave(*shape), *values], layers=elements)

    two = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2, bias=False), nn.LogSoftmax(-1))
    nested = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.Sigmoid()), nn.Sequential(), nn.Linear(2, 1))
    return rows + [
        sequential("of two linear layers", two.double(), (2, 3), [[1, 2], "tanh", [3], "logSoftmax"]),
        sequential("of sequentials", nested.double(), (2, 1, 2), [[[1, 2], "sigmoid"], [], [3, 4]]),
        sequential("of nothing", nn.Sequential(), (2,), []),
    ]


REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(name, scores, target, reduction="mean"):
    """Our classes are the last axis, PyTorch's the second: rows one after the other are the same to both."""
    labels = not target.is_floating_point()

    def loss(x, p):
        rows = x.reshape(-1, x.shape[-1])
        known = p.reshape(-1).long() if labels else p.reshape(rows.shape)
        value = F.cross_entropy(rows, known, reduction=reduction)
        return value.reshape(x.shape[:-1]) if reduction == "none" else value

    return row("softmaxCrossEntropy", f"{name}, {reduction}", loss, [scores, target], reduction=reduction)


def losses():
    scores, labels = wave(4, 3), whole(2, 0, 1, 1)
    large = floats(10000, -10000, 0, -10000, 10000, 0, 0, 10000, 10000).reshape(3, 3)
    impossible = floats(1, -INF, 2, 0.5, 0, -INF).reshape(2, 3)
    parts = floats(16, 32, 16, 64, 0, 0, 0, 8, 56, 20, 20, 24).reshape(4, 3) / 64
    rows = [cross_entropy("of labels", scores, labels, r) for r in REDUCTIONS]
    rows += [cross_entropy("of distributions", scores, parts, r) for r in REDUCTIONS]
    four = whole(1, 0, 0, 1).reshape(1, 2, 1, 2)
    rows += [cross_entropy("of rank 5", wave(1, 2, 1, 2, 2), four, r) for r in REDUCTIONS]
    rows += [
        cross_entropy("of rank 3 with distributions", wave(2, 1, 3), parts[:2].reshape(2, 1, 3)),
        cross_entropy("of one example without a batch", wave(3), torch.tensor(1, dtype=torch.int32)),
        cross_entropy("of numbers with all digits", full(2, 3), whole(2, 0)),
        cross_entropy("of one class", wave(3, 1), whole(0, 0, 0)),
        cross_entropy("of scores of +-10000, right", large, whole(0, 1, 2), "none"),
        cross_entropy("of scores of +-10000, wrong", large, whole(1, 0, 0)),
        cross_entropy("of scores of +-10000 with distributions", large, parts[1:]),
        cross_entropy("of an impossible class, not the label", impossible, whole(0, 1), "none"),
        cross_entropy("of an impossible class, the label", impossible, whole(1, 2), "none"),
        cross_entropy("of an impossible class with distributions", impossible, parts[1:3, [0, 2, 1]], "none"),
        cross_entropy("of NaN", floats(NAN, 1, 2, 3).reshape(2, 2), whole(1, 0), "none"),
        cross_entropy("of an empty batch", wave(0, 3), whole()),
    ]

    def mse(name, x, y, reduction="mean"):
        function = lambda a, b: F.mse_loss(a, b, reduction=reduction)
        return row("mseLoss", f"{name}, {reduction}", function, [x, y], reduction=reduction)

    for shape in [(), (1,), (2, 3), (1, 2, 1, 2, 1)]:
        rows += [mse(f"of rank {len(shape)}", wave(*shape), wave(*shape, start=3), r) for r in REDUCTIONS]
    return rows + [
        mse("of numbers with all digits", full(2, 2), full(2, 2, start=1)),
        mse("of equal numbers", wave(3), wave(3)),
        mse("of the infinite and NaN", floats(INF, NAN, -INF, 1), floats(1, 1, -INF, 2), "none"),
        mse("of large and small numbers", floats(2.0**50, 2.0**-50), floats(0, 2.0**-51), "none"),
        mse("of an empty batch", wave(0, 3), wave(0, 3)),
        mse("of shapes that broadcast", wave(2, 1), wave(2, start=3)),
    ]


def initializers():
    """Where PyTorch draws from: the bounds or the deviation that its function hands to the generator."""
    gain = {"a": 0, "mode": "fan_in", "nonlinearity": "relu"}
    lecun = {**gain, "nonlinearity": "linear"}
    functions = {
        "xavierUniform": (nn.init.xavier_uniform_, {}),
        "xavierNormal": (nn.init.xavier_normal_, {}),
        "heUniform": (nn.init.kaiming_uniform_, gain),
        "heNormal": (nn.init.kaiming_normal_, gain),
        "lecunUniform": (nn.init.kaiming_uniform_, lecun),
        "lecunNormal": (nn.init.kaiming_normal_, lecun),
    }
    def asked_of(of, shape):
        function, settings = functions[of]
        weight = torch.zeros(shape, dtype=torch.float64)
        asked = []
        draw = lambda tensor, *given, **_: asked.extend(given) or tensor
        with mock.patch.object(torch.Tensor, "uniform_", draw), mock.patch.object(torch.Tensor, "normal_", draw):
            function(weight, **settings)
        first, second = map(number, asked)
        made = {"low": first, "high": second} if "Uniform" in of else {"mean": first, "std": second}
        return {"shape": list(shape), **made}

    rows = []
    for shape in [(4, 2, 3), (2, 3, 1, 2), (1, 1, 1, 2, 2)]:
        for of in functions:
            name = f"by {of} of [{', '.join(map(str, shape))}]"
            rows.append({"of": "drawParameter", "name": name, "base": of, **asked_of(of, shape)})
    for out_features, in_features in [(1, 1), (3, 5), (4, 2)]:
        for of in functions:
            name = f"of {in_features} to {out_features}"
            rows.append({"of": of, "name": name, **asked_of(of, (out_features, in_features))})
        for of, function in {"zeros": nn.init.zeros_, "ones": nn.init.ones_}.items():
            value = plain(function(torch.empty(out_features, in_features, dtype=torch.float64)))
            name = f"of {in_features} to {out_features}"
            rows.append({"of": of, "name": name, "shape": value["shape"], "value": value})
    return rows


def optimizers():
    sgd = lambda **settings: lambda p: torch.optim.SGD(p, **settings)
    adam = lambda **settings: lambda p: torch.optim.Adam(p, **settings)
    made = []
    for of, settings, make in [
        ("sgd", {"learningRate": 0.125}, sgd(lr=0.125)),
        ("sgd", {"learningRate": 0.0625, "momentum": 0.9}, sgd(lr=0.0625, momentum=0.9)),
        (
            "sgd",
            {"learningRate": 0.0625, "momentum": 0.9, "nesterov": True},
            sgd(lr=0.0625, momentum=0.9, nesterov=True),
        ),
        ("sgd", {"learningRate": 0.015625, "momentum": 0.99}, sgd(lr=0.015625, momentum=0.99)),
        ("adam", {}, adam()),
        ("adam", {"learningRate": 0.03125}, adam(lr=0.03125)),
        (
            "adam",
            {"learningRate": 0.0625, "beta1": 0.5, "beta2": 0.75, "eps": 0.125},
            adam(lr=0.0625, betas=(0.5, 0.75), eps=0.125),
        ),
        ("adam", {"learningRate": 0.5, "beta1": 0, "beta2": 0, "eps": 1}, adam(lr=0.5, betas=(0.0, 0.0), eps=1)),
        ("adam", {"beta1": 0.99, "beta2": 0.9999, "eps": 1e-6}, adam(betas=(0.99, 0.9999), eps=1e-6)),
        ("adam", {"learningRate": 0.25, "beta1": 0, "beta2": 0.5}, adam(lr=0.25, betas=(0.0, 0.5))),
    ]:
        made += [training(of, settings, make), steps(of, settings, make, 1), steps(of, settings, make, 2.0**-30)]
    return made


def spelled(settings):
    return ", ".join(f"{name} {value}" for name, value in settings.items()) or "defaults"


def training(of, settings, make):
    """Ten steps of tanh(x W1^T + b1) W2^T + b2 against y: the loss before each, and the parameters after the last."""
    x, y = wave(6, 3), wave(6, 2, start=41)
    first = [wave(4, 3, start=3) / 2, wave(4, start=11) / 4, wave(2, 4, start=23) / 2, wave(2, start=29) / 4]
    weight1, bias1, weight2, bias2 = parameters = [parameter.clone().requires_grad_() for parameter in first]
    stepper = make(parameters)
    found = []
    for _ in range(10):
        stepper.zero_grad()
        loss = F.mse_loss(F.linear(torch.tanh(F.linear(x, weight1, bias1)), weight2, bias2), y)
        loss.backward()
        stepper.step()
        found.append(number(loss.item()))
    return {
        "of": of,
        "name": f"training a network, {spelled(settings)}",
        "settings": settings,
        "x": plain(x),
        "y": plain(y),
        "parameters": [plain(parameter) for parameter in first],
        "losses": found,
        "trained": [numbers(parameter) for parameter in parameters],
    }


def steps(of, settings, make, scale):
    """Ten steps with given gradients, scale * weights(step + 3 i) for parameter i, one of them 0 in the second half."""
    first = [wave(), wave(0, 2), wave(1, start=1), wave(2, 1, 2, start=2)]
    parameters = [parameter.clone().requires_grad_() for parameter in first]
    stepper = make(parameters)
    for step in range(10):
        for i, parameter in enumerate(parameters):
            gone = i == 2 and step >= 5
            parameter.grad = weights(parameter.shape, step + 3 * i) * (0 if gone else scale)
        stepper.step()
    return {
        "of": of,
        "name": f"with gradients of {scale:.0e}, {spelled(settings)}",
        "settings": settings,
        "scale": scale,
        "parameters": [plain(parameter) for parameter in first],
        "trained": [numbers(parameter) for parameter in parameters],
    }


def rows():
    return layers() + losses() + initializers() + optimizers()
