"""Losses and initialisers beyond the first ones of rows_training.py."""

import warnings
from unittest import mock

import torch
import torch.nn.functional as F
from torch import nn

from witness import INF, NAN, floats, full, number, plain, row, wave, whole

REDUCTIONS = ("mean", "sum", "none")
LARGE = floats(10000, -10000, 0, -10000, 10000, 0, 0, 10000, 10000).reshape(3, 3)


def by_number():
    """Losses that compare two tensors of one shape number by number."""

    def cases(of, function, pairs, **settings):
        """settings: ours, beside those of PyTorch."""
        rows = []
        for name, pair, ours, theirs in pairs:
            for reduction in REDUCTIONS:
                call = lambda x, y: function(x, y, reduction=reduction, **theirs)
                rows.append(row(of, f"{name}, {reduction}", call, pair, reduction=reduction, **ours))
        return rows

    def plain_pairs(first, second):
        return [
            ("of rank 0", [first(), second()], {}, {}),
            ("of one number", [first(1), second(1)], {}, {}),
            ("of rows", [first(2, 3), second(2, 3)], {}, {}),
            ("of rank 5", [first(1, 2, 1, 2, 1), second(1, 2, 1, 2, 1)], {}, {}),
        ]

    numbers = plain_pairs(wave, lambda *shape: wave(*shape, start=3))
    digits = ("of numbers with all digits", [full(2, 2), full(2, 2, start=1)], {}, {})
    far = ("of +-10000", [floats(10000, -10000, 10000, 0.5), floats(-10000, 10000, 10000, 0)], {}, {})
    rows = cases("maeLoss", F.l1_loss, [*numbers, digits, far, ("of equal numbers", [wave(3), wave(3)], {}, {})])

    def huber(delta):
        return {"delta": delta}, {"delta": delta}

    rows += cases(
        "huberLoss",
        F.huber_loss,
        [
            *numbers,
            digits,
            far,
            ("of equal numbers", [wave(3), wave(3)], {}, {}),
            ("with delta 0.5", [wave(2, 4), wave(2, 4, start=3)], *huber(0.5)),
            ("with delta 2.25", [wave(2, 4), wave(2, 4, start=3)], *huber(2.25)),
        ],
    )

    chances = lambda *shape: (wave(*shape, start=5) + 2) / 4
    zeros = floats(0, 1, 0.25, 0, 0, 1).reshape(2, 3)
    extreme = floats(10000, -10000, 10000, -10000, 0, 0).reshape(2, 3)
    weight = lambda w: ({"positiveWeight": plain(w)}, {"pos_weight": w})
    rows += cases(
        "sigmoidCrossEntropy",
        F.binary_cross_entropy_with_logits,
        [
            *plain_pairs(wave, chances),
            ("of numbers with all digits", [full(2, 2), chances(2, 2)], {}, {}),
            ("of scores of +-10000", [extreme, zeros], {}, {}),
            ("of a score of 0", [torch.zeros(2, 3), zeros], {}, {}),
            ("with one positive weight", [wave(2, 3), chances(2, 3)], *weight(floats(2.5).reshape(()))),
            ("with a positive weight for each class", [wave(2, 3), chances(2, 3)], *weight(floats(0.5, 3, 0))),
            ("with positive weights, of +-10000", [extreme, zeros], *weight(floats(0.5, 3, 2))),
        ],
    )

    logs = lambda *shape: wave(*shape) - 3
    rows += cases(
        "klDivergence",
        F.kl_div,
        [
            *plain_pairs(logs, chances),
            ("of numbers with all digits", [full(2, 2), (chances(2, 2) / 3).float().double()], {}, {}),
            ("of logarithms", [logs(2, 3), wave(2, 3, start=3) - 2], {"logTarget": True}, {"log_target": True}),
            (
                "of logarithms of -10000",
                [floats(-10000, -1, -10000), floats(-10000, -10000, -1)],
                {"logTarget": True},
                {"log_target": True},
            ),
        ],
    )
    for name, p in [("of probabilities of 0", floats(0, 1, 0, 0.5)), ("of a chance that q has not", floats(1, 0))]:
        q = floats(-1, -2, -10000, -0.5)[: len(p)] if len(p) == 4 else floats(-INF, -1)
        given = [q.reshape(2, -1), p.reshape(2, -1)]
        call = lambda x, y: F.kl_div(x, y, reduction="none")
        rows.append(row("klDivergence", f"{name}, none", call, given, reduction="none"))
    batch = lambda x, y: F.kl_div(x, y, reduction="batchmean")
    rows.append(row("klDivergence", "of rows, batchMean", batch, [logs(2, 3), chances(2, 3)], klReduction="batchMean"))
    rows.append(row("klDivergence", "of one axis, batchMean", batch, [logs(4), chances(4)], klReduction="batchMean"))
    return rows


