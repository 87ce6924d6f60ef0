"""Rule claims: hold what was measured against what the paper states."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from learning_order.config import Config, ConfigError, resolve
from learning_order.config.catalogue import MEASURES
from learning_order.config.entries import collections_of
from learning_order.jobs.draw_figure import remarks_on, sources_of
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.jobs.targets import Targets

Layers = Mapping[str, Mapping]  # file → its content, base first


def full_scale(layers: Layers) -> dict[str, tuple[int, int]]:
    """Collection → models and last extent in the first layer alone, if it can stand alone."""
    name = next(iter(layers), "")
    try:
        config = resolve(deepcopy(dict(layers[name])), {name: layers[name]}) if layers else None
    except ConfigError:
        config = None
    collections = config.collections if config else {}
    return {
        name: (entry["models"], max(entry["extents"]))
        for name, entry in collections.items()
        if "predictions" not in entry
    }


@dataclass(frozen=True)
class Claims:
    """What the claims are measured from; `targets()` is what Snakemake was asked for besides."""

    config: Config
    targets: Callable[[], Iterable[str]]
    layers: Layers = field(default_factory=dict)

    def tables(self, wildcards: object) -> list[str]:
        """Scores that exist already, and those of all figures that are asked for beside the claims.

        So asking for the claims alone trains no other collection: what was not run is said to be
        not run.
        """
        paths = Paths(self.config.results)
        wanted = Targets(self.config).collections(self.targets())
        return [
            paths.scores(name, table)
            for name, tables in self._tables_read().items()
            if name in wanted or Path(paths.scores(name, "summary")).exists()
            for table in tables
        ]

    def references(self, wildcards: object) -> list[str]:
        """Those of claims about collections that are scored or about to be."""
        paths = Paths(self.config.results)
        scored = {Path(table).parent.name for table in self.tables(wildcards)}
        found = [
            paths.reference(claim["reference"], self.config.collections[name]["dataset"])
            for claim in self.config.claims.values()
            if "reference" in claim
            for name in claim["collections"]
            if name in scored
        ]
        if self.config.published:  # those that were asked for by name: joining takes the images
            found = [file for file in found if Path(file).exists()]
        return list(dict.fromkeys(found))

    def entries(self, wildcards: object) -> dict[str, tuple]:
        """Each claim, what its collections are views of, and what they stand in for."""
        return {
            name: (claim, sources_of(self.config, claim), remarks_on(self.config, claim))
            for name, claim in self.config.claims.items()
        }

    def full_scale(self, wildcards: object) -> dict[str, tuple[int, int]]:
        """What the configuration without overlays has, of the collections of all claims."""
        claimed = {name for claim in self.config.claims.values() for name in collections_of(claim)}
        full = full_scale(self.layers)
        return {name: full[name] for name in sorted(claimed & full.keys())}

    def code(self, wildcards: object) -> str:
        return digest("claims")

    def _tables_read(self) -> dict[str, list[str]]:
        """Collection → the score tables that claims about it read."""
        tables: dict[str, list[str]] = {}
        for claim in self.config.claims.values():
            for name in collections_of(claim):
                read = tables.setdefault(name, ["summary"])
                read += {MEASURES[claim["measure"]].table} - set(read)
        return tables
