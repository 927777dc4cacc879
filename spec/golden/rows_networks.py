"""
networks.jsonl: ten training steps of small networks, and what they then give in evaluation. Every layer, loss and
optimiser is in one of them. A network is described by its layers as gradfold names them; both sides build it from that.
"""

import torch
from torch import nn
from torch.optim import lr_scheduler as schedulers

from networks_built import ACTIVATIONS, batch, begin, loss_of, network_of, optimizer_of, state_of
from witness import number, numbers, plain

STEPS = 10


def written(state):
    return {path: numbers(tensor) for path, tensor in state.items()}


def train(name, layers, x, target, loss, optimizer, **settings):
    """
    settings: `parts`, the batches of a step; `clip` of value and norm; `averageDecay`; `frozen`, the places of layers;
    `plateau`, settings of onPlateau that follows the losses.
    """
    network = network_of(layers)
    begin(network)
    for place in settings.get("frozen", []):
        network[place].requires_grad_(False)
    state = state_of(network)
    parameters = {path: tensor for path, tensor in state.items() if tensor.requires_grad}
    row = {"name": name, "layers": layers, "x": x, "target": target, "loss": loss, "optimizer": optimizer, **settings}
    row["state"] = {path: plain(tensor) for path, tensor in state.items()}
    stepping = optimizer_of(optimizer, parameters)
    plateau = schedulers.ReduceLROnPlateau(stepping, **settings["plateau"]) if "plateau" in settings else None
    average, losses, parts = None, [], settings.get("parts", 1)
    for step in range(STEPS):
        total = 0
        for tensor in parameters.values():
            tensor.grad = None
        for part in range(parts):
            x = batch(row["x"], 7 * step + 3 * part).requires_grad_(row["x"]["of"] == "numbers")
            y, value = forward(network, x, row, 7 * step + 3 * part)
            (value / parts).backward()
            total += value.item() / parts
            if step == part == 0:
                row["output"] = plain(y)
                leaves = {**parameters, "x": x} if x.requires_grad else parameters
                row["gradients"] = {path: numbers(leaf.grad * parts) for path, leaf in leaves.items()}
        losses.append(number(total))
        clip(parameters, settings.get("clip", {}))
        stepping.step()
        if plateau is not None:
            plateau.step(total)
        if "averageDecay" in settings:
            mean = torch.optim.swa_utils.get_ema_multi_avg_fn(settings["averageDecay"])
            average = average or torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=mean)
            average.update_parameters(network)
    row["losses"] = losses
    row["trained"] = written(state)
    if average is not None:
        row["averaged"] = written(state_of(average.module))
    y, value = forward(network.eval(), batch(row["x"], 7 * STEPS), row, 7 * STEPS)
    row["evaluated"] = plain(y)
    row["evaluatedLoss"] = number(value.item())
    return row


def forward(network, x, row, start):
    y = network(x)
    target = batch(row["target"], start + 29)
    if row["loss"]["of"] != "cosineLoss":
        return y, loss_of(row["loss"], y, target)
    other = batch({"of": "numbers", "shape": list(y.shape)}, start + 31)
    return y, loss_of(row["loss"], (y, other), target)


def clip(parameters, bounds):
    if "value" in bounds:
        nn.utils.clip_grad_value_(parameters.values(), bounds["value"])
    if "norm" in bounds:
        nn.utils.clip_grad_norm_(parameters.values(), bounds["norm"])


def layer(name, settings=None, **fields):
    return {"layer": name, **fields, **({} if settings is None else {"settings": settings})}


def linear(features, out, **settings):
    return layer("linear", settings or None, inFeatures=features, outFeatures=out)


def activation(name, **settings):
    return layer("activation", settings or None, activation=name)


def several(*layers):
    return layer("sequential", layers=list(layers))


def of(name, **settings):
    return {"of": name, **({"settings": settings} if settings else {})}


def data(kind, *shape, **count):
    return {"of": kind, "shape": list(shape), **count}


