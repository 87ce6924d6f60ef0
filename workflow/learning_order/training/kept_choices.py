"""Which execution was found to be fastest, kept beside the calibration for later jobs."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from learning_order.networks.device import describe
from learning_order.runtime.files import written_aside
from learning_order.training.data import Data
from learning_order.training.execution import Execution
from learning_order.training.recipe import Builder, Recipe

NOT_SPEED = ("learning_rate", "schedule", "initialiser")  # fields of a recipe


@dataclass(frozen=True)
class KeptChoices:
    """One small file for each kind of job in `folder`; `code` is the digest of what trains.

    A choice holds for the same code, device, version of torch, recipe and sizes. Deleting the
    folder is safe: the next jobs try again.
    """

    folder: Path
    code: str

    def get(self, recipe: Recipe, builder: Builder, data: Data, models: int) -> Execution | None:
        """What was chosen for such a block, if anything was."""
        try:
            found = json.loads(self._file(recipe, builder, data, models).read_text())
            return Execution(found["together"], found["graph"], f"{found['why']}, before")
        except (OSError, ValueError, KeyError, TypeError):  # not there, or not readable
            return None

    def put(
        self, execution: Execution, recipe: Recipe, builder: Builder, data: Data, models: int
    ) -> None:
        """Keep what was chosen; where nothing can be written, the next job tries again."""
        kept = {**asdict(execution), "of": self._kind(recipe, builder, data, models)}
        file = self._file(recipe, builder, data, models)
        with suppress(OSError), written_aside(file) as aside:
            aside.write_text(json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False))

    def _file(self, recipe: Recipe, builder: Builder, data: Data, models: int) -> Path:
        kind = json.dumps(self._kind(recipe, builder, data, models), sort_keys=True)
        return self.folder / f"{hashlib.sha256(kind.encode()).hexdigest()[:16]}.json"

    def _kind(self, recipe: Recipe, builder: Builder, data: Data, models: int) -> dict:
        """All that a choice depends on."""
        fields = {name: value for name, value in asdict(recipe).items() if name not in NOT_SPEED}
        return {
            "code": self.code,
            "device": describe(data.device),
            "torch": torch.__version__,
            "recipe": fields,
            "network": builder.function,
            "shape": list(data.shape),
            "classes": data.classes,
            "examples": len(data.labels["train"]),
            "models": models,
        }
