"""Operations that rearrange, choose, or make."""

import torch
import torch.nn.functional as F

from witness import INF, NAN, bools, floats, full, row, wave, whole


def gathered(x, indices, axis):
    flat = torch.index_select(x, axis, indices.flatten())
    return flat.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1 :])


def scattered(updates, indices, size, axis):
    before, after = updates.shape[:axis], updates.shape[axis + indices.dim() :]
    rows = updates.reshape(*before, indices.numel(), *after)
    return torch.zeros(*before, size, *after, dtype=updates.dtype).index_add(axis, indices.flatten(), rows)


def indexed():
    def gather(detail, x, indices, axis=0):
        positive = axis % x.dim()
        options = {"axis": axis} if axis else {}
        return row("gather", detail, lambda t, i: gathered(t, i, positive), [x, indices], **options)

    def scatter_add(detail, updates, indices, size, axis=0):
        positive = axis % (updates.dim() - indices.dim() + 1)
        options = {"size": size, **({"axis": axis} if axis else {})}
        return row("scatterAdd", detail, lambda t, i: scattered(t, i, size, positive), [updates, indices], **options)

    def one_hot(detail, indices, depth):
        function = lambda i: F.one_hot(i.long(), depth).double()
        return row("oneHot", detail, function, [indices], depth=depth)

    table = whole(2, 0, 2, 1).reshape(2, 2)
    return [
        gather("of rows, one of them twice", wave(3, 2), whole(2, 0, 2)),
        gather("by one index without an axis", wave(3, 2), torch.tensor(1, dtype=torch.int32)),
        gather("by a table, along the last axis", wave(2, 3), table, -1),
        gather("from a vector", wave(3), whole(1)),
        gather("of rank 5, in the middle", wave(1, 2, 3, 1, 2), whole(2, 1), 2),
        gather("by no index", wave(3, 2), whole()),
        gather("of slices without numbers", wave(3, 0), whole(2, 0)),
        gather("of the infinite and NaN", floats(INF, NAN, -0.0), whole(1, 0, 1)),
        gather("of int32", whole(2**24 + 1, 5, -6), whole(2, 0)),
        gather("of bool", bools(True, False), whole(1, 0, 1)),
        scatter_add("of rows, two to one place", wave(3, 2), whole(2, 0, 2), 4),
        scatter_add("of numbers with all digits", full(4), whole(1, 0, 1, 1), 2),
        scatter_add("of a slice by one index without an axis", wave(2), torch.tensor(1, dtype=torch.int32), 2),
        scatter_add("by a table, along the last axis", wave(2, 2, 2), table, 3, -1),
        scatter_add("of rank 5, in the middle", wave(1, 2, 2, 1, 2), whole(2, 1), 3, 2),
        scatter_add("of nothing", wave(0, 2), whole(), 2),
        scatter_add("of the infinite and NaN", floats(INF, NAN, -INF, 1), whole(1, 0, 1, 2), 3),
        scatter_add("of int32", whole(2**24, 1, -6), whole(0, 0, 1), 2),
        one_hot("of one index without an axis", torch.tensor(1, dtype=torch.int32), 3),
        one_hot("of a list", whole(2, 0, 2), 3),
        one_hot("of a table", table, 4),
        one_hot("of four axes", table.reshape(1, 2, 1, 2), 3),
        one_hot("of no index", whole(), 2),
        one_hot("of one class", whole(0, 0), 1),
    ]