def by_class():
    """Losses of scores or log-probabilities against labels. Our classes are the last axis, PyTorch's the second."""

    def classed(of, function, name, scores, target, reduction, ours, theirs):
        labels = not target.is_floating_point()

        def loss(x, p):
            rows = x.reshape(-1, x.shape[-1])
            known = p.reshape(-1).long() if labels else p.reshape(rows.shape)
            value = function(rows, known, reduction=reduction, **theirs)
            return value.reshape(x.shape[:-1]) if reduction == "none" else value

        return row(of, f"{name}, {reduction}", loss, [scores, target], reduction=reduction, **ours)

    scores, labels = wave(4, 3), whole(2, 0, 1, 1)
    four = whole(1, 0, 0, 1).reshape(1, 2, 1, 2)
    parts = floats(16, 32, 16, 64, 0, 0, 0, 8, 56, 20, 20, 24).reshape(4, 3) / 64
    weights = floats(0.5, 2, 1.25)

    def settings(weights=None, smoothing=None, ignored=None):
        ours, theirs = {}, {}
        if weights is not None:
            ours["weights"], theirs["weight"] = plain(weights), weights
        if smoothing is not None:
            ours["labelSmoothing"], theirs["label_smoothing"] = smoothing, smoothing
        if ignored is not None:
            ours["ignoreIndex"], theirs["ignore_index"] = ignored, ignored
        return ours, theirs

    gone, some = whole(2, -100, 1, -100), whole(2, 0, 1, 0)
    cases = [
        ("with weights", scores, labels, settings(weights)),
        ("with a weight of 0", scores, labels, settings(floats(0.5, 0, 1.25))),
        ("with ignoreIndex -100", scores, gone, settings(ignored=-100)),
        ("with a class for ignoreIndex", scores, some, settings(ignored=0)),
        ("with ignoreIndex, of which there is none", scores, labels, settings(ignored=-1)),
        ("with weights and ignoreIndex", scores, gone, settings(weights, None, -100)),
        ("of rank 5 with weights and ignoreIndex", wave(1, 2, 1, 2, 2), four - 1, settings(floats(0.5, 2), None, -1)),
        ("of one example without a batch, with weights", wave(3), whole(1)[0], settings(weights)),
    ]
    smooth = [
        ("with label smoothing", scores, labels, settings(None, 0.25)),
        ("with label smoothing of 0.1", full(4, 3), labels, settings(None, 0.1)),
        ("with label smoothing of 1", scores, labels, settings(None, 1.0)),
        ("with label smoothing and weights", scores, labels, settings(weights, 0.25)),
        ("with label smoothing and ignoreIndex", scores, gone, settings(None, 0.25, -100)),
        ("with label smoothing, weights and ignoreIndex", scores, gone, settings(weights, 0.25, -100)),
        ("of distributions with weights", scores, parts, settings(weights)),
        ("of distributions with label smoothing", scores, parts, settings(None, 0.25)),
        ("of distributions with both", scores, parts, settings(weights, 0.25)),
        ("of +-10000 with label smoothing", LARGE, whole(0, 0, 2), settings(None, 0.25)),
        ("of +-10000 with weights", LARGE, whole(0, 0, 2), settings(weights)),
        ("of +-10000 with weights and ignoreIndex", LARGE, whole(0, 0, -1), settings(weights, None, -1)),
    ]
    rows = []
    for name, x, y, (ours, theirs) in cases + smooth:
        for reduction in REDUCTIONS:
            rows.append(classed("softmaxCrossEntropy", F.cross_entropy, name, x, y, reduction, ours, theirs))
    only = floats(1, -INF, 2, 0.5, 0, -INF).reshape(2, 3)
    given = [only, whole(-1, 1), "sum", *settings(ignored=-1)]
    rows.append(classed("softmaxCrossEntropy", F.cross_entropy, "of an impossible class, ignored", *given))
    none = [scores, whole(-1, -1, -1, -1)]
    for reduction in REDUCTIONS:
        given = [*none, reduction, *settings(ignored=-1)]
        rows.append(classed("softmaxCrossEntropy", F.cross_entropy, "of labels that are all ignored", *given))
        rows.append(classed("nllLoss", F.nll_loss, "of labels that are all ignored", *given))

    likely = [
        ("of labels", scores, labels, settings()),
        ("of rank 5", wave(1, 2, 1, 2, 2), four, settings()),
        ("of one class", wave(3, 1), whole(0, 0, 0), settings()),
        ("of numbers with all digits", full(2, 3), whole(2, 0), settings()),
        ("of an impossible class, not the label", only, whole(0, 1), settings()),
        ("of an impossible class, the label", only, whole(1, 2), settings()),
        ("of +-10000", LARGE, whole(1, 0, 0), settings()),
    ]
    for name, x, y, (ours, theirs) in likely + cases:
        for reduction in REDUCTIONS:
            rows.append(classed("nllLoss", F.nll_loss, name, x, y, reduction, ours, theirs))

    def hinge(x, known, reduction, margin=1.0):
        """multi_margin_loss has no second derivatives, so it is spelled out, and held to that."""
        own = F.one_hot(known, x.shape[-1]).bool()
        others = (x - x[own].unsqueeze(-1) + margin).clamp_min(0)
        others = torch.where(x - x[own].unsqueeze(-1) + margin > 0, others, 0).masked_fill(own, 0)
        each = others.sum(-1) / x.shape[-1]
        value = {"mean": each.mean, "sum": each.sum, "none": each.clone}[reduction]()
        witness = F.multi_margin_loss(x, known, margin=margin, reduction=reduction)
        assert torch.equal(value, witness) or torch.allclose(value, witness, 1e-14, 0)
        slopes = [torch.autograd.grad(y.sum(), x, retain_graph=True)[0] for y in (value, witness)]
        assert torch.allclose(*slopes, 1e-14, 1e-16)
        return value

    def margin(size):
        return {"margin": size}, {"margin": size}

    hinges = [
        ("of labels", scores, labels, {}, {}),
        ("of rank 5", wave(1, 2, 1, 2, 2), four, {}, {}),
        ("of one class", wave(3, 1), whole(0, 0, 0), {}, {}),
        ("of numbers with all digits", full(2, 3), whole(2, 0), {}, {}),
        ("of +-10000", LARGE, whole(1, 0, 2), {}, {}),
        ("on the margin", floats(0, 1, 2, 2).reshape(2, 2), whole(1, 0), {}, {}),
        ("with margin 0", scores, labels, *margin(0.0)),
        ("with margin 2.5", scores, labels, *margin(2.5)),
    ]
    for name, x, y, ours, theirs in hinges:
        for reduction in REDUCTIONS:
            rows.append(classed("hingeLoss", hinge, name, x, y, reduction, ours, theirs))
    return rows


