"""Wrong labels planted on purpose, so that a search for wrong labels can be measured."""

from dataclasses import replace

import numpy as np

from learning_order.datasets.examples import DatasetError, Examples, ImageFiles, Split

AT_ONCE = 1000  # examples turned into floating-point numbers


def plant_errors(
    examples: Examples, share: float, kind: str = "symmetric", seed: int = 0
) -> Examples:
    """Give a share of the train examples a wrong label; the test split stays as it is.

    Parameters
    ----------
    examples : Examples
        A dataset with labels.
    share : float
        Of the train examples, between 0 and 1; the number is rounded.
    kind : {"symmetric", "pairs"}, default "symmetric"
        symmetric: any other class, all equally likely. pairs: the class whose mean input is nearest
        to that of the true class.
    seed : int, default 0
        Decides which examples get which labels.

    Returns
    -------
    Examples
        Its train split holds the wrong labels in `labels`, and all true ones in `true_labels`.

    Raises
    ------
    DatasetError
        For pairs of streamed images, whose means would take reading all of them.

    References
    ----------
    Symmetric and pair noise: Han et al. 2018, Co-teaching; here a pair is of similar classes.
    """
    split, classes = examples.train, len(examples.classes)
    rng = np.random.default_rng(seed)
    count = len(split.labels)
    chosen = rng.choice(count, round(share * count), replace=False)
    labels = split.labels.copy()
    if kind == "pairs":
        labels[chosen] = nearest_classes(split, classes)[labels[chosen]]
    else:
        labels[chosen] = (labels[chosen] + rng.integers(1, classes, len(chosen))) % classes
    train = replace(split, labels=labels, true_labels=split.labels)
    origin = f"{examples.origin}; {len(chosen)} of {count} train labels wrong on purpose ({kind})"
    return replace(examples, train=train, origin=origin)


def nearest_classes(split: Split, classes: int) -> np.ndarray:
    """(classes,) the other class whose mean input is nearest; of texts, whose shares of words."""
    inputs = split.inputs
    if isinstance(inputs, ImageFiles):
        raise DatasetError("errors between similar classes need images in memory: stream: false")
    members = [np.flatnonzero(split.labels == label) for label in range(classes)]
    means = np.array([_mean(inputs, of_class) for of_class in members])
    distances = np.array([((mean - means) ** 2).sum(axis=1) for mean in means])
    np.fill_diagonal(distances, np.inf)
    return distances.argmin(axis=1)


def _mean(inputs: np.ndarray, members: np.ndarray) -> np.ndarray:
    if inputs.ndim == 2:
        words = np.bincount(inputs[members].ravel(), minlength=inputs.max() + 1).astype(float)
        words[0] = 0  # padding
        return words / max(words.sum(), 1)
    total = np.zeros(inputs.shape[1:])
    for start in range(0, len(members), AT_ONCE):
        total += inputs[members[start : start + AT_ONCE]].sum(axis=0, dtype=float)
    return (total / max(len(members), 1)).ravel()
