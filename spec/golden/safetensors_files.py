"""
Writes the .safetensors files of this folder: models as PyTorch and its safetensors package save them. Run with torch 2.13.0 and
safetensors 0.8.0: python spec/golden/safetensors_files.py. With an argument, `python spec/golden/safetensors_files.py FILE`, it
reads FILE instead, the network below as gradfold's saveModel wrote it with { layout: 'pytorch' }, and compares the outputs.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file, save_model
from torch import nn
from witness import full

HERE = Path(__file__).parent


def network():
    return nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3))


def filled(model):
    """The same numbers on every machine: no generator is asked."""
    with torch.no_grad():
        for index, tensor in enumerate(model.state_dict().values()):
            if tensor.is_floating_point():
                tensor.copy_(full(*tensor.shape, start=index))
            else:
                tensor.zero_()
        for name, tensor in model.state_dict().items():
            if name.endswith("running_var"):
                tensor.abs_()
    return model.eval()


def layers():
    return filled(
        nn.ModuleDict(
            {
                "linear": nn.Linear(4, 3, bias=False),
                "bilinear": nn.Bilinear(2, 3, 4),
                "embedding": nn.Embedding(5, 3),
                "batch": nn.BatchNorm1d(3),
                "layer": nn.LayerNorm([2, 3]),
                "group": nn.GroupNorm(2, 4),
                "instance": nn.InstanceNorm1d(3, affine=True),
                "rms": nn.RMSNorm(3),
                "parametric": nn.PReLU(3),
            }
        )
    )


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(3, 3, bias=False)
        self.decoder = nn.Linear(3, 3)
        self.decoder.weight = self.encoder.weight


def write():
    net = filled(network())
    x = full(6, 4, start=9).float()
    save_file(net.state_dict(), HERE / "safetensors_network.safetensors", {"format": "pt"})
    save_file({"x": x, "y": net(x).detach()}, HERE / "safetensors_outputs.safetensors")
    save_file(layers().state_dict(), HERE / "safetensors_layers.safetensors", {"format": "pt"})
    save_model(filled(Tied()), str(HERE / "safetensors_tied.safetensors"))


def compare(file):
    net = network()
    net.load_state_dict(load_file(file), strict=True)
    golden = load_file(HERE / "safetensors_outputs.safetensors")
    difference = (net.eval()(golden["x"]) - golden["y"]).abs().max().item()
    print(f"{file}: load_state_dict took it; the outputs differ by at most {difference}")


if __name__ == "__main__":
    compare(sys.argv[1]) if len(sys.argv) > 1 else write()
