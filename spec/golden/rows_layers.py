"""Norms, dropout at its ends, embedding and bilinear layers. PyTorch's channels are second, ours last."""

import torch
import torch.nn.functional as F
from torch import nn

from witness import INF, NAN, floats, full, row, wave, whole


def channels_first(function):
    """A function of channels second as one of channels last."""
    return lambda x, *given: function(x.movedim(-1, 1), *given).movedim(1, -1)


def named(shape):
    return f"of [{', '.join(map(str, shape))}]"


def over_last_axes():
    rows = []
    for shape, last in [((3,), [3]), ((2, 3), [3]), ((2, 1, 4), [1, 4]), ((1, 2, 1, 2, 2), [2, 2]), ((0, 3), [3])]:
        x, scale, offset = wave(*shape), wave(*last, start=1), wave(*last, start=2)
        settings = {"shape": last, "eps": 0.125}
        layer = lambda t, w=None, b=None: F.layer_norm(t, last, w, b, 0.125)
        rms = lambda t, w=None: F.rms_norm(t, last, w, 0.125)
        over = f"{named(shape)} over [{', '.join(map(str, last))}]"
        rows.append(row("layerNormForward", over, layer, [x, scale, offset], **settings))
        rows.append(row("layerNormForward", f"{over} without parameters", layer, [x], **settings))
        rows.append(row("rmsNormForward", over, rms, [x, scale], **settings))
        rows.append(row("rmsNormForward", f"{over} without a scale", rms, [x], **settings))
    special = floats(1, INF, 2, NAN, 1, 2).reshape(2, 3)
    for x, name in [(full(2, 3), "numbers with all digits"), (special, "the infinite and NaN")]:
        layer = lambda t: F.layer_norm(t, [3], None, None, 0.125)
        rms = lambda t: F.rms_norm(t, [3], None, 0.125)
        rows.append(row("layerNormForward", f"of {name}", layer, [x], shape=[3], eps=0.125))
        rows.append(row("rmsNormForward", f"of {name}", rms, [x], shape=[3], eps=0.125))
    equal = torch.ones(2, 3, dtype=torch.float64)
    layer = lambda t: F.layer_norm(t, [3], None, None, 1e-5)
    far = 16 + wave(2, 3)
    rows.append(row("layerNormForward", "of equal numbers", layer, [equal], shape=[3], eps=1e-5))
    rows.append(row("layerNormForward", "of numbers far from 0", layer, [far], shape=[3], eps=1e-5))
    rows.append(row("layerNorm", "as it begins", nn.LayerNorm([2, 3]).double(), [wave(2, 2, 3)], shape=[2, 3]))
    rms = nn.RMSNorm([2, 3], eps=2.0**-23).double()
    rows.append(row("rmsNorm", "as it begins", rms, [wave(2, 2, 3)], shape=[2, 3]))
    return rows


def over_channels():
    rows = []
    for groups, shape in [(2, (2, 4)), (1, (2, 3, 2)), (2, (1, 2, 3, 4)), (3, (2, 1, 2, 1, 3)), (2, (0, 2, 4))]:
        channels = shape[-1]
        x, scale, offset = wave(*shape), wave(channels, start=1), wave(channels, start=2)
        function = channels_first(lambda t, w=None, b=None: F.group_norm(t, groups, w, b, 0.125))
        name = f"{named(shape)} in {groups}"
        settings = {"groups": groups, "eps": 0.125}
        rows.append(row("groupNormForward", name, function, [x, scale, offset], **settings))
        if shape[0] > 0:
            rows.append(row("groupNormForward", f"{name} without parameters", function, [x], channels=channels, **settings))
    for shape in [(2, 3, 2), (1, 2, 2, 1), (2, 1, 2, 1, 3)]:
        channels = shape[-1]
        x, scale, offset = wave(*shape), wave(channels, start=1), wave(channels, start=2)
        function = channels_first(lambda t, w=None, b=None: F.instance_norm(t, None, None, w, b, True, 0.1, 0.125))
        rows.append(row("instanceNormForward", named(shape), function, [x, scale, offset], eps=0.125))
        name = f"{named(shape)} without parameters"
        rows.append(row("instanceNormForward", name, function, [x], channels=channels, eps=0.125))
    all_digits = full(2, 3, 4)
    group = channels_first(lambda t: F.group_norm(t, 2, None, None, 0.125))
    instance = channels_first(lambda t: F.instance_norm(t, eps=0.125))
    rows.append(row("groupNormForward", "of numbers with all digits", group, [all_digits], groups=2, channels=4, eps=0.125))
    rows.append(row("instanceNormForward", "of numbers with all digits", instance, [all_digits], channels=4, eps=0.125))
    begun = channels_first(nn.GroupNorm(2, 4).double())
    rows.append(row("groupNorm", "as it begins", begun, [wave(2, 3, 4)], groups=2, channels=4))
    begun = channels_first(nn.InstanceNorm1d(4).double())
    rows.append(row("instanceNorm", "as it begins", begun, [wave(2, 3, 4)], channels=4))
    return rows


