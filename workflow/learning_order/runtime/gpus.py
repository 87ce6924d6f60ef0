"""Which GPU of a machine a job trains on, decided before torch starts.

Jobs on one machine would all take its first GPU. So each holds a lock on a place of one of them, as
long as it lives: first on those that nobody uses, then on those that one other uses, and so on. The
system lets go of a lock when its process ends, however that happens.
"""

import fcntl
import itertools
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

# Of Nvidia's driver, on a Jetson, below Windows, and of AMD's.
DRIVERS = ("/dev/nvidiactl", "/dev/nvhost-gpu", "/dev/dxg", "/dev/kfd")
VISIBLE = "CUDA_VISIBLE_DEVICES"


def before_torch(device: str) -> TextIO | None:
    """Set up the process for CUDA; keep what this returns: it holds the GPU's lock.

    device: as in the configuration. Call it before torch is imported, which reads these variables.
    """
    # Torch would compile one kernel where there is a compiler and take another where there is none.
    os.environ.setdefault("TORCH_DISABLE_NATIVE_JIT", "1")
    if device == "cpu":
        return None
    names = gpus()
    if len(names) < 2:
        return None
    name, lock = claim(names, Path(tempfile.gettempdir()) / f"learning-order-gpus-{os.getuid()}")
    os.environ[VISIBLE] = name
    return lock


def has_driver() -> bool:
    """Whether this machine may have a GPU that torch can use, without the seconds of its import."""
    return any(Path(driver).exists() for driver in DRIVERS)


def gpus() -> list[str]:
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them.

    Of a GPU that is cut into instances (MIG) these, as a process can use only one of them.
    """
    visible = os.environ.get(VISIBLE)
    if visible is not None:
        return [name.strip() for name in visible.split(",") if name.strip() not in ("", "-1")]
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return listed(done.stdout) if done.returncode == 0 else []


def listed(text: str) -> list[str]:
    """The identifiers in what `nvidia-smi -L` prints."""
    names: list[str] = []
    whole = False  # whether the last name is that of a whole GPU
    for name in re.findall(r"UUID: ((?:GPU|MIG)-[^)\s]+)", text):
        if name.startswith("MIG") and whole:
            names.pop()
        names.append(name)
        whole = name.startswith("GPU")
    return names


def claim(names: Sequence[str], folder: Path) -> tuple[str, TextIO]:
    """The name of a GPU that as few other jobs hold as possible, and the lock on it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in itertools.count():
        for name in names:
            lock = (folder / f"{re.sub(r'[^A-Za-z0-9-]', '_', name)}.{place}").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                return name, lock
    raise AssertionError("places do not end")
