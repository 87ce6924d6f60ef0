"""The score tables of a collection: what figures and claims are made from."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from learning_order import correctness, reliability, scores
from learning_order.intervals import with_interval

NO_LABEL = -1
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
    classes = _number_of_classes(predictions, labels)
    names = ("examples", "accessibility", "models", "summary", "reliability", "null", "correct")
    parts = {name: [] for name in names}
    for split, of_split in predictions.items():
        tp_agreements = []
        for extent, of_extent in zip(extents, of_split, strict=True):
            rng = np.random.default_rng([rng_seed, int(extent), *split.encode()])
            tables = _tables_of_cell(of_extent, labels[split], classes, seeds, rng, resamples)
            tp_agreements.append(tables["examples"]["tp_agreement"])
            if (labels[split] != NO_LABEL).any():
                right = of_extent == labels[split]
                parts["correct"].append(correctness.table(split, extent, seeds, right))
            _add(parts, tables, split=split, extent=np.int32(extent))
        rng = np.random.default_rng([rng_seed, *b"reliability", *split.encode()])
        tables = _tables_of_split(of_split, labels[split], tp_agreements, rng, resamples)
        _add(parts, tables, split=split)
    if not parts["correct"]:  # all splits are without labels
        parts["correct"] = [correctness.table("", 0, [], np.empty((0, 0)))]
    return {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}


def _add(parts: dict[str, list], tables: dict[str, pd.DataFrame], **where) -> None:
    """Append each table to its parts, behind the columns that say where it is from."""
    for name, table in tables.items():
        parts[name].append(table.assign(**where)[[*where, *table]])


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
    if (np.diff(extents) <= 0).any():
        raise ValueError(f"extents should ascend, got {list(extents)}")


def _number_of_classes(predictions, labels) -> int:
    largest = (int(np.max(array)) for array in [*predictions.values(), *labels.values()])
    return 1 + max(largest)


def _tables_of_cell(predictions, labels, classes, seeds, rng, resamples) -> dict[str, pd.DataFrame]:
    """The tables of one split and extent."""
    if (np.asarray(labels) == NO_LABEL).all():
        return _unlabelled_tables(predictions, labels, classes, seeds, rng, resamples)
    correct = predictions == labels
    accuracies = correct.mean(axis=1)
    modal_class, votes = scores.votes(predictions)
    examples = _example_rows(
        labels,
        tp_agreement=scores.tp_agreement(predictions, labels),
        agreement=votes / len(predictions),
        modal_class=modal_class.astype(np.int32),
    )
    draws = scores.model_draws(len(predictions), rng, resamples)
    summary = _summary(predictions, correct, accuracies, examples, draws)
    return {
        "examples": examples,
        "models": pd.DataFrame({"seed": np.asarray(seeds, np.int32), "accuracy": accuracies}),
        "summary": pd.DataFrame([summary]),
        "null": _null_rows(
            share=scores.expected_null(accuracies),
            agreement_share=scores.expected_null_agreement(accuracies, classes),
            class_share=scores.expected_class_matched_null(correct, labels),
        ),
    }


def _unlabelled_tables(
    predictions, labels, classes, seeds, rng, resamples
) -> dict[str, pd.DataFrame]:
    """The same tables of examples without labels: only what models agree on is known."""
    modal_class, votes = scores.votes(predictions)
    examples = _example_rows(
        labels,
        tp_agreement=np.full(len(labels), np.nan),
        agreement=votes / len(predictions),
        modal_class=modal_class.astype(np.int32),
    )
    weights = scores.draw_weights(scores.model_draws(len(predictions), rng, resamples))
    resampled = np.asarray(scores.resampled_agreement(predictions, weights))
    estimate = examples["agreement"].mean()
    low, high = np.clip(scores.centred_interval(estimate, resampled, len(predictions)), 0, 1)
    summary = {
        **dict.fromkeys(SUMMARY, np.nan),
        **{"models": len(predictions), "examples": len(examples)},
        **{"agreement": estimate, "agreement_low": low, "agreement_high": high},
    }
    at_random = np.full(len(predictions), 1 / classes)
    of_agreement = scores.expected_null_agreement(at_random, classes)
    unknown = np.full(len(seeds), np.nan)
    return {
        "examples": examples,
        "models": pd.DataFrame({"seed": np.asarray(seeds, np.int32), "accuracy": unknown}),
        "summary": pd.DataFrame([summary]),
        "null": _null_rows(share=np.nan, agreement_share=of_agreement, class_share=np.nan),
    }


def _tables_of_split(predictions, labels, tp_agreements, rng, resamples) -> dict[str, pd.DataFrame]:
    """The tables of all extents of one split together."""
    if np.isnan(tp_agreements).all():
        accessible = _example_rows(labels, accessibility=np.nan, forgetting=np.nan)
        found = reliability.unknown_row(predictions.shape[1], len(labels))
    else:
        found, forgetting = reliability.row(predictions, labels, rng, resamples)
        accessible = _example_rows(
            labels, accessibility=scores.accessibility(tp_agreements), forgetting=forgetting
        )
    return {"accessibility": accessible, "reliability": found}


def _null_rows(**shares: np.ndarray) -> pd.DataFrame:
    count = len(shares["agreement_share"])
    values = np.arange(count) / (count - 1)
    return pd.DataFrame({"tp_agreement": values, **shares})


def _example_rows(labels: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    numbers = np.arange(len(labels), dtype=np.int32)
    return pd.DataFrame({"example": numbers, "label": labels.astype(np.int32), **columns})


def _summary(predictions, correct, accuracies, examples, draws) -> dict[str, float]:
    models = len(predictions)
    weights = scores.draw_weights(draws)
    drawn = accuracies[draws]
    class_null, *class_nulls = scores.expected_class_matched_bimodality(
        correct, examples["label"].to_numpy(), np.vstack([np.ones(models), weights])
    )

    accuracy = with_interval("accuracy", accuracies.mean(), drawn.mean(axis=1), models)
    return {
        "models": models,
        "examples": len(examples),
        "accuracy": accuracy.pop("accuracy"),
        "accuracy_sd": accuracies.std(ddof=1) if models > 1 else np.nan,
        **accuracy,
        "ensemble_accuracy": (examples["modal_class"] == examples["label"]).mean(),
        **with_interval(
            "agreement",
            examples["agreement"].mean(),
            scores.resampled_agreement(predictions, weights),
            models,
        ),
        **with_interval(
            "bimodality",
            scores.bimodality(examples["tp_agreement"]),
            scores.resampled_bimodality(correct, weights),
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
