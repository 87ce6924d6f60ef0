"""How long a row of figure 15 takes at the scale of the paper, and at what arithmetic rate.

    python benchmarks/figure15.py --device cuda                        700 networks, 31 PFLOP
    python benchmarks/figure15.py --models 2 --extents 0 1             some of them, on the CPU

Trains st-vgg from scratch to every extent, as the training jobs do: in blocks of `models_per_job`,
with the execution that is chosen for each and predictions on train and test, on random images in
the size of small mammals. Beside its arithmetic rate stands that of a large product of matrices.
"""

import argparse
import dataclasses
import os
import time
from functools import partial

import torch
import training as bench  # puts the package on the path

from learning_order.jobs.estimates import network_epochs
from learning_order.networks.device import choose_device, describe, keep_freed_memory
from learning_order.runtime.progress import TrainingProgress
from learning_order.training.choose_execution import choose_execution
from learning_order.training.trainer import train_block

EXTENTS = [0, 10, 30, 60, 90, 120, 140]
TRAIN, TEST = 2500, 500


def train(recipe, builder, data, models: int, extents: list[int], block: int) -> None:
    with open(os.devnull, "w") as log:
        progress = TrainingProgress(
            log, network_epochs(models, extents, "independent"), "figure 15"
        )
        for extent in extents:
            for first in range(0, models, block):
                seeds = range(first, min(first + block, models))
                say = partial(print, f"extent {extent}, seeds {seeds[0]} to {seeds[-1]}:")
                epochs = len(seeds) * extent
                execution = choose_execution(recipe, builder, data, seeds, epochs, say)
                options = {"progress": progress, "execution": execution}
                for _ in train_block(recipe, builder, data, seeds, [extent], **options):
                    pass
        progress.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--extents", type=int, nargs="+", default=EXTENTS)
    parser.add_argument("--block", type=int, default=50)
    parser.add_argument("--precision", default="float32")
    options = parser.parse_args()

    device = choose_device(options.device)
    keep_freed_memory()
    recipe, builder = bench.recipe_of("st-vgg")
    recipe = dataclasses.replace(recipe, precision=options.precision)
    data = bench.random_data("st-vgg", TRAIN, device, TEST)
    start = time.perf_counter()
    train(recipe, builder, data, options.models, options.extents, options.block)
    seconds = time.perf_counter() - start

    epochs = network_epochs(options.models, options.extents, "independent")
    work = epochs * TRAIN * bench.arithmetic("st-vgg", device)
    peak = bench.peak(device, options.precision)
    networks = options.models * len(options.extents)
    print(f"{describe(device)}, torch {torch.__version__}, {options.precision}")
    print(
        f"{networks} networks, {epochs} network-epochs, {work / 1e12:,.1f} TFLOP: {seconds:.0f} s"
    )
    print(f"{work / seconds / 1e12:.2f} TFLOP/s; a product of matrices: {peak / 1e12:.2f} TFLOP/s")


if __name__ == "__main__":
    main()
