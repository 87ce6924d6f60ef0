"""Rule reproduction: the page of the documentation on all that is published."""

from collections.abc import Mapping
from dataclasses import dataclass

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
        """Dataset → how much of it was used, where that is limited."""
        return {
            name: ", ".join(f"at most {count:,} {split} examples" for split, count in limit.items())
            for name, entry in self.config.datasets.items()
            if (limit := entry.get("limit"))
        }

    @property
    def code(self) -> str:
        return digest("reproduction")