def of_two():
    rows = []
    for leading in [(), (3,), (2, 1), (1, 2, 1, 2), (0,)]:
        given = [wave(*leading, 3), wave(*leading, 2, start=1), wave(4, 3, 2, start=2), wave(4, start=3)]
        name = f"of {named(leading)[3:]} examples"
        rows.append(row("bilinearForward", name, F.bilinear, given))
    without = [wave(2, 3), wave(2, 2, start=1), wave(1, 3, 2, start=2)]
    rows.append(row("bilinearForward", "without a bias", F.bilinear, without))
    digits = [full(2, 2), full(2, 3, start=1), full(2, 2, 3, start=2), full(2, start=3)]
    rows.append(row("bilinearForward", "of numbers with all digits", F.bilinear, digits))
    return rows


def tables():
    def embedding(name, indices, weight, padding=None):
        function = lambda i, w: F.embedding(i.long(), w, padding)
        options = {} if padding is None else {"paddingIndex": padding % len(weight)}
        return row("embeddingForward", name, function, [indices, weight], **options)

    words = whole(2, 0, 2, 1, 3, 0).reshape(2, 3)
    return [
        embedding("of a list, one twice", whole(2, 0, 2), wave(3, 2)),
        embedding("of a table", words, wave(4, 2)),
        embedding("of one index", torch.tensor(1, dtype=torch.int32), wave(3, 2)),
        embedding("of four axes", whole(2, 1, 0, 2).reshape(1, 2, 1, 2), wave(3, 1)),
        embedding("with a padding that is there", words, wave(4, 2), 0),
        embedding("with the last row as padding", words, wave(4, 2), -1),
        embedding("with a padding that is not there", whole(1, 2), wave(3, 2), 0),
        embedding("of nothing but padding", whole(1, 1), wave(3, 2), 1),
        embedding("of the infinite and NaN", whole(0, 1), floats(INF, NAN, 1, 2).reshape(2, 2), 0),
    ]


def channels_first_dropout(x, p, training):
    return F.dropout2d(x.movedim(-1, 1), p, training).movedim(1, -1)


def dropped():
    rows = []
    for of, shape, function in [
        ("dropoutForward", (2, 3), F.dropout),
        ("channelDropoutForward", (2, 2, 3, 2), channels_first_dropout),
    ]:
        with_settings = lambda p, training: lambda x: function(x, p, training)
        rows.append(row(of, "of none", with_settings(0.0, True), [wave(*shape)], p=0))
        # A negative number times 0 is -0 there.
        rows.append(row(of, "of all", with_settings(1.0, True), [wave(*shape).abs()], p=1))
        rows.append(row(of, "in evaluation", with_settings(0.5, False), [wave(*shape)], p=0.5, training=False))
    return rows


def moments():
    def both(name, x, axes, **options):
        function = lambda t: torch.stack(torch.var_mean(t, axes, correction=0)[::-1])
        return row("moments", name, function, [x], axes=axes, **options)

    return [
        both("over one axis", wave(2, 3), [1]),
        both("over the first", wave(2, 3), [0]),
        both("over two", wave(2, 3, 2), [0, 2]),
        both("over all", wave(2, 3), [0, 1]),
        both("of rank 5", wave(1, 2, 1, 2, 2), [1, 4]),
        both("of one number", wave(2, 1), [1]),
        both("of numbers with all digits", full(2, 3), [1]),
        both("of numbers far from 0", 1000 + wave(2, 4), [1]),
        both("of NaN", floats(1, 2, NAN, 2, 3, 4).reshape(3, 2), [1]),
    ]


def rows():
    return over_last_axes() + over_channels() + of_two() + tables() + dropped() + moments()