def rearranged():
    def transpose(detail, x, axes=None):
        order = list(reversed(range(x.dim()))) if axes is None else axes
        options = {} if axes is None else {"permutation": axes}
        return row("transpose", detail, lambda t: t.permute(order), [x], **options)

    def broadcast(detail, x, *shape):
        return row("broadcast", detail, lambda t: torch.broadcast_to(t, shape), [x], shape=shape)

    def reshape(detail, x, *shape):
        return row("reshape", detail, lambda t: t.reshape(shape), [x], shape=shape)

    def pad(detail, x, before, after):
        both = [count for pair in zip(reversed(before), reversed(after)) for count in pair]
        return row("pad", detail, lambda t: F.pad(t, both), [x], before=before, after=after)

    def slice_of(detail, x, begin, size):
        places = tuple(
            slice(start, None if length == -1 else start + length) for start, length in zip(begin, size)
        )
        return row("slice", detail, lambda t: t[places] if places else t.clone(), [x], begin=begin, sizes=size)

    def concat(detail, xs, axis=0):
        return row("concat", detail, lambda *t: torch.cat(t, axis), xs, **({"axis": axis} if axis else {}))

    special = floats(INF, -0.0, NAN)
    return [
        transpose("of a matrix", wave(2, 3)),
        transpose("of rank 0", wave()),
        transpose("of a vector", wave(3)),
        transpose("of rank 5", wave(2, 1, 3, 1, 2), [3, 0, 4, 2, 1]),
        transpose("of size 0", wave(0, 2, 3), [2, 0, 1]),
        transpose("of int32", whole(1, 2, 3, 4).reshape(2, 2)),
        broadcast("of a scalar", wave(), 2, 2),
        broadcast("of both ends", wave(1, 2, 1), 2, 2, 2),
        broadcast("to the same shape", wave(2), 2),
        broadcast("to size 0", wave(1), 2, 0),
        broadcast("to rank 5", wave(2, 1), 1, 2, 1, 2, 2),
        broadcast("of the infinite and NaN", special, 2, 3),
        broadcast("of bool", bools(True, False), 2, 2),
        reshape("to one axis", wave(2, 3), -1),
        reshape("with one size open", wave(2, 3), 3, -1),
        reshape("to rank 0", wave(1, 1)),
        reshape("to rank 5", wave(6), 1, 2, 1, 3, 1),
        reshape("of size 0", wave(0, 3), 2, 0),
        reshape("of int32", whole(2**24 + 1, 2), 2, 1),
        pad("of a vector", wave(2), [1], [2]),
        pad("of one side", wave(2, 2), [0, 1], [1, 0]),
        pad("of nothing", wave(0, 2), [1, 0], [0, 0]),
        pad("of rank 0", wave(), [], []),
        pad("of rank 5", wave(1, 2, 1, 1, 2), [0, 1, 0, 1, 0], [0, 0, 0, 0, 1]),
        pad("of the infinite and NaN", special, [1], [0]),
        pad("of int32", whole(2**24 + 1, 2), [1], [1]),
        slice_of("of a vector", wave(4), [1], [2]),
        slice_of("to the end", wave(2, 3), [0, 1], [1, -1]),
        slice_of("with the last axes left out", wave(3, 2), [1], [2]),
        slice_of("of no numbers", wave(3), [3], [0]),
        slice_of("of rank 0", wave(), [], []),
        slice_of("of rank 5", wave(1, 2, 2, 1, 2), [0, 1, 0, 0, 1], [1, 1, 2, 1, 1]),
        slice_of("of the infinite and NaN", special, [1], [2]),
        slice_of("of bool", bools(True, False, True), [1], [2]),
        concat("of vectors", [wave(2), wave(1, start=1), wave(3, start=2)]),
        concat("along the last axis", [wave(2, 1), wave(2, 2, start=1)], -1),
        concat("of one", [wave(2, 2)]),
        concat("with an empty one", [wave(0, 2), wave(2, 2)]),
        concat("of rank 5", [wave(1, 2, 1, 1, 2), wave(1, 2, 2, 1, 2, start=1)], 2),
        concat("of the infinite and NaN", [special, floats(1)]),
        concat("of int32", [whole(2**24 + 1), whole(2, 3)]),
    ]


def made():
    def fill(detail, shape, value, dtype="float32"):
        kind = {"float32": torch.float64, "int32": torch.int32, "bool": torch.bool}[dtype]
        named = {} if dtype == "float32" else {"dtype": dtype}
        written = value if abs(value) < INF else str(value).replace("inf", "Infinity")
        function = lambda: torch.full(shape, value, dtype=kind)
        return row("fill", detail, function, [], shape=shape, value=written, **named)

    def cast(detail, x, dtype):
        kind = {"float32": torch.float64, "int32": torch.int32, "bool": torch.bool}[dtype]
        return row("cast", detail, lambda t: t.to(kind), [x], dtype=dtype)

    def select(detail, condition, x, y):
        return row("select", detail, torch.where, [condition, x, y])

    return [
        fill("of rank 0", [], 0.5),
        fill("of size 0", [2, 0], 1),
        fill("of rank 5", [1, 2, 1, 2, 1], -1.5),
        fill("with the infinite", [2], -INF),
        fill("of int32", [2], 2**24 + 1, "int32"),
        fill("of bool", [2], 1, "bool"),
        cast("from float32 to float32", wave(2, 2), "float32"),
        cast("from float32 to int32", floats(1.5, -1.5, 0.99, -0.99, 2.0**24, -(2.0**31)), "int32"),
        cast("from float32 to bool", floats(0, -0.0, 0.5, -INF, NAN, 2.0**-100), "bool"),
        cast("from int32 to float32", whole(3, -4, 2**24), "float32"),
        cast("from int32 to bool", whole(3, 0, -1), "bool"),
        cast("from bool to float32", bools(True, False), "float32"),
        cast("from bool to int32", bools(True, False), "int32"),
        cast("of rank 0", wave(), "int32"),
        cast("of rank 5", wave(1, 2, 1, 1, 2), "float32"),
        cast("of size 0", wave(0, 2), "int32"),
        select("of rank 0", torch.tensor(True), wave(), wave(start=1)),
        select("of one shape", bools(True, False, True), wave(3), wave(3, start=1)),
        select("of three that broadcast", bools(True, False).reshape(2, 1), wave(3), wave(2, 1, start=1)),
        select("by one condition", torch.tensor(False), wave(2, 2), wave(2, start=1)),
        select("of size 0", bools().reshape(0, 1), wave(1), wave(3)),
        select("of rank 5", bools(True, False).reshape(1, 2, 1, 1, 1), wave(1, 1, 2, 1, 1), wave(start=3)),
        select("beside the infinite and NaN", bools(True, False, True), floats(1, NAN, INF), floats(NAN, 2, -INF)),
        select("of int32", bools(True, False), whole(2**24 + 1, 3), whole(4, -5)),
    ]


def rows():
    return indexed() + rearranged() + made()
