"""The networks, batches, losses and optimisers of rows_networks.py in PyTorch, from gradfold's descriptions."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler as schedulers

from rows_activations import hard
from rows_optimizers import Following, stepper
from witness import triangle, weights


def batch(described, start):
    """By formula, as spec/support/goldenBatches.ts has it, so that no row has to hold any."""
    shape, kind = described["shape"], described["of"]
    if kind == "numbers":
        return weights(shape, start)
    if kind == "chances":
        return (weights(shape, start) + 2) / 4
    count = described["count"]
    places = [(13 * triangle(i) + 5 * start) // 2 % count for i in range(math.prod(shape))]
    if kind == "indices":
        return torch.tensor(places).reshape(shape)
    if kind == "labelsOrNone":
        return torch.tensor([-100 if i % 5 == 4 else place for i, place in enumerate(places)]).reshape(shape)
    if kind == "signs":
        return torch.tensor([1.0 if place % 2 == 0 else -1.0 for place in places]).reshape(shape)
    likely = F.one_hot(torch.tensor(places).reshape(shape), count) * 0.5 + 0.5 / count
    return likely if kind == "distributions" else likely.log().float().double()


class ChannelsLast(nn.Module):
    def __init__(self, wrapped):
        super().__init__()
        self.wrapped = wrapped

    def forward(self, x):
        return self.wrapped(x.movedim(-1, 1)).movedim(1, -1)


class BatchNorm(nn.modules.batchnorm._BatchNorm):
    def _check_input_dim(self, x):
        assert 2 <= x.dim() <= 4


class InstanceNorm(nn.modules.instancenorm._InstanceNorm):
    def forward(self, x):
        return self._apply_instance_norm(x)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Halves(nn.Bilinear):
    """A bilinear layer of the two halves of its input."""

    def forward(self, x):
        return super().forward(*x.chunk(2, -1))


class Parallel(nn.Sequential):
    def __init__(self, layers, join="concat", axis=-1):
        super().__init__(*layers)
        self.join, self.axis = join, axis

    def forward(self, x):
        outputs = [layer(x) for layer in self]
        if self.join == "concat":
            return torch.cat(outputs, self.axis)
        return sum(outputs) if self.join == "add" else math.prod(outputs)


class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


class Swiglu(nn.Module):
    def __init__(self, features, hidden, out, bias=False):
        super().__init__()
        self.gate, self.up = (nn.Linear(features, hidden, bias=bias) for _ in range(2))
        self.down = nn.Linear(hidden, out, bias=bias)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


ACTIVATIONS = {
    "celu": nn.CELU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "geluTanh": lambda: nn.GELU("tanh"),
    "glu": nn.GLU,
    # The slope of nn.Hardsigmoid is the 1/6 of float32 in float64, too.
    "hardSigmoid": lambda: Function(hard),
    "hardSwish": nn.Hardswish,
    "leakyRelu": lambda slope=0.01: nn.LeakyReLU(slope),
    "logSoftmax": lambda axis=-1: nn.LogSoftmax(axis),
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softmax": lambda axis=-1: nn.Softmax(axis),
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}

LAYERS = {
    "linear": lambda d, s: nn.Linear(d["inFeatures"], d["outFeatures"], **s),
    "bilinear": lambda d, s: Halves(d["in1Features"], d["in2Features"], d["outFeatures"], **s),
    "embedding": lambda d, s: nn.Embedding(d["count"], d["features"], padding_idx=s.get("paddingIndex")),
    "dropout": lambda d, s: nn.Dropout(**s),
    "channelDropout": lambda d, s: ChannelsLast(nn.Dropout2d(**s)),
    "batchNorm": lambda d, s: ChannelsLast(BatchNorm(d["features"], **s)),
    "layerNorm": lambda d, s: nn.LayerNorm(d["shape"], s.get("eps", 1e-5), s.get("affine", True)),
    "groupNorm": lambda d, s: ChannelsLast(nn.GroupNorm(d["groups"], d["channels"], **s)),
    "instanceNorm": lambda d, s: ChannelsLast(InstanceNorm(d["channels"], **s)),
    "rmsNorm": lambda d, s: nn.RMSNorm(d["shape"], s.get("eps", 2.0**-23), s.get("affine", True)),
    "activation": lambda d, s: ACTIVATIONS[d["activation"]](**s),
    "prelu": lambda d, s: ChannelsLast(nn.PReLU(s.get("channels", 1), s.get("slope", 0.25))),
    "swiglu": lambda d, s: Swiglu(d["inFeatures"], d["hiddenFeatures"], d["outFeatures"], **s),
    "flatten": lambda d, s: nn.Flatten(s.get("from", 1), s.get("to", -1)),
    "reshapeTo": lambda d, s: Function(lambda x: x.reshape(len(x), *d["shape"])),
    "custom": lambda d, s: Function(lambda x: 2 * x),
    "sequential": lambda d, s: nn.Sequential(*map(built, d["layers"])),
    "parallel": lambda d, s: Parallel([*map(built, d["layers"])], **s),
    "residual": lambda d, s: Residual(built(d["inner"])),
}


def built(described):
    return LAYERS[described["layer"]](described, dict(described.get("settings", {})))


def network_of(layers):
    """A layer with `tied` has the weight of another, whose place that is."""
    network = nn.Sequential(*map(built, layers)).double()
    for layer, described in zip(network, layers):
        if "tied" in described:
            layer.weight = network[described["tied"]].weight
    return network


OWN_NAMES = {"weight": "scale", "bias": "offset", "running_mean": "runningMean", "running_var": "runningVariance"}
NORMS = (BatchNorm, nn.GroupNorm, InstanceNorm, nn.LayerNorm, nn.RMSNorm)


def state_of(network):
    """Parameters and buffers by gradfold's paths; a shared one once."""
    found, seen = {}, set()
    for prefix, module in network.named_modules():
        prefix = [part for part in prefix.split(".") if part not in ("", "wrapped")]
        for name, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            if name == "num_batches_tracked" or id(tensor) in seen:
                continue
            seen.add(id(tensor))
            own = OWN_NAMES[name] if isinstance(module, NORMS) else "slope" if isinstance(module, nn.PReLU) else name
            found[".".join([*prefix, own])] = tensor
    return found


