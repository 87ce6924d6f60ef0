"""Rule prepare_dataset: load a dataset once, and store it the way training wants it."""

import json
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from learning_order.config import Config, lookup
from learning_order.jobs import estimates
from learning_order.jobs.listing import listing_digest
from learning_order.jobs.paths import Paths
from learning_order.jobs.source_digest import digest
from learning_order.runtime.errors import ExplainedError, named

FEATURES_MODULE = "learning_order.datasets.features"
FEATURE_THREADS = 8
NOT_ABOUT_DATA = ("out_of_sample", "stand_in_for")


class NoSuchRoot(ExplainedError, ValueError):
    """A file or folder of a dataset that is not there."""


class Wildcards(Protocol):
    dataset: str


@dataclass(frozen=True)
class PrepareDataset:
    """What the preparation of a dataset takes."""

    config: Config

    def known(self, wildcards: Wildcards) -> list[str]:
        """No files; UnknownName for a dataset that the configuration does not have."""
        named(self.config.datasets, wildcards.dataset, "dataset")
        return []

    def there(self, wildcards: Wildcards) -> list[str]:
        """No files; NoSuchRoot where those of a dataset are missing, and nothing can fetch them.

        What was prepared needs them no longer.
        """
        entry = named(self.config.datasets, wildcards.dataset, "dataset")
        loader, root = lookup.loader(entry["loader"]), Path(entry.get("root", ".")).expanduser()
        elsewhere = ":" in entry["loader"] or (loader.downloads and self.config.download)
        found = {"file": root.is_file, "folder": root.is_dir, None: root.exists}[loader.root]()
        is_prepared = self._facts(wildcards.dataset).exists()
        if not (found or "root" not in entry or elsewhere or is_prepared):
            raise NoSuchRoot(
                f"datasets.{wildcards.dataset}.root: there is no {loader.root or 'such path'} "
                f"{root.absolute()}: put it there, or write where it is"
            )
        return []

    def entry(self, wildcards: Wildcards) -> dict:
        return self.made_of(wildcards.dataset)

    def made_of(self, dataset: str) -> dict:
        """The entry with its loader's function, without what does not change the data."""
        entry = self.config.datasets[dataset]
        kept = {key: value for key, value in entry.items() if key not in NOT_ABOUT_DATA}
        return {**kept, "loader": lookup.loader(entry["loader"]).function}

    def root(self, wildcards: Wildcards) -> str | None:
        """The general folder of data, where the dataset is looked for there.

        Another folder may hold another dataset: it is a reason to prepare the dataset again.
        """
        entry = self.config.datasets[wildcards.dataset]
        loader = lookup.loader(entry["loader"])
        return None if "root" in entry or loader.generated else self.config.data

    def listing(self, wildcards: Wildcards) -> str | None:
        """The digest of the names of one's own files: others are a reason to prepare them again.

        Where they are gone, that of the files it was prepared from. The user's own loader may
        read anything, and has none. NoSuchRoot for a folder that cannot be read.
        """
        entry = self.config.datasets[wildcards.dataset]
        loader = lookup.loader(entry["loader"])
        if loader.root is None:
            return None
        root, facts = Path(entry["root"]).expanduser(), self._facts(wildcards.dataset)
        try:
            found = _listing_of_this_call(root, loader.suffixes, Path(self.config.results))
        except FileNotFoundError:
            found = None
        except OSError as error:
            raise NoSuchRoot(
                f"datasets.{wildcards.dataset}.root: {error.filename} cannot be read "
                f"({error.strerror})"
            ) from error
        if found is None:
            with suppress(OSError, ValueError):  # not prepared, or damaged: its reader tells
                found = json.loads(facts.read_bytes()).get("listing")
        return found

    def code(self, wildcards: Wildcards) -> str:
        """The digest of the script, of the loader and of what makes features, if it has any."""
        entry = self.entry(wildcards)
        modules = [entry["loader"].partition(":")[0]]
        if "features" in entry:
            modules.append(FEATURES_MODULE)
        return digest("prepare_dataset", *modules)

    def threads(self, wildcards: Wildcards) -> int:
        """One to read; features are a network's work, which takes hours without a GPU."""
        return FEATURE_THREADS if self._has_features(wildcards) else 1

    def memory(self, wildcards: Wildcards, attempt: int) -> int:
        """Megabytes."""
        return estimates.memory_mb(8000, 0, 0, attempt, self.config.most_memory_mb)

    def minutes(self, wildcards: Wildcards, attempt: int) -> int:
        """Features are a network's work; an ImageNet is a million files to look at."""
        streamed = self.config.datasets[wildcards.dataset].get("stream")
        return attempt * (240 if self._has_features(wildcards) or streamed else 60)

    def _facts(self, dataset: str) -> Path:
        return Path(Paths(self.config.results).facts(dataset))

    def _has_features(self, wildcards: Wildcards) -> bool:
        return "features" in self.config.datasets[wildcards.dataset]


@cache
def _listing_of_this_call(root: Path, suffixes: Set[str], without: Path) -> str | None:
    """Snakemake asks several times, and a million names take seconds."""
    return listing_digest(root, suffixes, without)
