"""(b) in PyTorch, eager: python3 step_torch.py THREADS LOSSES START STEPS < start and batches."""
import sys

import torch
from torch import nn

import step_data


def main():
    torch.set_num_threads(int(sys.argv[1]))
    layers, batches = step_data.read()
    linears = [nn.Linear(*weight.shape) for weight, _ in layers]
    with torch.no_grad():
        for linear, (weight, bias) in zip(linears, layers):
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.copy_(torch.from_numpy(bias))
    model = nn.Sequential(linears[0], nn.ReLU(), linears[1], nn.ReLU(), linears[2])
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step(images, labels):
        optimizer.zero_grad()
        loss = loss_of(model(torch.from_numpy(images)), torch.from_numpy(labels).long())
        loss.backward()
        optimizer.step()
        return loss.item()

    step_data.measure(step, batches)


main()
