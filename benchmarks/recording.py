"""What recording costs of an epoch.

    python benchmarks/recording.py [--examples 2000]

trains one epoch of small-st-vgg on random images of 32×32, in batches, and adds each batch to a
Recorder. The processor time of the second epoch, in which the first one is also finished, is held
against that of its training, as other work on the machine would stretch both.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from learning_order import Recorder
from learning_order.networks.st_vgg import small_st_vgg


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=100)
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    images = torch.randn(given.examples, 3, 32, 32, device=device)
    labels = torch.randint(10, (given.examples,), device=device)
    network = small_st_vgg((3, 32, 32), 10).to(device)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder) / "run.parquet")
        training = recording = 0.0
        for epoch in (1, 2):  # the first warms up, and is finished in the second
            start = time.process_time()
            recording = 0.0
            for examples in torch.randperm(given.examples).split(given.batch):
                optimizer.zero_grad()
                logits = network(images[examples])
                functional.cross_entropy(logits, labels[examples]).backward()
                optimizer.step()
                before = time.process_time()
                recorder.add(
                    extent=epoch,
                    split="train",
                    examples=examples,
                    labels=labels[examples],
                    logits=logits,
                )
                recording += time.process_time() - before
            training = time.process_time() - start - recording
    print(f"{device}: recording takes {recording:.3f} s of processor time beside {training:.1f} s")
    print(f"of training: {recording / training:.2%}")


if __name__ == "__main__":
    main()
