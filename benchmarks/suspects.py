"""Who finds planted wrong labels best, at equal training compute?

    python benchmarks/suspects.py [--sets digits mnist cifar10 texts] [--seeds 3]

plants wrong labels in the train split of real data and trains networks on them, then ranks all train
examples by each score, lowest quality first, and prints average precision, AUROC and precision at the
number of planted errors, as means over seeds with 95 % t intervals. A seed draws the examples, the
errors and the networks.

Two trainings of equal compute share one recipe: NETWORKS networks on all examples, recorded after
every epoch; and cross-validation, NETWORKS networks on four fifths of the examples, for a quarter more
epochs, which predict the fifth they have not seen. Each score uses only one of the two. It needs
cleanlab (pip install cleanlab), which the workflow does not. `mnist` and `cifar10` are looked for
below --data; `texts` is descriptions.csv there, as debian_descriptions.py writes it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from learning_order.datasets.load import load
from learning_order.networks.initialise import initialise
from learning_order.networks.st_vgg import small_st_vgg

NETWORKS, FOLDS = 10, 5
BATCH, RATE, MOMENTUM = 50, 0.02, 0.9
LOADERS = "learning_order.datasets.loaders"


@dataclass(frozen=True)
class Set:
    """A dataset and what learns it."""

    options: dict
    train: int  # examples
    epochs: int
    convolutions: bool = False


SETS = {
    "digits": Set({"loader": f"{LOADERS}.generated:digits"}, 1400, 20),
    "mnist": Set({"loader": f"{LOADERS}.standard:mnist"}, 3000, 12),
    "cifar10": Set({"loader": f"{LOADERS}.standard:cifar10"}, 2000, 15, convolutions=True),
    "texts": Set(
        {
            "loader": f"{LOADERS}.text:text_csv",
            "text_column": "text",
            "label_column": "label",
            "max_tokens": 60,
            "vocabulary_size": 3000,
        },
        3000,
        12,
    ),
}


@dataclass(frozen=True)
class Trained:
    """What was learned of one noisy train split; probabilities are (…, examples, classes)."""

    labels: np.ndarray  # (examples,), with the errors
    is_wrong: np.ndarray  # (examples,) booleans
    recorded: np.ndarray  # (epochs, networks, examples, classes)
    logit_margins: (
        np.ndarray
    )  # (epochs, networks, examples): the label's logit minus the largest other
    held_out: np.ndarray  # (examples, classes), mean over the repeats of cross-validation


def train_all(name: str, share: float, kind: str, seed: int, data: Path) -> Trained:
    chosen = SETS[name]
    noise = {"share": share, "kind": kind, "seed": seed}
    options = {**chosen.options, "limit": {"train": chosen.train, "test": 100}}
    if name == "texts":
        options |= {"root": str(data / "descriptions.csv"), "split_seed": seed}
    examples = load(name, {**options, "label_noise": noise}, data)
    split, classes = examples.train, len(examples.classes)
    inputs = as_inputs(split.inputs)
    labels = torch.from_numpy(split.labels)
    recorded, margins = [], []
    for network in range(NETWORKS):
        logits = np.stack(
            [*logits_of(inputs, labels, inputs, classes, chosen, 1000 * seed + network)]
        )
        recorded.append(softmax(logits))
        margins.append(margins_of(logits, split.labels))
    return Trained(
        split.labels,
        split.labels != split.true_labels,
        np.stack(recorded, axis=1),
        np.stack(margins, axis=1),
        cross_validated(inputs, labels, classes, chosen, seed),
    )


def as_inputs(inputs: np.ndarray) -> torch.Tensor:
    """(examples, channels, height, width), or (examples, words) that say which a text has."""
    if inputs.ndim == 2:
        words = torch.zeros(len(inputs), int(inputs.max()) + 1)
        words.scatter_(1, torch.from_numpy(inputs).long(), 1.0)
        words[:, 0] = 0  # padding
        return words
    images = torch.from_numpy(inputs.astype(np.float32)).permute(0, 3, 1, 2)
    return (images - images.mean()) / images.std()


def logits_of(inputs, labels, shown, classes: int, chosen: Set, seed: int, epochs: int = 0):
    """The logits of `shown`, (examples, classes), after every epoch of one network."""
    torch.manual_seed(seed)
    network = build(inputs.shape[1:], classes, chosen.convolutions)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
    for _ in range(epochs or chosen.epochs):
        network.train()
        for batch in torch.randperm(len(inputs)).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(network(inputs[batch]), labels[batch]).backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            yield torch.cat([network(part) for part in shown.split(500)]).numpy()


def build(shape, classes: int, convolutions: bool) -> nn.Module:
    if convolutions:
        network = small_st_vgg(tuple(shape), classes)
        initialise(network, "glorot-uniform", torch.Generator().manual_seed(torch.initial_seed()))
        return network
    size = int(np.prod(shape))
    return nn.Sequential(nn.Flatten(), nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, classes))


def cross_validated(inputs, labels, classes: int, chosen: Set, seed: int) -> np.ndarray:
    """Probabilities of networks that have not seen the example, at the compute of NETWORKS."""
    repeats, epochs = NETWORKS // FOLDS, round(chosen.epochs * FOLDS / (FOLDS - 1))
    rng = np.random.default_rng(seed)
    total = np.zeros((len(labels), classes))
    for repeat in range(repeats):
        fold_of = rng.permutation(len(labels)) % FOLDS
        for fold in range(FOLDS):
            seen = torch.from_numpy(fold_of != fold)
            number = 1000 * seed + 500 + FOLDS * repeat + fold
            given = (inputs[seen], labels[seen], inputs[~seen], classes, chosen, number, epochs)
            *_, last = logits_of(*given)
            total[fold_of == fold] += softmax(last)
    return total / repeats


def softmax(logits: np.ndarray) -> np.ndarray:
    return torch.from_numpy(logits).softmax(dim=-1).numpy()


def margins_of(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(…, examples): the label's logit minus the largest other one."""
    place = np.broadcast_to(labels[:, None], (*logits.shape[:-1], 1))
    others = logits.copy()
    np.put_along_axis(others, place, -np.inf, axis=-1)
    return np.take_along_axis(logits, place, axis=-1)[..., 0] - others.max(axis=-1)
