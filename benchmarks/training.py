"""How many images a second a machine trains: this workflow beside what one would write without it.

    python benchmarks/training.py                        all small networks, on the CPU
    python benchmarks/training.py st-vgg --rounds 9      one of them
    python benchmarks/training.py --device cuda          on a GPU

All contenders train the same network with the same recipe on the same images, one after the other,
again and again; the table has the median speed and the median ratio to the first within a round,
which a machine with other work moves less than the speeds themselves.

- dataloader: one model in one process, a DataLoader over the images, torch's own threads
- vmap: several models at once with torch.func, one process, torch's own threads; it makes grouped
  convolutions of theirs
- vmap, unfold: the same with convolutions as products of unfolded images, batched over the models
- compiled: torch.compile of forward, backward and loss; on a GPU the steps of sixteen models as one
  CUDA graph, on a CPU one model
- workflow: train_block, as jobs train: on the CPU one process and thread a core, on a GPU one
  process with the path that it chooses for sixteen models; in every precision
- matmul: the arithmetic of a large product of matrices, as images of this network a second; as
  the workflow, on each core or on the GPU, because torch's threads do not share one well everywhere
"""

import argparse
import dataclasses
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from unittest import mock

import torch
import yaml
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional
from torch.nn.modules.utils import _pair
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from learning_order.config import lookup, resolve
from learning_order.config.expand import recipe_entry
from learning_order.networks.device import choose_device, describe, keep_freed_memory, tensorfloat32
from learning_order.runtime.progress import Progress
from learning_order.training.choose_execution import choose_execution
from learning_order.training.device_data import DeviceData, rows_of
from learning_order.training.execution import record_graph
from learning_order.training.recipe import Builder, Recipe
from learning_order.training.trainer import train_block

SHAPES = {"st-vgg": (3, 32, 32), "small-st-vgg": (3, 32, 32), "mnist-net": (1, 28, 28)}
SHAPES["fully-connected"] = (3, 32, 32)
CLASSES = 5
TOGETHER = {"cpu": 4, "cuda": 16}  # models of vmap
BLOCK, EPOCHS, WARM_UP = 16, 4, 5  # on a GPU: models, epochs, steps of each that are not counted


def recipe_of(name: str) -> tuple[Recipe, Builder]:
    """The recipe of config.yaml, and what makes its network."""
    entry = resolve(yaml.safe_load((ROOT / "config.yaml").read_text())).architectures[name]
    network = lookup.network(entry["network"])
    builder = Builder(network.function, list(network.keywords), dict(network.preset))
    return Recipe.from_config(recipe_entry(entry)), builder


