"""How many examples a dataset has, of what shape: as prepared, else as its loader is known to give.

The one place that knows datasets which nobody has loaded yet.
"""

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from learning_order.config import Config


@dataclass(frozen=True)
class Size:
    """Examples of both splits; `shape` of one: (height, width, channels) or (tokens,)."""

    train: int
    test: int
    shape: tuple[int, ...]
    classes: int
    value_bytes: int = 1  # of one number as it is stored; 0 where images stay in their files

    @property
    def bytes(self) -> int:
        """What the prepared arrays take on disk."""
        return (self.train + self.test) * math.prod(self.shape) * self.value_bytes


# As published, or as the loaders' own defaults are; an entry's options change them below.
KNOWN = {
    "digits": Size(1437, 360, (8, 8, 1), 10),
    "gaussian": Size(5000, 1000, (32, 32, 3), 2, value_bytes=4),
    "gabor": Size(1200, 1200, (32, 32, 3), 12),
    "mnist": Size(60000, 10000, (28, 28, 1), 10),
    "fashion-mnist": Size(60000, 10000, (28, 28, 1), 10),
    "cifar10": Size(50000, 10000, (32, 32, 3), 10),
    "cifar100": Size(50000, 10000, (32, 32, 3), 100),
    "tiny-imagenet": Size(100000, 10000, (64, 64, 3), 200),
    "imagenet": Size(1281167, 50000, (224, 224, 3), 1000),
    # The largest identities have some 800 images; what is not trained on is tested on.
    "vggface2-subset": Size(6000, 2000, (64, 64, 3), 10),
    "stack-overflow": Size(39000, 1000, (100,), 20, value_bytes=4),
    "newsgroups": Size(11314, 7532, (100,), 20, value_bytes=4),
    "noise": Size(0, 1000, (32, 32, 3), 0),
}
FEATURES = (1, 1, 2048)  # of Inception-V3


def size_of(config: Config, dataset: str) -> Size | None:
    """The size of a dataset; None where that is not known before it is prepared."""
    facts = Path(config.results, "datasets", dataset, "dataset.json")
    with suppress(OSError, ValueError, KeyError, TypeError):  # missing, or damaged
        return _prepared(json.loads(facts.read_text()))
    return expected_size(config.datasets[dataset])


def _prepared(facts: Mapping) -> Size:
    streamed = facts["dtype"] == "file"
    return Size(
        train=facts["examples"]["train"],
        test=facts["examples"]["test"],
        shape=tuple(facts["shape"]),
        classes=len(facts["classes"]),
        value_bytes=0 if streamed else np.dtype(facts["dtype"]).itemsize,
    )


def expected_size(entry: Mapping) -> Size | None:
    """What the loader of a resolved entry will give, as far as it is known here."""
    size = KNOWN.get(entry["loader"])
    if size is None:
        return None
    size = _of_loader(size, entry)
    # In the order in which datasets.load applies them.
    if "classes" in entry:
        size = _of_classes(size, len(entry["classes"]))
    for split, most in entry.get("limit", {}).items():
        size = replace(size, **{split: min(most, getattr(size, split))})
    if "partition" in entry:
        size = replace(size, train=size.train // entry["partition"]["parts"])
    if entry.get("without_labels"):
        size = replace(size, train=0, classes=0)
    if "features" in entry:
        size = replace(size, shape=FEATURES, value_bytes=4)
    return size


def _of_loader(size: Size, entry: Mapping) -> Size:
    """With the options of the loaders, which mean the same wherever they are known."""
    size = replace(size, classes=entry.get("identities", size.classes))
    for split in ("train", "test"):
        if (per_class := entry.get(f"{split}_per_class")) is not None:
            size = replace(size, **{split: per_class * size.classes})
    if (texts := entry.get("test_examples")) is not None:
        size = replace(size, train=size.train + size.test - texts, test=texts)
    if (tokens := entry.get("max_tokens")) is not None:
        size = replace(size, shape=(tokens,))
    if (side := entry.get("size")) is not None:
        size = replace(size, shape=(side, side, entry.get("channels", size.shape[-1])))
    if entry.get("stream"):
        size = replace(size, value_bytes=0)
    return replace(size, test=entry.get("examples", size.test))


def _of_classes(size: Size, classes: int) -> Size:
    """As if all classes had equally many examples."""
    share = classes / size.classes
    return replace(
        size, train=round(size.train * share), test=round(size.test * share), classes=classes
    )
