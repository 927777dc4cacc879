"""Operations that go element by element, of one tensor or of two that broadcast."""

import torch

from witness import INF, NAN, bools, floats, full, row, wave, whole

BIG, TINY = 2.0**100, 2.0**-100
# Its inverse cubed, of which the derivatives of div are made, is in float32's range.
SMALL = 2.0**-30


def of_one(of, function, detail, x):
    return row(of, detail, function, [x])


def unary():
    functions = {
        "abs": torch.abs,
        "exp": torch.exp,
        "log": torch.log,
        "neg": torch.neg,
        "relu": torch.relu,
        "sigmoid": torch.sigmoid,
        "sign": torch.sign,
        "sqrt": torch.sqrt,
        "square": torch.square,
        "tanh": torch.tanh,
    }
    positive = {"log", "sqrt"}
    rows = []
    for of, function in functions.items():
        sized = lambda *shape: wave(*shape).abs() if of in positive else wave(*shape)
        rows += [
            of_one(of, function, "of rank 0", sized()),
            of_one(of, function, "of size 0", sized(0, 3)),
            of_one(of, function, "of size 1", sized(1, 1)),
            of_one(of, function, "of rank 5", sized(1, 2, 1, 3, 1)),
            of_one(of, function, "of zeros", floats(0, -0.0)),
            of_one(of, function, "of the infinite", floats(INF, -INF)),
            of_one(of, function, "of NaN", floats(NAN, 1)),
            of_one(of, function, "of small numbers", floats(TINY, 3 * TINY)),
        ]
    rows += [of_one(of, functions[of], "of large numbers", floats(BIG, 3 * BIG)) for of in ("log", "sqrt")]
    for of in ("abs", "neg", "relu", "sign"):
        rows.append(of_one(of, functions[of], "of large numbers", floats(BIG, -BIG)))
    for of in ("sigmoid", "tanh"):
        rows.append(of_one(of, functions[of], "of large numbers", floats(-BIG, -1000, -100, 100, 1000, BIG)))
    rows += [
        of_one("square", torch.square, "of numbers with all digits", full(2, 2)),
        of_one("exp", torch.exp, "of large numbers", floats(80, -80, -1000)),
        of_one("exp", torch.exp, "of numbers that overflow in float64 too", floats(1000)),
        of_one("log", torch.log, "below 0", floats(-1, -0.5)),
        of_one("sqrt", torch.sqrt, "below 0", floats(-1, -0.5)),
        of_one("square", torch.square, "of large numbers", floats(2.0**60, -(2.0**60))),
        of_one("sigmoid", torch.sigmoid, "in its left tail", floats(-40)),
        of_one("tanh", torch.tanh, "near 0", floats(2**-20)),
    ]
    integers = whole(3, -4, 0, 2**24 + 1, 2**31 - 1)
    for of in ("abs", "neg", "relu", "sign", "square"):
        rows.append(of_one(of, functions[of], "of int32", integers))
    return rows


ARITHMETIC = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
COMPARISONS = {
    "equal": torch.eq,
    "notEqual": torch.ne,
    "less": torch.lt,
    "lessEqual": torch.le,
    "greater": torch.gt,
    "greaterEqual": torch.ge,
}
SPECIAL = floats(INF, -INF, 0, -0.0, NAN, 1, 2)


def as_number(function, value, first):
    other = torch.tensor(value, dtype=torch.float64)
    return (lambda y: function(other, y)) if first else (lambda x: function(x, other))


def arithmetic():
    rows = []
    for of, function in ARITHMETIC.items():
        pair = lambda detail, x, y: row(of, detail, function, [x, y])
        rows += [
            pair("of rank 0", wave(), wave(start=1)),
            pair("of size 0", wave(2, 0), wave(1)),
            pair("of size 1", wave(1, 1), wave(start=3)),
            pair("of one shape", wave(2, 3), wave(2, 3, start=1)),
            pair("broadcast both ways", wave(2, 1), wave(1, 3, start=1)),
            pair("broadcast by an axis more", wave(3), wave(2, 3, start=1)),
            pair("of rank 5 and a scalar", wave(1, 2, 1, 2, 1), wave(start=2)),
            row(of, "with a number second", as_number(function, 2.5, False), [wave(3)], y=2.5),
            row(of, "with a number first", as_number(function, 2.5, True), [wave(3)], x=2.5),
            pair("of numbers with all digits", full(2, 2), full(2, start=1)),
            pair("of ties", floats(1, -2, 0, -0.0, 3), floats(1, -2, -0.0, 0, 4)),
            pair("of a tie in a broadcast", floats(1, 2).reshape(2, 1), floats(1, 2, 3)),
            pair("of the infinite, zeros and NaN", SPECIAL, floats(INF, 1, 0, 2, 1, NAN, -INF)),
            pair("of small numbers", floats(SMALL, 3), floats(SMALL, 3 * SMALL)),
        ]
        if of != "div":
            integers = whole(3, -4, 2**24 + 1, -7), whole(-4, -4, 2, 5)
            rows.append(pair("of int32", *integers))
    rows += [
        row(of, "of int32 that wraps", ARITHMETIC[of], [whole(2**31 - 1, -(2**31), 46341), whole(2, -1, 46341)])
        for of in ("add", "sub", "mul")
    ]
    return rows + [
        row("add", "of float32 and int32", torch.add, [wave(2), whole(3, -4)]),
        row("div", "of int32", torch.div, [whole(7, -7), whole(2, 2)]),
    ]


def comparisons():
    rows = []
    for of, function in COMPARISONS.items():
        pair = lambda detail, x, y: row(of, detail, function, [x, y])
        rows += [
            pair("of rank 0", wave(), wave(start=1)),
            pair("of size 0", wave(2, 0), wave(1)),
            pair("broadcast both ways", floats(1, 2).reshape(2, 1), floats(1, 2, 3).reshape(1, 3)),
            pair("of rank 5 and a scalar", wave(1, 2, 1, 2, 1), wave(start=2)),
            row(of, "with a number second", as_number(function, 2, False), [floats(1, 2, 3)], y=2),
            row(of, "with a number first", as_number(function, 2, True), [floats(1, 2, 3)], x=2),
            pair("of the infinite, zeros and NaN", SPECIAL, floats(INF, INF, -0.0, 0, NAN, NAN, 2)),
            pair("of int32 that float32 cannot tell apart", whole(2**24, 2**24 + 1, -1), whole(2**24 + 1, 2**24, -1)),
        ]
    for of in ("equal", "notEqual"):
        rows.append(row(of, "of bool", COMPARISONS[of], [bools(True, True, False), bools(True, False, False)]))
    rows.append(row("less", "of bool", torch.lt, [bools(True, False), bools(True, True)]))
    return rows


def rows():
    return unary() + arithmetic() + comparisons()