def networks():
    headline = [
        linear(4, 6, bias=False),
        layer("batchNorm", features=6),
        activation("relu"),
        linear(6, 5),
        activation("relu"),
        layer("dropout", {"p": 0}),
        linear(5, 3),
    ]
    images = [
        layer("batchNorm", {"momentum": 0.5, "eps": 0.125}, features=2),
        layer("channelDropout", {"p": 0}),
        activation("tanh"),
        linear(2, 3, bias=False),
        layer("batchNorm", {"momentum": 0.25}, features=3),
        activation("leakyRelu", slope=0.125),
        layer("flatten"),
        linear(27, 4),
        activation("logSoftmax"),
    ]
    normed_images = [
        layer("instanceNorm", {"affine": True, "eps": 0.125}, channels=2),
        linear(2, 4),
        layer("groupNorm", groups=2, channels=4),
        layer("prelu", {"channels": 4, "slope": 0.5}),
        layer("channelDropout", {"p": 0}),
        layer("residual", inner=layer("layerNorm", shape=[3, 4])),
        layer("flatten", {"to": -2}),
        layer("rmsNorm", {"affine": False, "eps": 0.125}, shape=[4]),
        linear(4, 3),
    ]
    series = [
        linear(2, 4, bias=False),
        layer("batchNorm", {"affine": False, "eps": 1e-3}, features=4),
        activation("gelu"),
        layer("flatten", {"from": -2}),
        linear(12, 2),
    ]
    norms = [
        layer("instanceNorm", {"affine": True}, channels=3),
        linear(3, 4),
        layer("groupNorm", groups=2, channels=4),
        activation("silu"),
        layer("reshapeTo", shape=[-1, 8]),
        layer("rmsNorm", shape=[8]),
        layer("swiglu", inFeatures=8, hiddenFeatures=4, outFeatures=3),
        layer("layerNorm", {"eps": 0.125}, shape=[2, 3]),
    ]
    plain_norms = [
        layer("instanceNorm", channels=3),
        linear(3, 4),
        layer("groupNorm", {"affine": False, "eps": 1e-3}, groups=1, channels=4),
        activation("tanh"),
        linear(4, 4),
        layer("layerNorm", {"affine": False}, shape=[4]),
        layer("swiglu", {"bias": True}, inFeatures=4, hiddenFeatures=3, outFeatures=3),
    ]
    words = [
        layer("embedding", {"paddingIndex": 0}, count=7, features=4),
        layer("layerNorm", shape=[4]),
        layer("residual", inner=several(linear(4, 8), activation("gelu"), linear(8, 4))),
        {**linear(4, 7), "tied": 0},
    ]
    summed = [
        layer("embedding", count=5, features=3),
        layer("flatten"),
        layer(
            "parallel",
            {"join": "add"},
            layers=[linear(9, 4), several(linear(9, 2), activation("elu"), linear(2, 4))],
        ),
        layer("prelu"),
        linear(4, 3),
    ]
    branches = [
        layer("parallel", layers=[several(linear(3, 4), activation("tanh")), linear(3, 2)]),
        layer("prelu", {"channels": 6}),
        layer("parallel", {"join": "mul"}, layers=[linear(6, 4), several(linear(6, 4), activation("sigmoid"))]),
        layer("custom"),
        linear(4, 3),
    ]
    pairs = [
        linear(4, 6),
        activation("mish"),
        layer("bilinear", in1Features=3, in2Features=3, outFeatures=4),
        layer("residual", inner=linear(4, 4)),
        layer("bilinear", {"bias": False}, in1Features=2, in2Features=2, outFeatures=2),
    ]
    # What goes along the batch is the same for any bias.
    own = {
        "celu": {"alpha": 0.5},
        "elu": {"alpha": 2},
        "leakyRelu": {"slope": 0.25},
        "logSoftmax": {"axis": 0},
        "softmax": {"axis": 0},
        "softplus": {"beta": 2},
    }
    all_activations = [
        layer(
            "parallel",
            layers=[
                *(several(linear(3, 2), activation(name)) for name in ACTIVATIONS),
                *(several(linear(3, 2, bias="axis" not in s), activation(name, **s)) for name, s in own.items()),
            ],
        ),
        linear(2 * len(ACTIVATIONS) - 1 + 2 * len(own), 2),
    ]
    nesterov = {"learningRate": 0.03125, "momentum": 0.9, "nesterov": True, "weightDecay": 0.0625}
    cosine = {"_tag": "CosineDecay", "learningRate": 0.03125, "steps": 10, "minimum": 0.00390625}
    warm = {"_tag": "WarmUp", "schedule": 0.03125, "steps": 4, "startFactor": 0.25}
    classes = data("indices", 8, count=3)
    mixed = {
        "groups": [{"path": "0", **of("adam", learningRate=0.015625)}, {"path": "4", **of("sgd", learningRate=0.0625)}],
        "otherwise": of("rmsprop", learningRate=0.0078125, centered=True),
    }
    return [
        train(
            "batch norm over features, rmsprop",
            headline, data("numbers", 8, 4), classes,
            of("softmaxCrossEntropy"),
            of("rmsprop", learningRate=0.001, alpha=0.99),
        ),
        train(
            "batch norm over features, adam, averaged in two parts",
            headline, data("numbers", 8, 4), classes,
            of("softmaxCrossEntropy"),
            of("adam", learningRate=0.0078125), parts=2, averageDecay=0.75,
        ),
        train(
            "batch norm over features, its first layers frozen",
            headline, data("numbers", 8, 4), classes,
            of("softmaxCrossEntropy"),
            of("sgd", learningRate=0.125), frozen=[0, 1],
        ),
        train(
            "batch norm over images, sgd with nesterov and weight decay",
            images, data("numbers", 4, 3, 3, 2), data("indices", 4, count=4),
            of("nllLoss", weights=[0.5, 2, 1.25, 0.75]),
            of("sgd", **nesterov),
        ),
        train(
            "batch norm over series, clipped by norm",
            series, data("numbers", 4, 3, 2), data("numbers", 4, 2),
            of("mseLoss"),
            of("sgd", learningRate=0.125, momentum=0.5), clip={"norm": 0.5},
        ),
        train(
            "instance, group, rms and layer norm, swiglu",
            norms, data("numbers", 2, 4, 3), data("chances", 2, 2, 3),
            of("sigmoidCrossEntropy", positiveWeight=[0.5, 3, 1]),
            of("adamw", learningRate=0.015625, weightDecay=0.25),
        ),
        train(
            "norms over images",
            normed_images, data("numbers", 2, 2, 3, 2), data("indices", 2, 6, count=3),
            of("softmaxCrossEntropy", weights=[0.5, 2, 1.25]),
            of("adam", learningRate=0.0078125, weightDecay=0.125),
        ),
        train(
            "norms without parameters, swiglu with bias",
            plain_norms, data("numbers", 2, 4, 3), data("numbers", 2, 4, 3),
            of("huberLoss", delta=0.5),
            of("sgd", learningRate=cosine, momentum=0.9),
        ),
        train(
            "tied words with padding, adamw warmed up",
            words, data("indices", 3, 4, count=7), data("labelsOrNone", 3, 4, count=7),
            of("softmaxCrossEntropy", labelSmoothing=0.125, ignoreIndex=-100),
            of("adamw", learningRate=warm), clip={"norm": 1},
        ),
        train(
            "tied words with padding, sgd with weight decay",
            words, data("indices", 3, 4, count=7), data("indices", 3, 4, count=7),
            of("softmaxCrossEntropy"),
            of("sgd", **nesterov), averageDecay=0.5,
        ),
        train(
            "words, a sum of two branches, adagrad",
            summed, data("indices", 4, 3, count=5), data("indices", 4, count=3),
            of("hingeLoss"),
            of("adagrad", learningRate=0.0625, learningRateDecay=0.125),
        ),
        train(
            "branches, prelu by channel and a product, adagrad",
            branches, data("numbers", 5, 3), data("numbers", 5, 3),
            of("maeLoss"),
            of("adagrad", learningRate=0.03125, initialAccumulator=0.125),
        ),
        train(
            "bilinear layers, three optimisers",
            pairs, data("numbers", 6, 4), data("numbers", 6, 2),
            of("huberLoss"),
            of("groups", **mixed),
        ),
        train(
            "all activations",
            all_activations, data("numbers", 5, 3), data("numbers", 5, 2),
            of("mseLoss"),
            of("sgd", learningRate=0.03125, momentum=0.5),
        ),
        train(
            "all activations, rmsprop centred",
            all_activations, data("numbers", 5, 3), data("numbers", 5, 2),
            of("huberLoss", delta=2.5),
            of("rmsprop", learningRate=0.0078125, centered=True, momentum=0.5, eps=0.0625),
        ),
    ]


