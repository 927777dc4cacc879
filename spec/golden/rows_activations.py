"""Activations, the layers that apply them, and layers that are made of layers."""

import torch
import torch.nn.functional as F

from witness import INF, floats, full, row, wave

SMOOTH = floats(-1e4, -100, -40, -8, -3, -0.25, 0.25, 3, 8, 100, 1e4)
GATES = {"sigmoid": torch.sigmoid, "silu": F.silu, "gelu": F.gelu, "relu": torch.relu, "identity": lambda x: x}


def soft(x, beta=1.0):
    """PyTorch's threshold, 20 by default, is an approximation: what lies beyond it differs by 2e-9."""
    return F.softplus(x, beta=beta, threshold=200)


def hard(x):
    """F.hardsigmoid, which has no second derivative."""
    return F.relu6(x + 3) / 6


def functions():
    """Each with its settings, and how PyTorch calls them."""
    return [
        ("expm1", {}, torch.expm1),
        ("erf", {}, torch.erf),
        ("softplus", {}, soft),
        ("softplus", {"beta": 0.5}, lambda x: soft(x, 0.5)),
        ("softplus", {"beta": 3}, lambda x: soft(x, 3.0)),
        ("leakyRelu", {}, F.leaky_relu),
        ("leakyRelu", {"slope": 0.25}, lambda x: F.leaky_relu(x, 0.25)),
        ("leakyRelu", {"slope": -2}, lambda x: F.leaky_relu(x, -2.0)),
        ("elu", {}, F.elu),
        ("elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)),
        ("selu", {}, F.selu),
        ("celu", {}, F.celu),
        ("celu", {"alpha": 0.25}, lambda x: F.celu(x, 0.25)),
        ("celu", {"alpha": 2}, lambda x: F.celu(x, 2.0)),
        ("gelu", {}, F.gelu),
        ("geluTanh", {}, lambda x: F.gelu(x, approximate="tanh")),
        ("silu", {}, F.silu),
        ("mish", {}, F.mish),
        ("hardSigmoid", {}, hard),
        ("hardSwish", {}, F.hardswish),
    ]


def spelled(settings):
    return "".join(f", {name} {value}" for name, value in settings.items())


def of_functions():
    rows = []
    for of, settings, function in functions():
        made = lambda name, x: row(of, name + spelled(settings), function, [x], **settings)
        rows += [
            made("of rank 0", wave()),
            made("of size 0", wave(0, 3)),
            made("of size 1", wave(1, 1)),
            made("of rank 5", wave(1, 2, 1, 3, 1)),
            made("of small numbers", floats(2.0**-20, -(2.0**-20))),
            made("of numbers with all digits", full(2, 3)),
        ]
        # At 0 PyTorch's elu has the slope of its left side, and no second derivative.
        if of not in ("elu", "selu", "celu"):
            rows.append(made("of zeros", floats(0, 0)))
        # PyTorch's second derivative of mish is NaN at 1e4.
        if of != "expm1":
            rows.append(made("of large and small numbers", SMOOTH[:-1] if of == "mish" else SMOOTH))
    rows += [
        row("expm1", "of numbers below 0", torch.expm1, [floats(-1e4, -100, -40, -1)]),
        row("erf", "of the infinite", torch.erf, [floats(INF, -INF)]),
        row("erf", "from tail to tail", torch.erf, [floats(-6, -4, -2.5, -1, 1, 2, 3, 4, 5)]),
        row("hardSigmoid", "at its kinks", hard, [floats(-3, 3)]),
        row("hardSwish", "at its kinks", F.hardswish, [floats(-3, 3)]),
        row("elu", "of infinity", F.elu, [floats(INF)]),
        row("silu", "in its left tail", F.silu, [floats(-20, -60)]),
        row("mish", "in its left tail", F.mish, [floats(-20, -40)]),
        row("softplus", "in its left tail", soft, [floats(-20, -60)]),
    ]
    return rows


def halves(axis, gate):
    def function(x):
        first, second = torch.chunk(x, 2, axis)
        return first * GATES[gate](second)

    return function


def of_glu():
    rows = [
        row("glu", "of rank 1", F.glu, [wave(4)]),
        row("glu", "of rank 5", F.glu, [wave(1, 2, 1, 2, 4)]),
        row("glu", "of size 0", F.glu, [wave(0, 4)]),
        row("glu", "of two numbers", F.glu, [wave(1, 2)]),
        row("glu", "along the first axis", lambda x: F.glu(x, 0), [wave(4, 3)], axis=0),
        row("glu", "along axis 1", lambda x: F.glu(x, 1), [wave(2, 4, 3)], axis=1),
        row("glu", "of large numbers", F.glu, [floats(1, 2, 3, 1e4, -1e4, 100)]),
        row("glu", "of numbers with all digits", F.glu, [full(3, 4)]),
    ]
    return rows + [
        row("glu", f"with the gate {gate}", halves(-1, gate), [wave(3, 4)], gate=gate) for gate in GATES
    ]


def of_layers():
    names = {
        "celu": F.celu,
        "elu": F.elu,
        "gelu": F.gelu,
        "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
        "glu": F.glu,
        "hardSigmoid": hard,
        "hardSwish": F.hardswish,
        "leakyRelu": F.leaky_relu,
        "mish": F.mish,
        "selu": F.selu,
        "silu": F.silu,
        "softplus": soft,
    }
    rows = [
        row("activation", f"{name} of rank {len(shape)}", function, [wave(*shape)], activation=name)
        for name, function in names.items()
        for shape in [(4,), (2, 1, 4)]
    ]
    for shape in [(), (3,), (0, 3), (2, 3), (1, 2, 1, 2, 3)]:
        name = f"of [{', '.join(map(str, shape))}]"
        one = lambda x, slope: F.prelu(x.reshape(1, -1), slope).reshape(x.shape)
        rows.append(row("preluForward", f"{name}, one slope", one, [wave(*shape), wave(1, start=2)]))
        if shape:
            each = lambda x, slope: F.prelu(x.reshape(-1, 3), slope).reshape(x.shape)
            rows.append(row("preluForward", f"{name}, a slope for each", each, [wave(*shape), wave(3, start=2)]))
    rows.append(row("preluForward", "of large numbers", F.prelu, [floats(-1e4, 1e4), wave(1, start=2)]))

    def swiglu(x, gate, up, down):
        return F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down)

    def swiglu_with_biases(x, gate, gate_bias, up, up_bias, down, down_bias):
        return F.linear(F.silu(F.linear(x, gate, gate_bias)) * F.linear(x, up, up_bias), down, down_bias)

    for shape in [(3,), (0, 3), (1, 3), (2, 1, 3)]:
        given = [wave(*shape), wave(4, 3, start=1) / 2, wave(4, 3, start=2) / 2, wave(2, 4, start=3) / 2]
        rows.append(row("swigluForward", f"of rank {len(shape)}, {shape[0]} first", swiglu, given))
        x, gate, up, down = given
        biased = [x, gate, wave(4, start=4), up, wave(4, start=5), down, wave(2, start=6)]
        rows.append(row("swigluForward", f"of rank {len(shape)}, {shape[0]} first, with biases", swiglu_with_biases, biased))

    for shape, start, end in [((2, 3), 1, -1), ((2, 3, 2), 1, -1), ((2, 3, 2), 0, 1), ((0, 2, 3), 1, -1), ((2, 1, 3, 1, 2), 2, -2)]:
        name = f"of rank {len(shape)}, {shape[0]} first, from {start} to {end}"
        flat = lambda x: torch.flatten(x, start, end)
        rows.append(row("flattenForward", name, flat, [wave(*shape)], **{"from": start, "to": end}))
    for shape, to in [((2, 6), (2, 3)), ((2, 6), (-1, 2)), ((3, 2, 2), (4,)), ((2,), ()), ((2, 3, 1, 2, 1), (6,))]:
        name = f"of rank {len(shape)} to [{', '.join(map(str, to))}]"
        change = lambda x: x.reshape(shape[0], *to)
        rows.append(row("reshapeToForward", name, change, [wave(*shape)], shape=list(to)))

    joins = {"concat": lambda ys: torch.cat(ys, -1), "add": lambda ys: sum(ys), "mul": lambda ys: ys[0] * ys[1]}
    for name, join in joins.items():
        both = lambda x, first, second: join([torch.tanh(F.linear(x, first)), F.linear(x, second)])
        given = [wave(2, 3), wave(2, 3, start=1) / 2, wave(2, 3, start=2) / 2]
        rows.append(row("parallel", f"with join {name}", both, given, join=name, layers=[[[1], "tanh"], [2]]))
    along = lambda x, weight: torch.cat([F.linear(x, weight), torch.tanh(x)], 0)
    rows.append(
        row("parallel", "along the first axis", along, [wave(2, 3), wave(3, 3, start=1)], axis=0, layers=[[1], "tanh"])
    )
    around = lambda x, weight, bias: x + torch.tanh(F.linear(x, weight, bias))
    for shape in [(3,), (0, 3), (2, 1, 3)]:
        given = [wave(*shape), wave(3, 3, start=1) / 2, wave(3, start=2)]
        rows.append(row("residual", f"of rank {len(shape)}", around, given, layers=[[1, 2], "tanh"]))
    return rows


def rows():
    return of_functions() + of_glu() + of_layers()