def of_vectors():
    def cosine(name, x, y, target, **settings):
        def loss(a, b, t):
            function = F.cosine_embedding_loss
            flat = [a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1]), t.reshape(-1)]
            value = function(*flat, reduction=reduction, **settings)
            return value.reshape(a.shape[:-1]) if reduction == "none" else value

        rows = []
        for reduction in REDUCTIONS:
            rows.append(
                row("cosineLoss", f"{name}, {reduction}", loss, [x, y, target], reduction=reduction, **settings)
            )
        return rows

    signs = whole(1, -1, -1, 1)
    x, y = wave(4, 3), wave(4, 3, start=3)
    same = floats(1, 2, 3, 0.5, 0.25, 1, 1, -1, 2).reshape(3, 3)
    other = floats(1, 2, 3, 0.5, 0.25, 1, 1, 1, 0.5).reshape(3, 3)
    zero, near = floats(0, 0, 0, 0, 0, 1, 2, 0).reshape(4, 2), floats(3, 0.5, 0, 0, 0, 0, 1, 1).reshape(4, 2)
    return [
        *cosine("of pairs", x, y, signs),
        *cosine("with a margin", x, y, signs, margin=0.25),
        *cosine("with a negative margin", x, y, signs, margin=-0.5),
        *cosine("of rank 5", wave(1, 2, 1, 2, 3), wave(1, 2, 1, 2, 3, start=3), signs.reshape(1, 2, 1, 2)),
        *cosine("of one pair", wave(3), wave(3, start=3), whole(1)[0]),
        *cosine("of numbers with all digits", full(2, 3), full(2, 3, start=1), whole(1, -1)),
        *cosine("of +-10000", LARGE, LARGE.flip(0), whole(1, -1, 1)),
        *cosine("of equal vectors beside others", same, other, whole(-1, 1, 1)),
        *cosine("of vectors of zeros", zero, near, signs),
    ]