SMALL = [linear(4, 5), activation("tanh"), linear(5, 4)]


def losses():
    """Each loss with its settings and reductions, each time by another optimiser."""
    likely = [*SMALL, activation("logSoftmax")]
    weighted = {"weights": [0.5, 2, 1.25, 0.75]}
    labels, ignored = data("indices", 6, count=4), data("labelsOrNone", 6, count=4)
    parts, logs = data("distributions", 6, count=4), data("logDistributions", 6, count=4)
    values, chances = data("numbers", 6, 4), data("chances", 6, 4)
    signs = data("signs", 6, count=2)
    cases = [
        (SMALL, values, "mseLoss", {}),
        (SMALL, values, "maeLoss", {}),
        (SMALL, values, "huberLoss", {}),
        (SMALL, values, "huberLoss", {"delta": 0.25}),
        (SMALL, labels, "softmaxCrossEntropy", {}),
        (SMALL, labels, "softmaxCrossEntropy", weighted),
        (SMALL, labels, "softmaxCrossEntropy", {"labelSmoothing": 0.25}),
        (SMALL, ignored, "softmaxCrossEntropy", {"ignoreIndex": -100}),
        (SMALL, ignored, "softmaxCrossEntropy", {**weighted, "labelSmoothing": 0.125, "ignoreIndex": -100}),
        (SMALL, parts, "softmaxCrossEntropy", {}),
        (SMALL, parts, "softmaxCrossEntropy", {**weighted, "labelSmoothing": 0.25}),
        (likely, labels, "nllLoss", {}),
        (likely, labels, "nllLoss", weighted),
        (likely, ignored, "nllLoss", {**weighted, "ignoreIndex": -100}),
        (SMALL, labels, "hingeLoss", {}),
        (SMALL, labels, "hingeLoss", {"margin": 0.5}),
        (SMALL, chances, "sigmoidCrossEntropy", {}),
        (SMALL, chances, "sigmoidCrossEntropy", {"positiveWeight": [0.5, 3, 1, 2]}),
        (likely, parts, "klDivergence", {}),
        (likely, logs, "klDivergence", {"logTarget": True}),
        (SMALL, signs, "cosineLoss", {}),
        (SMALL, signs, "cosineLoss", {"margin": 0.25}),
    ]
    optimizers = [
        of("sgd", learningRate=0.015625),
        of("sgd", learningRate=0.0078125, momentum=0.9, nesterov=True),
        of("adagrad", learningRate=0.03125),
        of("rmsprop", learningRate=0.0078125),
        of("adam", learningRate=0.015625),
        of("adamw", learningRate=0.015625, weightDecay=0.25),
        of("rmsprop", learningRate=0.0078125, centered=True, eps=0.0625),
    ]
    rows = []
    for layers, target, name, settings in cases:
        for reduction in ["mean", "sum", "none", *(["batchMean"] if name == "klDivergence" else [])]:
            given = of(name, **settings, reduction=reduction)
            spelled = ", ".join([*settings, f"{reduction}, by {optimizers[len(rows) % 7]['of']}"])
            title = f"{name} of {target['of']}, {spelled}"
            rows.append(train(title, layers, data("numbers", 6, 4), target, given, optimizers[len(rows) % 7]))
    return rows