def random_data(name: str, images: int, device: torch.device, tested: int = 1) -> DeviceData:
    """So many images to train on, and some of them to test with."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(images, *SHAPES[name], generator=generator).to(device)
    labels = torch.randint(CLASSES, (images,), generator=generator).to(device)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    splits = {"train": (inputs, labels), "test": (inputs[:tested], labels[:tested])}
    return DeviceData(
        inputs={split: inputs for split, (inputs, _) in splits.items()},
        labels={split: labels for split, (_, labels) in splits.items()},
        classes=CLASSES,
        content_hash="random",
        extras={},
    )


def network_of(name: str, device: torch.device):
    recipe, builder = recipe_of(name)
    return builder.build(recipe, SHAPES[name], CLASSES, {}).to(device), recipe


def dataloader(name: str, images: int, device: torch.device) -> Callable[[], float]:
    """The loop of the tutorials."""
    network, recipe = network_of(name, device)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)
    data = random_data(name, images, torch.device("cpu"))
    pairs = TensorDataset(data.inputs["train"].contiguous(), data.labels["train"])
    loader = DataLoader(pairs, recipe.batch_size, shuffle=True)

    def run() -> float:
        start = time.perf_counter()
        network.train()
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = functional.cross_entropy(network(inputs.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
        _wait(device)
        return images / (time.perf_counter() - start)

    return run


def vmapped(
    name: str, images: int, device: torch.device, convolution: Callable = functional.conv2d
) -> Callable[[], float]:
    """Models with stacked weights."""
    together = TOGETHER[device.type]
    networks = [network_of(name, device)[0].train() for _ in range(together)]
    recipe, _ = recipe_of(name)
    weights, buffers = stack_module_state(networks)
    data = random_data(name, images, device)
    inputs, labels = data.inputs["train"].contiguous(), data.labels["train"]

    def loss_of(weights, buffers, inputs, labels):
        return functional.cross_entropy(
            functional_call(networks[0], (weights, buffers), (inputs,)), labels
        )

    gradients = vmap(grad(loss_of), randomness="different")

    def run() -> float:
        start = time.perf_counter()
        size = recipe.batch_size
        steps = max(5, images // size // together)  # one alone would tell little
        for _ in range(steps):
            rows = torch.randint(images, (together, size), device=device)
            with mock.patch.object(functional, "conv2d", convolution):
                found = gradients(weights, buffers, inputs[rows], labels[rows])
            with torch.no_grad():
                for key, gradient in found.items():
                    weights[key] -= 1e-3 * gradient
        _wait(device)
        return together * steps * size / (time.perf_counter() - start)

    return run


def unfolded(images, weight, bias, stride=1, padding=0, *_) -> torch.Tensor:
    """functional.conv2d as a product of the weights and the unfolded images."""
    kernel = weight.shape[2:]
    columns = functional.unfold(images, kernel, padding=padding, stride=stride)
    height = (images.shape[2] + 2 * _pair(padding)[0] - kernel[0]) // _pair(stride)[0] + 1
    products = torch.einsum("om,nmp->nop", weight.flatten(1), columns)
    if bias is not None:
        products = products + bias[:, None]
    return products.unflatten(2, (height, -1))


def compiled(name: str, images: int, device: torch.device) -> Callable[[], float]:
    """Models whose kernels torch fuses; they draw from torch's own random numbers."""
    on_gpu = device.type == "cuda"
    networks = [network_of(name, device)[0].train() for _ in range(BLOCK if on_gpu else 1)]
    recipe, _ = recipe_of(name)
    data = random_data(name, images, device)
    inputs, labels = data.inputs["train"], data.labels["train"]
    optimizers = [
        torch.optim.SGD(network.parameters(), lr=1e-3, fused=True) for network in networks
    ]
    size = recipe.batch_size

    @torch.compile
    def loss_of(network, inputs, labels):
        return functional.cross_entropy(network(inputs), labels)

    def step(model: int) -> None:
        rows = torch.randint(images, (size,), device=device)
        optimizers[model].zero_grad()
        loss_of(networks[model], rows_of(inputs, rows), labels[rows]).backward()
        optimizers[model].step()

    work = [partial(step, model) for model in range(len(networks))]

    def all_steps() -> None:
        for item in work:
            item()

    all_steps()  # compiles
    take = record_graph(work, []) if on_gpu else all_steps
    steps = max(1, images // size)

    def run() -> float:
        start = time.perf_counter()
        for _ in range(steps):
            take()
        _wait(device)
        return len(networks) * steps * size / (time.perf_counter() - start)

    return run


def with_precision(make: Callable, lower: bool) -> Callable:
    """The contender with convolutions and products of matrices in TF32, or all in float32."""

    def made(name: str, images: int, device: torch.device) -> Callable[[], float]:
        run = make(name, images, device)

        def timed() -> float:
            with tensorfloat32(lower):
                return run()

        return timed

    return made


class Clock(Progress):
    """The time between two of all the steps, after which the device has done its work."""

    def __init__(self, device: torch.device, first: int, last: int):
        self.device, self.first, self.last = device, first, last
        self.steps, self.times = 0, []

    def advance(self, *_):
        self.steps += 1
        if self.steps in (self.first, self.last):
            _wait(self.device)
            self.times.append(time.perf_counter())

    @property
    def steps_a_second(self) -> float:
        start, end = self.times
        return (self.last - self.first) / (end - start)


def train(task: tuple) -> float:
    """Images a second of one process, without its start."""
    name, images, device, precision, seed = task
    device = choose_device(device)
    keep_freed_memory()
    recipe, builder = recipe_of(name)
    recipe = dataclasses.replace(recipe, precision=precision)
    data = random_data(name, images, device)
    on_gpu = device.type == "cuda"
    seeds, epochs, warm_up = (range(BLOCK), EPOCHS, WARM_UP * BLOCK) if on_gpu else ([seed], 1, 1)
    say = partial(print, file=sys.stderr)
    execution = choose_execution(recipe, builder, data, seeds, inf, say)
    clock = Clock(device, warm_up, len(seeds) * epochs * (images // recipe.batch_size))
    options = {"progress": clock, "execution": execution}
    list(train_block(recipe, builder, data, seeds, [epochs], **options))
    return recipe.batch_size * clock.steps_a_second


def on_every_core(
    work: Callable[[tuple], float], name: str, images: int, device: torch.device, precision: str
) -> Callable[[], float]:
    """Does the work in as many processes as there are cores, at once; on a GPU in one."""
    seeds = range(1 if device.type == "cuda" else os.cpu_count())
    pool = multiprocessing.get_context("spawn").Pool(len(seeds))
    tasks = [(name, images, device.type, precision, seed) for seed in seeds]
    return lambda: sum(pool.map(work, tasks, chunksize=1))


def arithmetic(name: str, device: torch.device) -> float:
    """Floating-point operations to learn from one image."""
    network, _ = network_of(name, device)
    with FlopCounterMode(display=False) as counter:
        network(torch.randn(2, *SHAPES[name], device=device)).sum().backward()
    return counter.get_total_flops() / 2


def multiply(task: tuple) -> float:
    """Images a second of one process, if all were a product of matrices."""
    name, _, device, precision, _ = task
    device = choose_device(device)
    return peak(device, precision) / arithmetic(name, device)


def peak(device: torch.device, precision: str) -> float:
    """Floating-point operations a second in a large product of matrices."""
    size = 8192 if device.type == "cuda" else 1024
    left, right = torch.randn(2, size, size, device=device)
    if precision == "bfloat16":
        left, right = left.bfloat16(), right.bfloat16()
    with tensorfloat32(precision == "tensorfloat32"):
        left @ right
        _wait(device)
        start, products = time.perf_counter(), 0
        while (seconds := time.perf_counter() - start) < 1:
            left @ right
            _wait(device)
            products += 1
    return products * 2 * size**3 / seconds


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def contenders(device: torch.device) -> dict[str, Callable[..., Callable[[], float]]]:
    """What is compared on a device. On a CPU tensorfloat32 is float32."""
    precisions = ["float32", *(["tensorfloat32"] if device.type == "cuda" else []), "bfloat16"]
    both = {"workflow": train, "matmul": multiply}
    ours = {
        f"{label}, {precision}": partial(on_every_core, work, precision=precision)
        for label, work in both.items()
        for precision in precisions
    }
    unfold = partial(vmapped, convolution=unfolded)
    others = {"dataloader": dataloader, "vmap": vmapped}
    if device.type == "cuda":  # torch's own default is TF32, but for convolutions alone
        others |= {
            f"{label}, {precision}": with_precision(make, precision == "tensorfloat32")
            for label, make in others.items()
            for precision in ("float32", "tensorfloat32")
        }
    return {**others, "vmap, unfold": unfold, "compiled": compiled, **ours}


def compare(name: str, images: int, rounds: int, device: torch.device) -> None:
    runs = {label: make(name, images, device) for label, make in contenders(device).items()}
    for run in runs.values():
        run()
    speeds = [{label: run() for label, run in runs.items()} for _ in range(rounds)]
    print(f"\n{name}, {rounds} rounds of {images} images\n")
    print("| | images/s | against dataloader |\n|---|---|---|")
    for label in runs:
        median = statistics.median(speed[label] for speed in speeds)
        ratio = statistics.median(speed[label] / speed["dataloader"] for speed in speeds)
        print(f"| {label} | {median:,.0f} | {ratio:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("networks", nargs="*", default=list(SHAPES), help="; ".join(SHAPES))
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=2000)
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    print(f"{describe(device)}, {os.cpu_count()} cores, torch {torch.__version__}")
    for name in arguments.networks:
        compare(name, arguments.images, arguments.rounds, device)


if __name__ == "__main__":
    main()
