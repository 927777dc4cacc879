"""(b) in JAX, the whole step compiled by jit: python3 step_jax.py THREADS LOSSES START STEPS < start and batches."""
import os
import sys

# Read by XLA when it starts: the threads between operations and, of one thread, those inside a product.
os.environ['JAX_PLATFORMS'] = 'cpu'
os.environ['PJRT_NPROC'] = sys.argv[1]
if sys.argv[1] == '1':
    os.environ['XLA_FLAGS'] = '--xla_cpu_multi_thread_eigen=false'

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

import step_data  # noqa: E402

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def loss_of(layers, images, labels):
    x = images
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    logs = jax.nn.log_softmax(x @ weight + bias)
    return -jnp.take_along_axis(logs, labels[:, None], axis=1).mean()


@jax.jit
def update(layers, means, squares, count, images, labels):
    loss, gradients = jax.value_and_grad(loss_of)(layers, images, labels)
    count = count + 1
    means = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, means, gradients)
    squares = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, squares, gradients)

    def moved(p, m, v):
        root = jnp.sqrt(v / (1 - BETA_2 ** count))
        return p - LEARNING_RATE * m / (1 - BETA_1 ** count) / (root + EPSILON)

    return jax.tree.map(moved, layers, means, squares), means, squares, count, loss


def main():
    start, batches = step_data.read()
    layers = jax.tree.map(jnp.asarray, start)
    zeros = jax.tree.map(jnp.zeros_like, layers)
    state = [layers, zeros, zeros, jnp.float32(0)]

    def step(images, labels):
        *after, loss = update(*state, images, labels)
        state[:] = after
        return float(loss)

    step_data.measure(step, batches, lambda: jax.block_until_ready(state))


main()
