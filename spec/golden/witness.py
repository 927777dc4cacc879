"""What the rows of pytorch.jsonl are made of: a function of tensors, its value, its gradients, and theirs."""

import math

import torch

INF, NAN = math.inf, math.nan


def triangle(i):
    return i * (i + 1) // 2


def wave(*shape, start=0):
    """Odd multiples of 1/16 between -2 and 2, no two of the first 32 alike: exact in float32, and none of them 0."""
    size = math.prod(shape)
    return floats(*(((13 * triangle(i) + 5 * start) % 32 - 15.5) / 8 for i in range(size))).reshape(shape)


def full(*shape, start=0):
    """Numbers that need all digits of a float32, so that float32 kernels have to round what they make of them."""
    return (wave(*shape, start=start) / 3).float().double()


def weights(shape, start):
    """Upstream gradients. `goldenWeights` in spec/support/golden.ts has the same formula, so no row repeats them."""
    size = math.prod(shape)
    return floats(*(((13 * triangle(i) + 5 * start) % 64 - 31.5) / 16 for i in range(size))).reshape(shape)


def floats(*values):
    return torch.tensor(values, dtype=torch.float64)


def whole(*values):
    return torch.tensor(values, dtype=torch.int32)


def bools(*values):
    return torch.tensor(values, dtype=torch.bool)


def number(value):
    """JSON has no NaN and no infinity; whole numbers are shorter without their .0, and -0 needs it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    is_short = value == int(value) and abs(value) < 2**53
    is_negative_zero = value == 0 and math.copysign(1, value) < 0
    return int(value) if is_short and not is_negative_zero else float(value)


def numbers(tensor):
    return [number(value) for value in tensor.detach().flatten().tolist()]


DTYPES = {torch.float64: "float32", torch.int32: "int32", torch.bool: "bool"}


def plain(tensor):
    """A tensor as its shape and its numbers, row after row. PyTorch's float64 stands for our float32."""
    dtype = DTYPES[tensor.dtype]
    known = {"shape": list(tensor.shape), "values": numbers(tensor)}
    return known if dtype == "float32" else {**known, "dtype": dtype}


def something(tensor):
    """The numbers of a derivative; None where there is none, or nothing but zeros: PyTorch has either by chance."""
    return None if tensor is None or bool((tensor == 0).all()) else numbers(tensor)


def row(of, name, function, inputs, **options):
    """
    value: function(inputs). gradients: of sum(value * weights(0)), for each input. second: of the sum over inputs i of
    sum(gradient i * weights(i + 1)), for each input and, last, for weights(0). Left out where all of them are None.
    """
    inputs = [x.detach() for x in inputs]
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in inputs]
    y = function(*leaves)
    made = {"of": of, "name": name}
    if options:
        made["options"] = options
    made["inputs"] = [plain(x) for x in inputs]
    made["value"] = plain(y)
    if not y.requires_grad:
        return made
    upstream = weights(y.shape, 0).requires_grad_()
    gradients = derivatives(y, leaves, upstream, create_graph=True)
    made["gradients"] = [something(gradient) for gradient in gradients]
    terms = [
        (gradient * weights(gradient.shape, i + 1)).sum()
        for i, gradient in enumerate(gradients)
        if gradient is not None and gradient.requires_grad
    ]
    second = [something(x) for x in derivatives(sum(terms), [*leaves, upstream])] if terms else []
    if any(x is not None for x in second):
        made["second"] = second
    return made


def derivatives(y, leaves, upstream=None, create_graph=False):
    """For each leaf; None where it is not differentiable or not reached."""
    sources = [leaf for leaf in leaves if leaf.requires_grad]
    found = iter(torch.autograd.grad(y, sources, upstream, create_graph=create_graph, allow_unused=True))
    return [next(found) if leaf.requires_grad else None for leaf in leaves]
