"""The device to train on, and how exactly it computes."""

import ctypes
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import torch

from learning_order.runtime.errors import ExplainedError

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h


class NoGPU(ExplainedError, RuntimeError):
    """A GPU was asked for where torch sees none."""

    passes = True  # of a cluster, another node may have one


def choose_device(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" is the GPU where there is one.

    Sets torch to give the same numbers every time. On the CPU that means one thread per process:
    the same sums in the same order with any number of cores, and jobs side by side use them
    better than threads inside such small networks. On a GPU it means full single precision and
    deterministic kernels, for which cuBLAS needs a workspace of fixed size.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise NoGPU(
            f"config.yaml asks for `device: cuda`, but torch sees no GPU here: {why_no_gpu()}. "
            "Set `device: auto` or `device: cpu`, or run on a machine with a GPU."
        )
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory before it is written; filling it all costs a tenth of the time.
    # Torch's stubs lack the setting.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.allow_tf32 = False
    return torch.device(name)


def why_no_gpu() -> str:
    """Why torch sees no GPU, such as a driver that is too old; "" if it sees one."""
    if torch.cuda.is_available():
        return ""
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA_VISIBLE_DEVICES hides all GPUs"
    if torch.version.cuda is None:
        return "this torch is built without CUDA"
    try:
        torch.cuda.init()
    except RuntimeError as error:
        return str(error).strip().partition("\n")[0].rstrip(".")
    return "CUDA starts, but finds no device"


def has_fast_bfloat16() -> bool:
    """Whether this CPU has instructions with which bfloat16 is not slower than float32."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def keep_freed_memory() -> None:
    """Have glibc keep freed memory: every step of training frees and allocates the same tensors.

    Asking the kernel for them again took up to a fourth of the time on the CPU. Other C libraries
    are left as they are.
    """
    with suppress(OSError, AttributeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(M_TRIM_THRESHOLD, 2**30)
        set_option(M_MMAP_THRESHOLD, 2**30) or set_option(M_MMAP_THRESHOLD, 2**25)


@contextmanager
def tensorfloat32(wanted: bool) -> Iterator[None]:
    """Convolutions and matrix products of a GPU with 10 bits of mantissa, if wanted."""
    convolutions, products = torch.backends.cudnn, torch.backends.cuda.matmul
    before = convolutions.allow_tf32, products.allow_tf32
    convolutions.allow_tf32 = products.allow_tf32 = wanted
    try:
        yield
    finally:
        convolutions.allow_tf32, products.allow_tf32 = before


def describe(device: torch.device) -> str:
    """The device in words: a GPU's model, or "cpu"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def place(device: torch.device) -> str:
    """Where this job runs, for its log: the host, the device, and the GPUs that it may see.

    On the CPU of a machine that has a GPU, also why that is not used.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    host = os.environ.get("SLURMD_NODENAME", platform.node())
    seen = "" if visible is None else f", CUDA_VISIBLE_DEVICES={visible}"
    unused = device.type == "cpu" and shutil.which("nvidia-smi")
    why = f"; no GPU: {why_no_gpu() or 'the configuration asks for the CPU'}" if unused else ""
    return f"on {host}, {describe(device)}{seen}{why}"
