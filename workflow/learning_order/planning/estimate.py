"""What training some models comes to."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from learning_order.config import Config
from learning_order.jobs import estimates
from learning_order.jobs.blocks import Extent
from learning_order.jobs.train import Train
from learning_order.planning.rates import Case, Rate
from learning_order.planning.sizes import Size
from learning_order.planning.work import TrainedModel


@dataclass(frozen=True)
class Cost:
    """Sums over models; `+` adds, and what is not known stays named."""

    models: int = 0  # trained from scratch
    epochs: float = 0  # network-epochs
    images: float = 0  # trained on, each as often as it is
    seconds: float = 0  # of the device that networks are trained on
    boosting_seconds: float = 0  # of a core
    bytes: int = 0  # on disk
    unknown: frozenset[str] = frozenset()  # datasets of unknown size, which count 0 above

    def __add__(self, other: "Cost") -> "Cost":
        def total(name: str):
            mine, others = getattr(self, name), getattr(other, name)
            return mine | others if name == "unknown" else mine + others

        return Cost(**{field.name: total(field.name) for field in fields(self)})


@dataclass(frozen=True)
class Estimator:
    """What models and datasets cost: by sizes of datasets, and rates of architectures on them."""

    config: Config
    sizes: Mapping[str, Size | None]
    rates: Mapping[Case, Rate]

    def training(self, models: Collection[TrainedModel]) -> Cost:
        """Training these models, and what they leave on disk."""
        runs = Counter((model.dataset, model.architecture, model.extent) for model in models)
        return sum((self._run(*run, count) for run, count in runs.items()), Cost())

    def datasets(self, names: Iterable[str]) -> Cost:
        """Keeping these datasets as training reads them."""
        sizes = {name: self.sizes[name] for name in names}
        return Cost(
            bytes=sum(size.bytes for size in sizes.values() if size),
            unknown=frozenset(name for name, size in sizes.items() if size is None),
        )

    def _run(self, dataset: str, architecture: str, extent: Extent, models: int) -> Cost:
        """So many models that differ in their seeds alone."""
        config, size = self.config, self.sizes[dataset]
        run = self._train.run(dataset, architecture, extent, models)
        shown = self._train.shown(dataset)
        unknown = frozenset(name for name in shown if self.sizes[name] is None)
        boosted = architecture in config.boosting
        epochs = 0 if boosted else run.epochs
        if size is None:
            return Cost(models, epochs, unknown=unknown)
        recorded = sum(self._examples(name) for name in shown)
        found = Cost(bytes=estimates.predictions_bytes(run.records, recorded), unknown=unknown)
        if boosted:
            rounds = models * config.boosting[architecture]["rounds"]
            values = size.train * math.prod(size.shape)
            return found + Cost(models, boosting_seconds=estimates.boosting_seconds(rounds, values))
        rate = self.rates[dataset, architecture].images
        seconds = estimates.training_seconds(epochs, run.records, size.train, recorded, rate)
        return found + Cost(models, epochs, epochs * size.train, seconds)

    @cached_property
    def _train(self) -> Train:
        return Train(self.config)

    def _examples(self, dataset: str) -> int:
        size = self.sizes[dataset]
        return size.train + size.test if size else 0
