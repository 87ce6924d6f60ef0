"""What can be drawn and measured of published predictions, without training and without images."""

from pathlib import Path

from learning_order.config import Config
from learning_order.config.catalogue import KINDS
from learning_order.config.comparisons import undrawable
from learning_order.config.entries import Figure, collections_of
from learning_order.config.published import is_published
from learning_order.jobs.paths import Paths
from learning_order.runtime.errors import ExplainedError


class NotPublished(ExplainedError, ValueError):
    """A collection that would have to be trained."""


def files_of(config: Config, collection: str) -> list[str]:
    """The published files of a collection; NotPublished where there are none."""
    files = config.collections[collection].get("published")
    if files is None:
        raise NotPublished(
            f"collection {collection!r} is not in {config.published!r}: to train it, leave the "
            "overlay with `published` out, or set `published: ''`"
        )
    return files


def missing(config: Config, name: str) -> str | None:
    """Why a figure is left out by `figures`; None where nothing is missing."""
    figure = config.figures[name]
    if not is_published(figure, config):
        return "predictions that are not published"
    if any(undrawable(figure, config)):
        return "more extents than are published"
    facts = images(config, figure)
    if not all(Path(each).exists() for each in facts):
        return "images"
    if not all(Path(each).exists() for each in references(config, figure)):
        return "references"
    return None


def drawable(config: Config) -> list[str]:
    """The figures that `figures` draws."""
    return [name for name in config.figures if missing(config, name) is None]


def images(config: Config, figure: Figure) -> list[str]:
    """The facts of the datasets whose images a figure shows, except for generated ones."""
    if not KINDS[figure["kind"]].images:
        return []
    return [Paths(config.results).facts(name) for name in _datasets(config, figure)]


def references(config: Config, figure: Figure) -> list[str]:
    """The references that a figure reads."""
    paths, names = Paths(config.results), figure["options"].get("references", [])
    return [paths.reference(name, of) for name in names for of in _datasets(config, figure)]


def facts(config: Config, dataset: str) -> str:
    """The published facts of a dataset, else those of the prepared one.

    Published ones are there whatever was prepared before, so that nothing is made again for it.
    """
    known = f"{config.published}/datasets/{dataset}/dataset.json"
    is_known = config.published and Path(known).exists()
    return known if is_known else Paths(config.results).facts(dataset)


def _datasets(config: Config, figure: Figure) -> list[str]:
    names = [config.collections[name]["dataset"] for name in collections_of(figure)]
    return list(dict.fromkeys(names))
