"""What an error of the device means, in words, and whether another way of training may avoid it."""

import torch

from learning_order.runtime.errors import ExplainedError

# cuDNN, cuBLAS and CUDA graphs have words of their own for memory that is short.
SHORT_OF_MEMORY = ("out of memory", "ALLOC_FAILED", "unable to find an engine")
NOT_DETERMINISTIC = "does not have a deterministic implementation"


class DeviceMemoryShort(ExplainedError, RuntimeError):
    """One model alone does not fit into what is free of the GPU's memory."""

    passes = True  # other programs may end


class DeviceLost(ExplainedError, RuntimeError):
    """The GPU has failed or is gone; this process cannot use it any more."""

    passes = True


class NotDeterministic(ExplainedError, RuntimeError):
    """A layer of the network gives other numbers at every run on a GPU."""


def is_short_of_memory(error: Exception) -> bool:
    """Whether fewer models at once may avoid the error."""
    known = isinstance(error, torch.OutOfMemoryError | DeviceMemoryShort)
    return known or any(words in str(error) for words in SHORT_OF_MEMORY)


def is_lost(device: torch.device) -> bool:
    """Whether the GPU answers no longer, after which every use of it fails."""
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False


def explained(error: Exception, device: torch.device) -> Exception:
    """The error of a model that was trained alone, with what to do about it where that is known."""
    said = first_line(error)
    if NOT_DETERMINISTIC in said:
        return NotDeterministic(
            f"The network has a layer whose numbers differ from run to run on a GPU: {said} "
            "docs/extending.md lists such layers; replace it, or set `device: cpu`."
        )
    if device.type != "cuda":
        return error
    if is_short_of_memory(error):
        return DeviceMemoryShort(
            f"One model alone does not fit into the free memory of the GPU: {said}. Let fewer jobs "
            "share it (`--resources training_on_gpu=1`), end other programs on it, lower "
            "`batch_size`, or set `precision: bfloat16` in the architecture."
        )
    if is_lost(device):
        return DeviceLost(
            f"The GPU failed: {said}. Nothing that is finished is lost: run the same command "
            "again, and training resumes from its last checkpoint. If it fails again, see "
            "`nvidia-smi` and `dmesg`."
        )
    return error


def first_line(error: Exception) -> str:
    """The first line of the error's message."""
    return str(error).partition("\n")[0]