def gains():
    names = {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "selu": "selu"}
    rows = []
    for ours, theirs in names.items():
        value = plain(floats(nn.init.calculate_gain(theirs)).reshape(()))
        rows.append({"of": "gainOf", "name": f"of {ours}", "options": {"gain": ours}, "inputs": [], "value": value})
    for slope in [None, 0.2, 5**0.5, 0.0]:
        value = plain(floats(nn.init.calculate_gain("leaky_relu", slope)).reshape(()))
        options = {"gain": "leakyRelu", **({} if slope is None else {"slope": slope})}
        rows.append({"of": "gainOf", "name": f"of leakyRelu, {slope}", "options": options, "inputs": [], "value": value})
    return rows


def initializers():
    """Where PyTorch draws from, as in rows_training.py."""

    def asked_by(function, *given, **settings):
        asked = []
        draw = lambda tensor, *bounds, **_: asked.extend(bounds) or tensor
        with mock.patch.object(torch.Tensor, "uniform_", draw), mock.patch.object(torch.Tensor, "normal_", draw):
            function(torch.zeros(3, 5), *given, **settings)
        return [number(value) for value in asked]

    rows = []

    def drawn(of, name, kind, bounds, **more):
        names = ["low", "high"] if kind == "uniform" else ["mean", "std"]
        rows.append({"of": of, "name": name, "shape": [3, 5], **dict(zip(names, bounds)), **more})

    for low, high in [(0.0, 1.0), (-0.25, 0.5)]:
        settings = {"low": low, "high": high}
        drawn("uniformInit", f"in [{low}, {high})", "uniform", asked_by(nn.init.uniform_, low, high), settings=settings)
    for mean, std in [(0.0, 1.0), (0.5, 0.02), (1.0, 0.0)]:
        settings = {"mean": mean, "std": std}
        drawn("normalInit", f"of {mean} and {std}", "normal", asked_by(nn.init.normal_, mean, std), settings=settings)
    tanh, slope = nn.init.calculate_gain("tanh"), 5**0.5
    leaky = {"a": slope, "nonlinearity": "leaky_relu"}
    for base, kind, function, gain, settings in [
        ("xavierUniform", "uniform", nn.init.xavier_uniform_, tanh, {"gain": tanh}),
        ("xavierNormal", "normal", nn.init.xavier_normal_, tanh, {"gain": tanh}),
        ("lecunUniform", "uniform", nn.init.kaiming_uniform_, nn.init.calculate_gain("leaky_relu", slope), leaky),
        ("lecunNormal", "normal", nn.init.kaiming_normal_, nn.init.calculate_gain("leaky_relu", slope), leaky),
    ]:
        bounds = asked_by(function, **settings)
        drawn("withGain", f"of {base} and {gain:.3f}", kind, bounds, base=base, settings={"gain": gain})
    for value in [0.1, -3.0]:
        filled = plain(nn.init.constant_(torch.empty(2, 3), torch.tensor(value).float().item()))
        rows.append(
            {"of": "constantInit", "name": f"of {value}", "shape": [2, 3], "value": filled, "settings": {"value": value}}
        )
    for shape in [(1, 1), (2, 3), (4, 2), (3, 3)]:
        eye = plain(nn.init.eye_(torch.empty(*shape)))
        rows.append({"of": "identityMatrix", "name": f"of {list(shape)}", "shape": list(shape), "value": eye})

    def orthogonal(name, draw, gain=1.0):
        """What orthogonal_ makes of these numbers instead of normal ones."""
        given = draw.clone()
        fill = lambda tensor, *_, **__: tensor.copy_(given.reshape(tensor.shape))
        with mock.patch.object(torch.Tensor, "normal_", fill):
            value = nn.init.orthogonal_(torch.empty(*draw.shape), gain)
        made = {"of": "orthogonal", "name": name, "options": {"gainFactor": gain}}
        rows.append({**made, "inputs": [plain(draw)], "value": plain(value)})

    orthogonal("of one number", floats(-0.5).reshape(1, 1))
    orthogonal("of a square", wave(3, 3))
    orthogonal("of more columns", wave(2, 5, start=1))
    orthogonal("of more rows", wave(5, 2, start=2))
    orthogonal("of a convolution of three axes", wave(3, 2, 4, start=3))
    orthogonal("with a gain", wave(4, 4, start=4), 1.5)
    return rows


def rows():
    with warnings.catch_warnings():
        # kl_div's mean is over all numbers, and that is what is asked for.
        warnings.filterwarnings("ignore", message="reduction: 'mean' divides")
        compared = by_number()
    return compared + by_class() + of_vectors() + gains() + initializers()
