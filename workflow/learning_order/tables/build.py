"""The score tables of a collection: what figures and claims are made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import PredictionFiles, Predictions
from learning_order.tables import reliability
from learning_order.tables.correct import packed_table
from learning_order.tables.counts import Counts, Labels
from learning_order.tables.intervals import with_interval

__all__ = ["NO_LABEL", "TABLES", "collection_tables", "table_parts"]

Item = TypeVar("Item")

TABLES = ("examples", "accessibility", "models", "summary", "reliability", "null", "correct")
INTERVALS = ("agreement", "bimodality", "null_bimodality", "class_null_bimodality")
SUMMARY = (  # columns, in order
    *("models", "examples", "accuracy", "accuracy_sd", "accuracy_low", "accuracy_high"),
    "ensemble_accuracy",
    *(f"{name}{end}" for name in INTERVALS for end in ("", "_low", "_high")),
)


def collection_tables(
    predictions: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    extents: Sequence[int],
    seeds: Sequence[int],
    *,
    rng_seed: int = 0,
    resamples: int = 200,
) -> dict[str, pd.DataFrame]:
    """All score tables of one collection. A row of each is:

    - ``examples``: one split, extent and example; its TP-agreement, Agreement and modal class;
    - ``accessibility``: one split and example, over all extents, and how often it was forgotten;
    - ``models``: one split, extent and seed; the accuracy of that model;
    - ``summary``: one split and extent; accuracy over models, ensemble accuracy, mean Agreement,
      bimodality, and the bimodality expected of independent models and of models independent
      within classes (``class_null``). ``_low`` and ``_high`` are 95 % bootstrap intervals over
      models (NaN for a single model);
    - ``reliability``: one split; what needs all extents at once, or only the last (see there);
    - ``null``: one split, extent and k/models: the share of examples expected to have that
      TP-agreement, and the share expected to have that Agreement (``agreement_share``), if the
      models were independent, and that TP-agreement if independent within classes
      (``class_share``);
    - ``correct``: one split, extent and seed: about which examples it is right (see correctness).

    predictions: split → (extents, models, examples) integers; labels: split → (examples,)
    integers; extents ascend. The same rng_seed gives the same tables, and a cell's numbers do not
    depend on which other splits and extents there are, save that the ``agreement_share`` goes by
    the number of classes, which the largest label or prediction of all tells. ValueError where
    shapes do not fit together.
    A split whose labels are −1 has none: of such examples there is the Agreement, and whatever
    needs a label is NaN.

    >>> predictions = {"test": np.array([[[0, 1], [1, 1]]])}
    >>> tables = collection_tables(predictions, {"test": np.array([0, 1])}, [5], [0, 1])
    >>> tables["accessibility"]["accessibility"].tolist()
    [0.5, 1.0]
    """
    _check(predictions, labels, extents, seeds)
    labels = {split: np.asarray(labels[split]) for split in predictions}
    found = Predictions(list(seeds), list(extents), dict(predictions), labels)
    parts = {name: [] for name in TABLES}
    for name, table in table_parts(found, rng_seed=rng_seed, resamples=resamples):
        parts[name].append(table)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}


def table_parts(
    found: PredictionFiles | Predictions, *, rng_seed: int = 0, resamples: int = 200
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of collection_tables by name, some rows at a time, in order.

    Memory grows with the examples of a split, and by a bit an example with models and extents.
    No resamples give no intervals, but NaN: they take longer than all the rest.
    """
    if (np.diff(found.extents) <= 0).any():
        raise ValueError(f"extents should ascend, got {list(found.extents)}")
    nulls, classes = [], 1
    for split, of_split in found.labels.items():
        labels = Labels.of(of_split)
        classes = max(classes, 1 + int(labels.labels.max()))
        bits, tp_agreements = [], np.zeros(labels.examples)
        for extent, draws, counts in ahead(_counted(found, split, labels, rng_seed, resamples)):
            where = {"split": split, "extent": np.int32(extent)}
            for name, table in _tables_of_cell(counts, found.seeds, draws).items():
                yield name, _located(table, where)
            if labels.known:
                packed = counts.bits, labels.examples
                yield "correct", packed_table(split, extent, found.seeds, *packed)
            classes = max(classes, 1 + counts.largest_prediction)
            nulls.append((where, counts.accuracies, _class_share(counts)))
            tp_agreements += counts.tp_agreement
            bits.append(counts.bits)
        rng = np.random.default_rng([rng_seed, *b"reliability", *split.encode()])
        accessibility = tp_agreements / len(found.extents)
        for name, table in _tables_of_split(counts, bits, accessibility, rng, resamples).items():
            yield name, _located(table, {"split": split})
    for where, accuracies, class_share in nulls:
        yield "null", _located(_null(accuracies, classes, class_share), where)
    if not any((labels != NO_LABEL).any() for labels in found.labels.values()):
        yield "correct", packed_table("", 0, [], [], 0)


