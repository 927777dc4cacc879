"""What step_torch.py and step_jax.py share: what comes through standard input, the clock, and the line of JSON."""
import json
import sys
import time

import numpy

SIZES = (784, 128, 64, 10)
BATCH = 128
WARM_UP = 50


def read():
    """Weights [in, out] and biases; batches of images and labels."""
    numbers = numpy.frombuffer(sys.stdin.buffer.read(), dtype='<f4')
    at = 0

    def take(*shape):
        nonlocal at
        size = int(numpy.prod(shape))
        block = numbers[at:at + size].reshape(shape)
        at += size
        return block.copy()

    layers = [(take(*shape), take(shape[1])) for shape in zip(SIZES, SIZES[1:])]
    batches = []
    while at < len(numbers):
        batches.append((take(BATCH, SIZES[0]), take(BATCH).view('<i4')))
    return layers, batches


def measure(step, batches, wait=lambda: None):
    """step(images, labels) gives the batch's loss as a number. Arguments: losses to print, first batch, steps."""
    compared, start, steps = map(int, sys.argv[2:5])
    losses = [step(*batch) for batch in batches[:compared]]
    for i in range(WARM_UP):
        step(*batches[i % len(batches)])
    wait()
    began = time.perf_counter()
    for i in range(start, start + steps):
        step(*batches[i % len(batches)])
    wait()
    milliseconds = 1000 * (time.perf_counter() - began) / max(steps, 1)
    print(json.dumps({'losses': losses, 'milliseconds': milliseconds}))
