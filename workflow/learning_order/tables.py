"""The score tables of a collection: what figures and claims are made from."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from learning_order import scores

RESAMPLES = 200


def collection_tables(
    predictions: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    extents: Sequence[int],
    seeds: Sequence[int],
    *,
    rng_seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """All tables of one collection, each a row a …

    - ``examples``: split, extent and example: TP-agreement, Agreement, modal class;
    - ``accessibility``: split and example;
    - ``models``: split, extent and seed: accuracy;
    - ``summary``: split and extent: accuracy over models, ensemble accuracy, mean Agreement,
      bimodality and that of the null hypothesis, with 95 % bootstrap intervals over models;
    - ``null``: split, extent and k/N: the share of examples the null hypothesis expects there.

    predictions: split → (extents, models, examples) integers; labels: split → (examples,).
    """
    parts = {"examples": [], "accessibility": [], "models": [], "summary": [], "null": []}
    for split_number, split in enumerate(sorted(predictions)):
        tp_agreements = []
        for extent, block in zip(extents, predictions[split], strict=True):
            # Streams of their own: another extent in a collection moves no other number.
            rng = np.random.default_rng([rng_seed, split_number, extent])
            tables = _tables_of_extent(block, labels[split], seeds, rng)
            tp_agreements.append(tables["examples"]["tp_agreement"])
            for name, table in tables.items():
                parts[name].append(table.assign(split=split, extent=extent))
        access = scores.accessibility(tp_agreements)
        parts["accessibility"].append(
            _examples(labels[split]).assign(split=split, accessibility=access)
        )
    return {name: _joined(tables) for name, tables in parts.items()}


def _tables_of_extent(block, labels, seeds, rng) -> dict[str, pd.DataFrame]:
    correct = block == labels
    accuracy = correct.mean(axis=1)
    tp_agreement = scores.tp_agreement(block, labels)
    modal, voters = scores.votes(block)
    agreement = voters / len(block)
    summary = {
        "models": len(block),
        "examples": len(labels),
        "accuracy": accuracy.mean(),
        "accuracy_sd": accuracy.std(ddof=1) if len(block) > 1 else np.nan,
        "ensemble_accuracy": (modal == labels).mean(),
        "agreement": agreement.mean(),
        "bimodality": scores.bimodality(tp_agreement),
        "null_bimodality": scores.expected_null_bimodality(accuracy),
        **_intervals(block, correct, accuracy, rng),
    }
    null = scores.expected_null(accuracy)
    return {
        "examples": _examples(labels).assign(
            tp_agreement=tp_agreement, agreement=agreement, modal_class=modal.astype(np.int32)
        ),
        "models": pd.DataFrame({"seed": np.asarray(seeds, np.int32), "accuracy": accuracy}),
        "summary": pd.DataFrame([summary]),
        "null": pd.DataFrame({"tp_agreement": np.arange(len(null)) / len(block), "share": null}),
    }


def _intervals(block, correct, accuracy, rng) -> dict[str, float]:
    """95 % bootstrap intervals over models of the summary's scalars."""
    statistics = {
        "accuracy": (np.mean, accuracy),
        "agreement": (lambda models: scores.agreement(models).mean(), block),
        "bimodality": (lambda models: scores.bimodality(models.mean(axis=0)), correct),
        "null_bimodality": (scores.expected_null_bimodality, accuracy),
    }
    intervals = {}
    for name, (statistic, models) in statistics.items():
        low, high = scores.bootstrap(statistic, models, rng, resamples=RESAMPLES)
        intervals |= {f"{name}_low": low, f"{name}_high": high}
    return intervals


def _examples(labels: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"example": np.arange(len(labels), dtype=np.int32), "label": labels.astype(np.int32)}
    )


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts below each other, keys first."""
    table = pd.concat(tables, ignore_index=True)
    keys = [key for key in ("split", "extent") if key in table]
    table = table[keys + [column for column in table if column not in keys]]
    return table.astype({"split": "category"} | ({"extent": np.int32} if "extent" in keys else {}))