def _counted(
    found: PredictionFiles | Predictions, split: str, labels: Labels, rng_seed: int, resamples: int
) -> Iterator[tuple[int, np.ndarray, Counts]]:
    """The extents of a split, with the draws of models and what was counted of them."""
    for extent in found.extents:
        rng = np.random.default_rng([rng_seed, int(extent), *split.encode()])
        draws = scores.model_draws(len(found.seeds), rng, resamples)
        counts = Counts(labels, scores.draw_weights(draws))
        for part in found.parts(split, extent):
            counts.add(part)
        yield extent, draws, counts


def _located(table: pd.DataFrame, where: dict) -> pd.DataFrame:
    """The table behind the columns that say where it is from."""
    return table.assign(**where)[[*where, *table]]


def _check(predictions, labels, extents, seeds) -> None:
    if not predictions or set(predictions) != set(labels):
        raise ValueError(
            "predictions and labels should have the same splits, "
            f"got {sorted(predictions)} and {sorted(labels)}"
        )
    for split, of_split in predictions.items():
        expected = (len(extents), len(seeds), len(labels[split]))
        if np.shape(of_split) != expected:
            raise ValueError(
                f"predictions of {split} should have shape (extents, models, examples) = "
                f"{expected}, got {np.shape(of_split)}"
            )


def _tables_of_cell(counts: Counts, seeds, draws: np.ndarray) -> dict[str, pd.DataFrame]:
    """The tables of one split and extent that need no other."""
    examples = _example_rows(
        counts.labels,
        tp_agreement=counts.tp_agreement,
        agreement=counts.votes / len(seeds),
        modal_class=counts.modal_class,
    )
    return {
        "examples": examples,
        "models": pd.DataFrame(
            {"seed": np.asarray(seeds, np.int32), "accuracy": counts.accuracies}
        ),
        "summary": pd.DataFrame([_summary(counts, examples, draws)]),
    }


def _example_rows(labels: Labels, **columns) -> pd.DataFrame:
    numbers = np.arange(labels.examples, dtype=np.int32)
    return pd.DataFrame({"example": numbers, "label": labels.labels.astype(np.int32), **columns})


def _summary(counts: Counts, examples: pd.DataFrame, draws: np.ndarray) -> dict[str, float]:
    models = draws.shape[1]
    resampled = counts.resampled_votes / (models * len(examples))
    return {
        **dict.fromkeys(SUMMARY, np.nan),
        **{"models": models, "examples": len(examples)},
        **with_interval("agreement", examples["agreement"].mean(), resampled, models),
        **(_summary_of_labelled(counts, examples, draws) if counts.labels.known else {}),
    }


def _summary_of_labelled(
    counts: Counts, examples: pd.DataFrame, draws: np.ndarray
) -> dict[str, float]:
    models = draws.shape[1]
    accuracies = counts.accuracies
    drawn = accuracies[draws]
    class_null, *class_nulls = scores.expected_bimodality_of_classes(
        counts.class_accuracies, counts.labels.shares, np.vstack([np.ones(models), counts.weights])
    )
    return {
        **with_interval("accuracy", accuracies.mean(), drawn.mean(axis=1), models),
        "accuracy_sd": accuracies.std(ddof=1) if models > 1 else np.nan,
        "ensemble_accuracy": (examples["modal_class"] == examples["label"]).mean(),
        **with_interval(
            "bimodality",
            scores.bimodality(examples["tp_agreement"]),
            scores.bimodality_of_counts(counts.resampled_right),
            models,
            most=np.inf,
        ),
        **with_interval(
            "null_bimodality",
            scores.expected_null_bimodality(accuracies),
            [scores.expected_null_bimodality(resample) for resample in drawn],
            models,
            most=np.inf,
        ),
        **with_interval("class_null_bimodality", class_null, class_nulls, models, most=np.inf),
    }


def _class_share(counts: Counts) -> np.ndarray | float:
    if not counts.labels.known:
        return np.nan
    return scores.expected_null_of_classes(counts.class_accuracies, counts.labels.shares)


def _null(accuracies: np.ndarray, classes: int, class_share: np.ndarray | float) -> pd.DataFrame:
    """Of models with these accuracies; of models at random where those are not known."""
    models = len(accuracies)
    unknown = np.isnan(accuracies).all()
    at_random = np.full(models, 1 / classes)
    return pd.DataFrame(
        {
            "tp_agreement": np.arange(models + 1) / models,
            "share": np.nan if unknown else scores.expected_null(accuracies),
            "agreement_share": scores.expected_null_agreement(
                at_random if unknown else accuracies, classes
            ),
            "class_share": class_share,
        }
    )


def _tables_of_split(
    last: Counts, bits: list[np.ndarray], accessibility: np.ndarray, rng, resamples: int
) -> dict[str, pd.DataFrame]:
    """The tables of all extents of one split together; last: the counts of the last one."""
    if last.labels.known:
        row, forgetting = reliability.row(np.stack(bits), last.right, rng, resamples)
    else:
        row, forgetting = reliability.unknown_row(len(bits[0]), last.labels.examples), np.nan
    accessible = _example_rows(last.labels, accessibility=accessibility, forgetting=forgetting)
    return {"accessibility": accessible, "reliability": row}


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items, each made while the one before it is worked on. An error comes in its place.

    >>> list(ahead(number**2 for number in range(4)))
    [0, 1, 4, 9]
    """
    items, end = iter(items), object()
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item
