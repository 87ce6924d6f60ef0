"""What a configuration expects of predictions that were made elsewhere."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import Predictions, PredictionsError, read_metadata

MOST_LISTED = 12  # seeds or extents in a message


def check_classes(found: Predictions, files: str, dataset: str, classes: int | None) -> str | None:
    """PredictionsError for a prediction or label beyond the classes of a known dataset.

    classes: how many there are, None where the dataset is unknown: then what to say of predictions
    of classes that no example has; None where there is nothing to say.
    """
    if classes is None:
        return _never_right(found)
    for split, predictions in found.predictions.items():
        for what, values in (("label", found.labels[split]), ("prediction", predictions)):
            if values.max() >= classes:
                place = np.unravel_index(int(values.argmax()), values.shape)
                raise PredictionsError(
                    f"{files}: {what} {values.max()} for {split} example {place[-1]}, but "
                    f"{dataset} has {classes} classes, 0 to {classes - 1}"
                )
    return None


def _never_right(found: Predictions) -> str | None:
    labelled = [labels for labels in found.labels.values() if (labels != NO_LABEL).all()]
    most = max((int(values.max()) for values in found.predictions.values()), default=0)
    known = max((int(labels.max()) for labels in labelled), default=most)
    if most <= known:
        return None
    return (
        f"Class {most} is predicted, but the largest label is {known}: null hypotheses are drawn "
        f"for {most + 1} classes. Is that so?"
    )


def check_wanted(
    file: Path, collection: str, seeds: Sequence[int] | None, extents: Sequence[int] | None
) -> None:
    """PredictionsError where a collection asks for more than its file of the contract holds."""
    metadata = read_metadata(file)
    models, files = metadata.get("models", []), ", ".join(metadata.get("files", []))
    for key, field, wanted in (("models", "seed", seeds), ("extents", "extent", extents)):
        known = sorted({model[field] for model in models})
        missing = [number for number in wanted or () if number not in known]
        if missing and known:
            raise PredictionsError(
                f"collections.{collection}.{key}: {field} {missing[0]} is wanted, but "
                f"{files or file} holds the {field}s {_listed(known)}"
            )


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_LISTED]))
    return shown if len(numbers) <= MOST_LISTED else f"{shown}, … {numbers[-1]}"
