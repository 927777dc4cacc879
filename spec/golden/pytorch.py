"""Numbers of PyTorch that the specs compare gradfold with, in float64 on the CPU.

    pip install torch==2.13.0
    python spec/golden/pytorch.py && npx prettier --write spec/golden/pytorch.json

Inputs are multiples of 1/64, so that they are the same in float32. JSON has no NaN and no infinity: they are strings.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

COMMAND = "python spec/golden/pytorch.py && npx prettier --write spec/golden/pytorch.json"


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def plain(tensor):
    """A tensor as its shape and its numbers, row after row."""
    return {"shape": list(tensor.shape), "values": [number(value) for value in tensor.detach().flatten().tolist()]}


def wave(*shape, start=0):
    """Fixed numbers between -2 and 2 without a pattern that a swapped axis would keep."""
    size = math.prod(shape)
    values = [round(128 * math.sin(1.7 * (i + start) + 0.3 * ((i + start) % 5))) / 64 for i in range(size)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def numbers(*values):
    return torch.tensor(values, dtype=torch.float64)


def traced(function, inputs, upstream=None):
    """The value of a function, and the gradient of sum(value * upstream) for each input."""
    leaves = [x.clone().requires_grad_() for x in inputs]
    y = function(*leaves)
    upstream = wave(*y.shape, start=7) if upstream is None else upstream
    gradients = torch.autograd.grad(y, leaves, upstream)
    return {
        "inputs": [plain(x) for x in inputs],
        "upstream": plain(upstream),
        "value": plain(y),
        "gradients": [plain(gradient) for gradient in gradients],
    }


def linear():
    cases = []
    for shape in [(4,), (5, 4), (2, 3, 4)]:
        for bias in [True, False]:
            weights = [wave(3, 4, start=31)] + ([wave(3, start=57)] if bias else [])
            name = f"rank {len(shape)}, {'with' if bias else 'without'} bias"
            cases.append({"name": name, **traced(F.linear, [wave(*shape), *weights])})
    return cases


def functions():
    softmax = lambda x: torch.softmax(x, -1)
    log_softmax = lambda x: torch.log_softmax(x, -1)
    sigmoid, tanh = torch.sigmoid, torch.tanh
    amax = lambda x: torch.amax(x, -1)
    ties = numbers(1, -2, 0.5, 0, -0.0, 3), numbers(1, -3, 0.5, 0, 0, 4)
    broadcast = numbers(1, 2).reshape(2, 1), numbers(1, 2, 3)
    large = numbers(10000, 9999, -10000, 0, 10000, -10000, -10000, -10000, -10001).reshape(3, 3)
    zeros = numbers(0, -0.0, 2, -2)
    infinite = numbers(1, -math.inf, 2, -math.inf, 0, -math.inf).reshape(2, 3)
    cases = [
        ("softmax", "", softmax, [wave(3, 4)]),
        ("softmax", "of scores of +-10000", softmax, [large]),
        ("softmax", "of equal scores", softmax, [torch.full((2, 4), 3.0, dtype=torch.float64)]),
        ("softmax", "of one class", softmax, [wave(3, 1)]),
        ("softmax", "of an impossible class", softmax, [infinite]),
        ("softmax", "of rank 3", softmax, [wave(2, 2, 3)]),
        ("logSoftmax", "", log_softmax, [wave(3, 4)]),
        ("logSoftmax", "of scores of +-10000", log_softmax, [large]),
        ("logSoftmax", "of an impossible class", log_softmax, [infinite]),
        ("relu", "", torch.relu, [wave(3, 4)]),
        ("relu", "at 0", torch.relu, [zeros]),
        ("relu", "of the infinite", torch.relu, [numbers(math.inf, -math.inf)]),
        ("abs", "at 0", torch.abs, [zeros]),
        ("sign", "at 0", torch.sign, [zeros]),
        ("sigmoid", "", sigmoid, [wave(3, 4)]),
        ("sigmoid", "far from 0", sigmoid, [numbers(-1000, -100, 100, 1000, -math.inf, math.inf)]),
        ("sigmoid", "in its left tail", sigmoid, [numbers(-40)]),
        ("tanh", "", tanh, [wave(3, 4)]),
        ("tanh", "far from 0", tanh, [numbers(-1000, -100, 100, 1000, -math.inf, math.inf)]),
        ("tanh", "near 0", tanh, [numbers(2**-20)]),
        ("maximum", "with ties", torch.maximum, ties),
        ("minimum", "with ties", torch.minimum, ties),
        ("maximum", "with a tie in a broadcast", torch.maximum, broadcast),
        ("minimum", "with a tie in a broadcast", torch.minimum, broadcast),
        ("max", "with ties", amax, [numbers(1, 3, 3, 2, 2, 2, 0, -0.0, -1).reshape(3, 3)]),
        ("max", "of the infinite", amax, [numbers(-math.inf, -math.inf, 1, math.inf).reshape(2, 2)]),
    ]
    return [
        {"function": name, "name": f"{name} {detail}".strip(), **traced(function, inputs)}
        for name, detail, function, inputs in cases
    ]


def cross_entropy():
    scores = wave(4, 3)
    large = numbers(10000, -10000, 0, -10000, 10000, 0, 0, 10000, 10000).reshape(3, 3)
    infinite = numbers(1, -math.inf, 2, 0.5, 0, -math.inf).reshape(2, 3)
    labels = torch.tensor([2, 0, 1, 1])
    distributions = torch.tensor([[16, 32, 16], [64, 0, 0], [0, 8, 56], [20, 20, 24]], dtype=torch.float64) / 64
    few = torch.tensor([0, 1, 2])
    cases = [(f"labels, {r}", scores, labels, r) for r in ("mean", "sum", "none")]
    cases += [(f"distributions, {r}", scores, distributions, r) for r in ("mean", "sum", "none")]
    cases += [
        ("scores of +-10000, right", large, few, "none"),
        ("scores of +-10000, wrong", large, torch.tensor([1, 0, 0]), "mean"),
        ("scores of +-10000, distributions", large, distributions[1:], "mean"),
        ("an impossible class, not the label", infinite, torch.tensor([0, 1]), "none"),
        ("an impossible class, the label", infinite, torch.tensor([1, 2]), "none"),
        ("an impossible class, distributions", infinite, distributions[1:3, [0, 2, 1]], "none"),
        ("one class", wave(3, 1), torch.tensor([0, 0, 0]), "mean"),
        ("one example without a batch", wave(3), torch.tensor(1), "mean"),
    ]
    return [
        {
            "name": name,
            "reduction": reduction,
            "target": {**plain(target), "dtype": "float32" if target.is_floating_point() else "int32"},
            **traced(lambda x: F.cross_entropy(x, target, reduction=reduction), [given]),
        }
        for name, given, target, reduction in cases
    ]


def mse():
    return [
        {
            "name": f"{reduction}, rank {len(shape)}",
            "reduction": reduction,
            **traced(lambda x, y: F.mse_loss(x, y, reduction=reduction), [wave(*shape), wave(*shape, start=19)]),
        }
        for shape in [(), (5,), (2, 3)]
        for reduction in ("mean", "sum", "none")
    ]


X, Y = wave(6, 3), wave(6, 2, start=41)
FIRST = {"weight": wave(4, 3, start=3) / 2, "bias": wave(4, start=11) / 4}
SECOND = {"weight": wave(2, 4, start=23) / 2, "bias": wave(2, start=29) / 4}


def optimizer(name, settings, make):
    """Ten steps of tanh(x W1^T + b1) W2^T + b2 against y: the loss before each, and the parameters after the last."""
    parameters = [x.clone().requires_grad_() for x in [*FIRST.values(), *SECOND.values()]]
    weight1, bias1, weight2, bias2 = parameters
    stepper = make(parameters)
    losses = []
    for _ in range(10):
        stepper.zero_grad()
        loss = F.mse_loss(F.linear(torch.tanh(F.linear(X, weight1, bias1)), weight2, bias2), Y)
        loss.backward()
        stepper.step()
        losses.append(loss.item())
    return {"name": name, "settings": settings, "losses": losses, "parameters": [plain(x) for x in parameters]}


def optimizers():
    sgd, adam = torch.optim.SGD, torch.optim.Adam
    both = {"momentum": 0.9, "nesterov": True}
    return {
        "x": plain(X),
        "y": plain(Y),
        "parameters": [plain(x) for x in [*FIRST.values(), *SECOND.values()]],
        "runs": [
            optimizer("sgd", {"learningRate": 0.125}, lambda p: sgd(p, lr=0.125)),
            optimizer("sgd", {"learningRate": 0.0625, "momentum": 0.9}, lambda p: sgd(p, lr=0.0625, momentum=0.9)),
            optimizer("sgd", {"learningRate": 0.0625, **both}, lambda p: sgd(p, lr=0.0625, **both)),
            optimizer("adam", {"learningRate": 0.03125}, lambda p: adam(p, lr=0.03125)),
            optimizer(
                "adam",
                {"learningRate": 0.0625, "beta1": 0.5, "beta2": 0.75, "eps": 0.125},
                lambda p: adam(p, lr=0.0625, betas=(0.5, 0.75), eps=0.125),
            ),
        ],
    }


torch.use_deterministic_algorithms(True)
golden = {
    "torch": torch.__version__,
    "command": COMMAND,
    "linear": linear(),
    "functions": functions(),
    "crossEntropy": cross_entropy(),
    "mse": mse(),
    "optimizers": optimizers(),
}
with open(Path(__file__).with_name("pytorch.json"), "w", encoding="utf-8") as file:
    json.dump(golden, file, allow_nan=False)
