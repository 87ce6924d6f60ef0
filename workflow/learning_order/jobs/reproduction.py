"""Rule reproduction: the page of the documentation on all that is published."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from learning_order.config import Config
from learning_order.config.published import INDEX
from learning_order.jobs import published
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest

NO_RESULTS = {"dataset-samples", "score-illustration"}  # kinds that show none


@dataclass(frozen=True)
class Reproduction:
    """What the page is written from."""

    config: Config

    @property
    def paths(self) -> Paths:
        return Paths(self.config.results)

    def figures(self) -> list[str]:
        """Figures that published predictions allow, those with images only where they are drawn.

        So the page is the same on every machine without the datasets.
        """
        return [
            name
            for name in published.drawable(self.config)
            if self.config.figures[name]["kind"] not in NO_RESULTS
            and not published.images(self.config, self.config.figures[name])
            and not published.references(self.config, self.config.figures[name])
        ]

    def inputs(self, suffix: str) -> list[str]:
        return [self.paths.figure(name, suffix) for name in self.figures()]

    def pictures(self) -> list[str]:
        return [self.paths.reproduction(f"{name}.png") for name in self.figures()]

    def index(self) -> str:
        return f"{self.config.published}/{INDEX}"

    def limits(self) -> Mapping[str, str]:
        """Dataset → how much of it was used, where a limit left examples out."""
        said = {
            name: ", ".join(
                f"{count:,} of the {split} examples"
                for split, count in entry.get("limit", {}).items()
                if self._examples(name).get(split) == count
            )
            for name, entry in self.config.datasets.items()
        }
        return {name: words for name, words in said.items() if words}

    def _examples(self, dataset: str) -> Mapping[str, int]:
        """Split → number of its examples; nothing where none is published."""
        path = Path(published.facts(self.config, dataset))
        return json.loads(path.read_text())["examples"] if path.is_file() else {}

    @property
    def code(self) -> str:
        return digest("reproduction")
