"""How many images a second this device trains, measured once and kept, else as configured."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from learning_order.config import Config, lookup
from learning_order.config.entries import Architecture, Dataset
from learning_order.jobs import estimates
from learning_order.jobs.source_digest import digest
from learning_order.planning.sizes import Size
from learning_order.planning.work import Need
from learning_order.runtime.errors import ExplainedError
from learning_order.runtime.files import written_aside

Case = tuple[str, str]  # dataset and architecture


class NotMeasured(ExplainedError, RuntimeError):
    """A network that could not be calibrated here; the message says why."""


class Device(NamedTuple):
    """Where models would be trained."""

    kind: str  # "cuda" or "cpu"
    name: str  # the model of the GPU or CPU


class Rate(NamedTuple):
    """Images a second, and why they are not measured; "" if they are."""

    images: float
    fallback: str = ""


# (architecture, size, dataset) → images a second, from resolved entries; raises NotMeasured.
MeasureRate = Callable[[Architecture, Size, Dataset], float]


@dataclass(frozen=True)
class Store:
    """The measured rates of one device, in `folder`/{device}.json.

    A rate counts as long as the code is the same that it was measured with.
    """

    folder: Path
    device: str

    @property
    def file(self) -> Path:
        slug = re.sub(r"[^a-z0-9]+", "-", self.device.lower()).strip("-")
        return self.folder / f"{slug}.json"

    def get(self, case: str, code: str) -> float | None:
        found = self._read().get(case)
        return found["images_per_second"] if found and found["code"] == code else None

    def put(self, case: str, code: str, images: float) -> None:
        cases = {**self._read(), case: {"images_per_second": images, "code": code}}
        content = {"device": self.device, "cases": cases}
        with written_aside(self.file) as aside:
            aside.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False))

    def _read(self) -> dict:
        """Nothing where the file is missing or damaged: what it held is measured again."""
        try:
            return dict(json.loads(self.file.read_text())["cases"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def rates_of(
    config: Config,
    need: Need,
    sizes: Mapping[str, Size | None],
    device: Device,
    store: Store,
    measure: MeasureRate | None,
) -> dict[Case, Rate]:
    """The rate of each architecture on each dataset of known size that the models need.

    measure is asked for what is not in the store; without it, the configuration is.
    """
    pairs = {(model.dataset, model.architecture) for model in need.models}
    rates = {}
    for dataset, architecture in sorted(pairs):
        size = sizes[dataset]
        if size is not None and architecture in config.architectures:  # not boosted
            data, entry = config.datasets[dataset], config.architectures[architecture]
            rate = _rate(entry, size, data, device, store, measure)
            rates[dataset, architecture] = _as_decoded(rate, config) if data.get("stream") else rate
    return rates


def _rate(entry: Mapping, size: Size, data: Mapping, device: Device, store: Store, measure) -> Rate:
    try:
        return Rate(_measured(entry, size, data, store, measure))
    except NotMeasured as reason:
        configured, batch = entry["images_per_second"], entry["batch_size"]
        images = estimates.images_per_second(configured, size.shape, batch, device.kind)
        return Rate(images, str(reason))


def _as_decoded(rate: Rate, config: Config) -> Rate:
    """No more images than the workers of a job decode."""
    decoded = estimates.DECODED_PER_SECOND * max(config.workers, 1)
    return rate._replace(images=min(rate.images, decoded))


def _measured(entry: Mapping, size: Size, data: Mapping, store: Store, measure) -> float:
    case = case_of(entry, size)
    network = lookup.network(entry["network"]).function.partition(":")[0]
    code = digest("train", network)
    images = store.get(case, code)
    if images is None and measure is None:
        raise NotMeasured("nothing was calibrated")
    if images is None:
        images = measure(entry, size, data)
        store.put(case, code, images)
    return images


def case_of(entry: Mapping, size: Size) -> str:
    """What of an architecture and its inputs decides the rate, in words.

    Variants of other activations, rates or initialisers are as quick, so they are measured once.
    """
    options = {**entry["options"], **entry["augmentation"]}
    said = [f"{key} {value}" for key, value in sorted(options.items())]
    said += [entry["optimizer"]["name"], f"batches of {entry['batch_size']}"]
    said += [entry["precision"]] if entry["precision"] != "float32" else []
    shape = "×".join(map(str, size.shape)) + ("" if len(size.shape) == 3 else " tokens")
    return ", ".join([entry["network"], *said, shape])
