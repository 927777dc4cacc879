"""Operations that add up, along axes or in products, and those that normalise."""

import torch

from witness import INF, NAN, floats, full, row, wave, whole


def reductions():
    functions = {
        "sum": lambda x, axes, keep: torch.sum(x, axes, keep, dtype=x.dtype),
        "mean": torch.mean,
        "max": torch.amax,
    }
    rows = []
    for of, function in functions.items():

        def reduced(detail, x, axis=None, keep=False):
            axes = list(range(x.dim())) if axis is None else axis
            options = {} if axis is None else {"axes" if isinstance(axis, list) else "axis": axis}
            kept = {"keepDims": True} if keep else {}
            return row(of, detail, lambda t: function(t, axes, keep), [x], **options, **kept)

        rows += [
            reduced("of rank 0", wave()),
            reduced("over all axes", wave(2, 3)),
            reduced("over all axes, which stay", wave(2, 3), keep=True),
            reduced("over the last axis", wave(2, 3), -1),
            reduced("over the first axis, which stays", wave(2, 3), 0, True),
            reduced("over a list of axes", wave(2, 3, 2), [0, -1]),
            reduced("over a list of axes out of order, which stay", wave(2, 1, 3), [2, 0], True),
            reduced("of numbers with all digits", full(3, 4), 0),
            reduced("over an axis of size 1", wave(2, 1, 3), 1),
            reduced("of rank 5", wave(2, 1, 2, 1, 3), [1, -3]),
            reduced("of size 0 over what is not empty", wave(0, 3), 1),
            reduced("of the infinite and NaN", floats(1, INF, -INF, -INF, NAN, 2, INF, 3).reshape(4, 2), 1),
            reduced("over an empty list of axes", wave(2, 2), []),
        ]
        if of != "max":
            rows.append(reduced("of nothing", wave(0, 3), 0))
        if of != "mean":
            rows.append(reduced("of int32", whole(3, -4, 2**24 + 1, 5).reshape(2, 2), 0))
    ties = floats(1, 3, 3, 2, 2, 2, 0, -0.0, -1).reshape(3, 3)
    cancelling = floats(2.0**20, 1, -(2.0**20), 2.0**-10)
    return rows + [
        row("max", "of ties", lambda x: torch.amax(x, -1), [ties], axis=-1),
        row("max", "of ties over two axes", lambda x: torch.amax(x, (0, 1), True), [ties], keepDims=True),
        row("sum", "of numbers that cancel", torch.sum, [cancelling]),
        row("mean", "of numbers that cancel", torch.mean, [cancelling]),
        row("sum", "of int32 that wraps", lambda x: torch.sum(x, dtype=torch.int32), [whole(2**31 - 1, 2, 3)]),
    ]


def products():
    def product(detail, x, y, first=False, second=False):
        function = lambda a, b: torch.matmul(a.mT if first else a, b.mT if second else b)
        options = {**({"transposeX": True} if first else {}), **({"transposeY": True} if second else {})}
        return row("matmul", detail, function, [x, y], **options)

    large, small = floats(2.0**60, 2.0**-60).reshape(1, 2), floats(2.0**30, 1).reshape(2, 1)
    return [
        product("of vectors", wave(3), wave(3, start=1)),
        product("of matrices", wave(2, 3), wave(3, 2, start=1)),
        product("with the first transposed", wave(3, 2), wave(3, 2, start=1), True),
        product("with the second transposed", wave(2, 3), wave(2, 3, start=1), False, True),
        product("with both transposed", wave(3, 2), wave(2, 3, start=1), True, True),
        product("of numbers with all digits", full(2, 4), full(4, 2, start=1)),
        product("of size 1", wave(1, 1), wave(1, 1, start=3)),
        product("with nothing to add up", wave(2, 0), wave(0, 3)),
        product("without rows", wave(0, 2), wave(2, 3)),
        product("of a batch and a matrix", wave(2, 1, 3), wave(3, 2, start=1)),
        product("of batches that broadcast both ways", wave(2, 1, 1, 2), wave(1, 2, 2, 1, start=1)),
        product("of rank 5, transposed", wave(1, 2, 1, 2, 1), wave(2, 1, 1, 1, 2, start=1), True, True),
        product("of the infinite and NaN", floats(INF, 0, 1, NAN).reshape(2, 2), floats(1, 0, -INF, 2).reshape(2, 2)),
        product("of large and small numbers", large, small),
    ]


def normalised():
    large = floats(10000, 9999, -10000, 0, 10000, -10000, -10000, -10000, -10001).reshape(3, 3)
    impossible = floats(1, -INF, 2, -INF, 0, -INF).reshape(2, 3)
    undefined = floats(-INF, -INF, 1, INF, NAN, 0).reshape(3, 2)
    functions = {"softmax": torch.softmax, "logSoftmax": torch.log_softmax}
    rows = []
    for of, function in functions.items():

        def along(detail, x, axis=-1):
            return row(of, detail, lambda t: function(t, axis), [x], **({"axis": axis} if axis != -1 else {}))

        rows += [
            along("of a vector", wave(3)),
            along("of rows", wave(2, 3)),
            along("of columns", wave(2, 3), 0),
            along("of rank 5, in the middle", wave(1, 2, 3, 1, 2), -3),
            along("of scores of +-10000", large),
            along("of equal scores", torch.full((1, 4), 3.0, dtype=torch.float64)),
            along("of one class", wave(3, 1)),
            along("of an impossible class", impossible),
            along("of what has no probabilities", undefined),
            along("of no rows", wave(0, 3)),
            along("of no classes", wave(2, 0)),
            along("of a scalar", wave()),
        ]
    return rows


def rows():
    return reductions() + products() + normalised()