def begin(network):
    """Numbers that are exact in float32: of the usual size, about 1 for scales and variances."""
    for i, (path, tensor) in enumerate(state_of(network).items()):
        drawn = weights(tensor.shape, 3 * i + 1)
        name = path.split(".")[-1]
        fan = math.prod(tensor.shape[1:])
        with torch.no_grad():
            if name in ("scale", "runningVariance"):
                tensor.copy_(1 + drawn / 4)
            elif name == "weight":
                tensor.copy_(drawn * 2.0 ** -math.ceil(math.log2(max(fan, 2)) / 2))
            else:
                tensor.copy_(drawn / 4)


def by_class(function, names):
    def loss(y, target, settings, reduction):
        known = {names[name]: value for name, value in settings.items() if name != "weights"}
        if "weights" in settings:
            known["weight"] = torch.tensor(settings["weights"])
        rows = y.reshape(-1, y.shape[-1])
        wanted = target.reshape(rows.shape) if target.is_floating_point() else target.reshape(-1)
        value = function(rows, wanted, reduction=reduction, **known)
        return value.reshape(y.shape[:-1]) if reduction == "none" else value

    return loss


def sigmoid(y, target, settings, reduction):
    known = {"pos_weight": torch.tensor(settings["positiveWeight"])} if "positiveWeight" in settings else {}
    return F.binary_cross_entropy_with_logits(y, target, reduction=reduction, **known)


LABELS = {"labelSmoothing": "label_smoothing", "ignoreIndex": "ignore_index"}
LOSSES = {
    "mseLoss": lambda y, t, s, r: F.mse_loss(y, t, reduction=r),
    "maeLoss": lambda y, t, s, r: F.l1_loss(y, t, reduction=r),
    "huberLoss": lambda y, t, s, r: F.huber_loss(y, t, reduction=r, **s),
    "softmaxCrossEntropy": by_class(F.cross_entropy, LABELS),
    "nllLoss": by_class(F.nll_loss, LABELS),
    "hingeLoss": by_class(F.multi_margin_loss, {"margin": "margin"}),
    "sigmoidCrossEntropy": sigmoid,
    "klDivergence": lambda y, t, s, r: F.kl_div(y, t, reduction=r.lower(), log_target=s.get("logTarget", False)),
    "cosineLoss": lambda y, t, s, r: F.cosine_embedding_loss(*y, t, reduction=r, **s),
}


def loss_of(described, y, target):
    settings = dict(described.get("settings", {}))
    reduction = settings.pop("reduction", "mean")
    losses = LOSSES[described["of"]](y, target, settings, reduction)
    if reduction != "none":
        return losses
    return (losses * batch({"of": "chances", "shape": losses.shape}, 9)).sum()


def schedule_of(described, optimizer):
    s = described
    match s["_tag"]:
        case "StepDecay":
            return schedulers.StepLR(optimizer, s["stepSize"], s["gamma"])
        case "ExponentialDecay":
            return schedulers.ExponentialLR(optimizer, s["gamma"])
        case "CosineDecay":
            return schedulers.CosineAnnealingLR(optimizer, s["steps"], eta_min=s["minimum"])
        case "CosineRestarts":
            return schedulers.CosineAnnealingWarmRestarts(optimizer, s["steps"], s["tMult"], eta_min=s["minimum"])
        case "OneCycle":
            given = {"pct_start": s["pctStart"], "anneal_strategy": "cos", "three_phase": s["threePhase"]}
            given |= {"div_factor": s["divFactor"], "final_div_factor": s["finalDivFactor"]}
            return schedulers.OneCycleLR(optimizer, s["maximum"], s["steps"], cycle_momentum=False, **given)
        case "WarmUp":
            return schedulers.LinearLR(optimizer, s["startFactor"], total_iters=s["steps"])


def first_rate(rate):
    """What PyTorch's optimiser is made with, which its schedules go on from."""
    if not isinstance(rate, dict):
        return rate
    return rate.get("maximum") or rate.get("learningRate") or first_rate(rate["schedule"])


def optimizer_of(described, state):
    of, settings = described["of"], described.get("settings", {})
    if of == "groups":
        return groups_of(settings, state)
    rate = settings.get("learningRate")
    given = settings if rate is None else {**settings, "learningRate": first_rate(rate)}
    optimizer = stepper(of, given)(list(state.values()))
    return Following(optimizer, schedule_of(rate, optimizer)) if isinstance(rate, dict) else optimizer


class Several:
    """One optimiser for each group."""

    def __init__(self, optimizers):
        self.optimizers = optimizers

    def step(self):
        for optimizer in self.optimizers:
            optimizer.step()


def groups_of(settings, state):
    rest, made = dict(state), []
    for part in settings["groups"]:
        own = {path: rest.pop(path) for path in [*rest] if path.startswith(part["path"] + ".")}
        made.append(optimizer_of(part, own))
    return Several([*made, optimizer_of(settings["otherwise"], rest)])
