"""A step of every network on a device that does not exist.

FakeTensorMode knows shapes, devices and layouts but no values. Its "cuda" cannot go backward
without a real GPU (autograd asks for its primary context), so the fake device is torch's spare one,
with the guards that torch ships for it. It is renamed for the whole process, hence
tests/training/test_gpu_path.py runs this in a process of its own:

    python -m support.fake_device NETWORK …
"""

import dataclasses
import sys
from contextlib import nullcontext

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

# Small inputs, as only devices matter.
NETWORKS = {
    **{"st-vgg": (3, 32, 32), "linear-st-vgg": (3, 32, 32), "small-st-vgg": (3, 32, 32)},
    **{"mnist-net": (1, 28, 28), "fully-connected": (1, 1, 16), "bilstm-attention": (12,)},
    **{"vgg16": (3, 32, 32), "vgg19": (3, 32, 32), "resnet18": (3, 32, 32)},
    **{"resnet50": (3, 64, 64), "alexnet": (3, 96, 96), "densenet121": (3, 64, 64)},
}
OPTIMIZERS = [{"name": "sgd", "momentum": 0.9}, {"name": "adam"}]  # Adadelta needs a real device


class NoTransfers(TorchDispatchMode):
    """Refuses copies from one device to another, for which a step would wait."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        tensors = [leaf for leaf in tree_leaves((args, out)) if isinstance(leaf, torch.Tensor)]
        if "copy" in func.__name__ and len({tensor.device.type for tensor in tensors}) > 1:
            raise RuntimeError(f"{func} copies from one device to another within a step")
        return out


class Generator(torch.Generator):
    """The CPU's for any device: the fake one has none, and no fake number is drawn."""

    def __new__(cls, device="cpu"):
        return super().__new__(cls)


def move(network, device, memory_format):
    """Module.to for fakes, whose tensors cannot be swapped."""
    for module in network.modules():
        for kind in (module._parameters, module._buffers):
            for key, old in kind.items():
                if old is None:
                    continue
                new = torch.empty(old.shape, dtype=old.dtype, device=device)
                if new.ndim == 4:
                    new = new.to(memory_format=memory_format)
                is_parameter = isinstance(old, torch.nn.Parameter)
                kind[key] = torch.nn.Parameter(new, old.requires_grad) if is_parameter else new
    return network


def fused_step(*lists, **options):
    """In place of the optimizers' fused kernels, which no fake device has: a check of devices."""
    tensors = [leaf for leaf in tree_leaves((lists, options)) if isinstance(leaf, torch.Tensor)]
    assert {tensor.device.type for tensor in tensors} == {"gpu"}, "an optimizer mixes devices"


def install() -> torch.device:
    """Make "gpu" a device of this process."""
    backend_registration._setup_privateuseone_for_python_backend("gpu")
    torch.autocast = lambda *_, **__: nullcontext()  # it knows no kernels of the fake device
    torch.nn.Module.to = move
    torch.Generator = Generator
    torch._fused_sgd_ = torch._fused_adam_ = fused_step
    return torch.device("gpu:0")


def take_steps(name: str, device: torch.device, optimizers=OPTIMIZERS) -> None:
    """Two steps with each optimizer; raises where devices mix or a step would wait."""
    from support.training import RECIPE

    from learning_order.config import lookup
    from learning_order.training.device_data import DeviceData
    from learning_order.training.model import Model
    from learning_order.training.recipe import Builder

    shape = NETWORKS[name]
    texts = len(shape) == 1
    for optimizer in optimizers:
        recipe = dataclasses.replace(
            RECIPE,
            network=name,
            activation="linear" if "linear" in name else "elu",
            initialiser="own",
            optimizer=optimizer,
            batch_size=4,
            augmentation={} if texts else {"flip": True, "crop": 2},
            l2=0.1,
        )
        with FakeTensorMode():
            inputs = torch.empty(
                8, *shape, dtype=torch.int64 if texts else torch.float32, device=device
            )
            if not texts:
                inputs = inputs.to(memory_format=torch.channels_last)
            labels = torch.empty(8, dtype=torch.int64, device=device)
            extras = {"vectors": torch.empty(50, 7)} if texts else {}
            data = DeviceData({"train": inputs}, {"train": labels}, 3, "fake", extras)
            model = Model(recipe, Builder(**lookup.builder(name)), data, 0, 0)
            for size in model.begin_fed_epoch():
                with NoTransfers():
                    model.compute_fed_step(size)
            for key, tensor in model.network.state_dict().items():
                assert tensor.device == device, key
            for state in model.optimizer.state.values():
                for key, tensor in state.items():
                    assert key == "step" or tensor is None or tensor.device == device, key


if __name__ == "__main__":
    fake = install()
    for network in sys.argv[1:]:
        take_steps(network, fake, OPTIMIZERS if network == "mnist-net" else OPTIMIZERS[:1])
        print(network, flush=True)
