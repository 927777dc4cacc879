"""
Writes pytorch.jsonl: what PyTorch gives for every operation, layer, loss, initialiser and optimiser, a case a line; and
networks.jsonl: ten training steps of small networks of them.

    pip install torch==2.13.0
    python spec/golden/pytorch.py

In float64 on the CPU; the inputs are exact in float32. The rows are in the files beside this one.
"""

import hashlib
import json
import sys
import warnings
from pathlib import Path

sys.dont_write_bytecode = True

import torch

import rows_activations
import rows_batchnorm
import rows_elementwise
import rows_layers
import rows_losses
import rows_networks
import rows_optimizers
import rows_reduced
import rows_shaped
import rows_training

HERE = Path(__file__).parent


def sources():
    """Of all scripts here: a spec compares it, so that no script changes without its rows."""
    digest = hashlib.sha256()
    for file in sorted(HERE.glob("*.py"), key=lambda path: path.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()


torch.use_deterministic_algorithms(True)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
# A loss of shapes that broadcast is a row on purpose.
warnings.filterwarnings("ignore", message="Using a target size")
# So is the mean of kl_div, which is over all numbers.
warnings.filterwarnings("ignore", message="reduction: 'mean' divides the total loss")
header = {"torch": torch.__version__, "command": "python spec/golden/pytorch.py", "sources": sources()}
parts = [
    rows_activations,
    rows_elementwise,
    rows_layers,
    rows_batchnorm,
    rows_losses,
    rows_reduced,
    rows_shaped,
    rows_training,
    rows_optimizers,
]


def write(name, rows):
    lines = [json.dumps(line, allow_nan=False, separators=(",", ":")) for line in [header, *rows]]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


# All before any is written, so that the files are of one state of the scripts.
files = {"pytorch.jsonl": [row for part in parts for row in part.rows()], "networks.jsonl": rows_networks.rows()}
for name, rows in files.items():
    write(name, rows)