def schedules():
    """Schedules, clipping and a plateau."""
    x, y, mse = data("numbers", 6, 4), data("numbers", 6, 4), of("mseLoss")
    rows = [
        train(f"{rate['_tag']} with {name}", SMALL, x, y, mse, of(name, learningRate=rate))
        for name, rate in [
            ("sgd", {"_tag": "StepDecay", "learningRate": 0.125, "stepSize": 3, "gamma": 0.5}),
            ("adagrad", {"_tag": "ExponentialDecay", "learningRate": 0.125, "gamma": 0.75}),
            ("adam", {"_tag": "CosineRestarts", "learningRate": 0.03125, "steps": 2, "tMult": 2, "minimum": 0.0078125}),
            (
                "adamw",
                {
                    "_tag": "OneCycle",
                    "maximum": 0.0625,
                    "steps": 10,
                    "pctStart": 0.3,
                    "annealing": "cosine",
                    "divFactor": 25,
                    "finalDivFactor": 10000,
                    "threePhase": False,
                },
            ),
            ("rmsprop", {"_tag": "WarmUp", "schedule": 0.0078125, "steps": 5, "startFactor": 0.125}),
        ]
    ]
    plateau = {"patience": 0, "factor": 0.5, "threshold": 0.25}
    return [
        *rows,
        train("on a plateau", SMALL, x, y, mse, of("sgd", learningRate=0.125), plateau=plateau),
        train("clipped by value", SMALL, x, y, mse, of("sgd", learningRate=0.125), clip={"value": 0.125}),
        train(
            "clipped by value, then norm",
            SMALL, x, y,
            mse,
            of("adam", learningRate=0.015625, eps=0.125), clip={"value": 0.125, "norm": 0.25},
        ),
        train(
            "in three parts, clipped by norm",
            SMALL, x, y,
            mse,
            of("sgd", learningRate=0.125, momentum=0.5), parts=3, clip={"norm": 0.5},
        ),
    ]


def rows():
    return networks() + losses() + schedules()
