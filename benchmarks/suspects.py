"""Who finds planted wrong labels best, at equal training compute?

    python benchmarks/suspects.py [--sets digits mnist cifar10 texts] [--seeds 5] [--first-seed 100]

plants wrong labels in the train split of real data and trains networks on them, then ranks all
train examples by each score, lowest quality first, and prints the average precision, the AUROC and
the precision at the number of planted errors, as means over seeds with 95 % t intervals, and how
far label_quality is ahead of the best other score, paired by seed. A seed draws the examples (but
of digits, which are all used), the errors and the networks. Seeds 0 and 1 were looked at while
label_quality was chosen; 100 to 104 showed where it lost before margins were a part of it.

Two trainings of equal compute share one recipe: some networks on all examples, recorded after
every epoch; and cross-validation, as many networks on four fifths of the examples for a quarter
more epochs, which predict the fifth that they have not seen. Each score uses only one of the two.
It needs cleanlab, which is among envs/requirements-dev.txt. The images are looked for
below --data; `texts` is descriptions.csv there, as debian_descriptions.py writes it.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from learning_order.datasets.load import load
from learning_order.predictions.reading import Predictions
from learning_order.ranking.table import ranking
from learning_order.scores import forgetting_events

FOLDS = 5
BATCH, RATE, MOMENTUM = 50, 0.02, 0.9
LOADERS = "learning_order.datasets.loaders"


@dataclass(frozen=True)
class Set:
    """A dataset and what learns it."""

    options: dict
    epochs: int
    networks: int = 10
    convolutions: bool = False


def images(loader: str, parts: int) -> dict:
    """One of `parts` random parts of a train split."""
    return {"loader": f"{LOADERS}.standard:{loader}", "partition": {"parts": parts, "part": 0}}


TEXTS = {"text_column": "text", "label_column": "label", "max_tokens": 60, "vocabulary_size": 3000}
SETS = {
    "digits": Set({"loader": f"{LOADERS}.generated:digits"}, 20),
    "mnist": Set(images("mnist", 20), 12),
    "fashion-mnist": Set(images("fashion_mnist", 20), 12),
    "cifar10": Set(images("cifar10", 20), 8, networks=5, convolutions=True),
    "texts": Set({"loader": f"{LOADERS}.text:text_csv", "limit": {"train": 3000}, **TEXTS}, 12),
}


@dataclass(frozen=True)
class Trained:
    """What was learned of one noisy train split; probabilities are (…, examples, classes)."""

    labels: np.ndarray  # (examples,), with the errors
    is_wrong: np.ndarray  # (examples,) booleans
    recorded: np.ndarray  # (epochs, networks, examples, classes)
    logit_margins: np.ndarray  # (epochs, networks, examples): of the label
    held_out: np.ndarray  # (examples, classes), mean over the repeats of cross-validation


def train_all(name: str, share: float, kind: str, seed: int, data: Path) -> Trained:
    chosen = SETS[name]
    noise = {"share": share, "kind": kind, "seed": seed}
    options = {**chosen.options, "label_noise": noise}
    if "partition" in options:
        options["partition"] = {**options["partition"], "seed": seed}
    if name == "texts":
        options |= {"root": str(data / "descriptions.csv"), "split_seed": seed}
    examples = load(name, options, data)
    split, classes = examples.train, len(examples.classes)
    inputs = as_inputs(split.inputs)
    labels = torch.from_numpy(split.labels)
    recorded, margins = [], []
    for network in range(chosen.networks):
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
    size = int(np.prod(shape))
    if convolutions:
        return nn.Sequential(
            *(nn.Conv2d(shape[0], 32, 5, stride=2, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(64 * (shape[1] // 8) * (shape[2] // 8), classes)),
        )
    return nn.Sequential(nn.Flatten(), nn.Linear(size, 128), nn.ReLU(), nn.Linear(128, classes))


def cross_validated(inputs, labels, classes: int, chosen: Set, seed: int) -> np.ndarray:
    """Probabilities of networks that have not seen the example, at equal compute."""
    repeats, epochs = chosen.networks // FOLDS, round(chosen.epochs * FOLDS / (FOLDS - 1))
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


def recorded(trained: Trained, with_probabilities: bool) -> Predictions:
    """What the contract holds of the networks."""
    epochs, networks = trained.recorded.shape[:2]
    votes = trained.recorded.argmax(axis=-1).astype(np.int16)
    place = np.broadcast_to(trained.labels[:, None], (*votes.shape, 1))
    p_true = np.take_along_axis(trained.recorded, place, axis=-1)[..., 0].astype(np.float16)
    margins = trained.logit_margins.astype(np.float16)
    found = list(range(networks)), list(range(1, epochs + 1)), {"train": votes}
    if not with_probabilities:
        return Predictions(*found, {"train": trained.labels})
    return Predictions(*found, {"train": trained.labels}, {"train": p_true}, {"train": margins})


def ours(trained: Trained, with_probabilities: bool) -> np.ndarray:
    """The label_quality of the ranking."""
    table = ranking({"ours": recorded(trained, with_probabilities)})
    return table.sort_values("example")["label_quality"].to_numpy()


def held_out(method: str, adjusted: bool = False) -> Callable[[Trained], np.ndarray]:
    """A score of cleanlab on cross-validated probabilities."""

    def score(trained: Trained) -> np.ndarray:
        from cleanlab.rank import get_label_quality_scores

        return get_label_quality_scores(
            trained.labels, trained.held_out, method=method, adjust_pred_probs=adjusted
        )

    return score


def ensemble(trained: Trained) -> np.ndarray:
    """cleanlab's score of an ensemble, on the last epoch of all networks."""
    from cleanlab.rank import get_label_quality_ensemble_scores

    last = list(trained.recorded[-1].astype(float))
    return get_label_quality_ensemble_scores(trained.labels, last, verbose=False)


def annotators(trained: Trained) -> np.ndarray:
    """cleanlab's score of the given label as one annotator's, the networks being the others."""
    from cleanlab.multiannotator import get_label_quality_multiannotator

    last = trained.recorded[-1]
    wide = pd.DataFrame(last.argmax(axis=-1).T).assign(given=trained.labels)
    result = get_label_quality_multiannotator(
        wide, last.mean(axis=0).astype(float), return_detailed_quality=True, verbose=False
    )
    return result["detailed_label_quality"]["quality_annotator_given"].to_numpy()


def forgetting(trained: Trained) -> np.ndarray:
    """Fewest forgetting events are best; what is never learned counts as forgotten every time."""
    correct = trained.recorded.argmax(axis=-1) == trained.labels
    events = forgetting_events(correct).astype(float)
    return -np.where(correct.any(axis=0), events, len(correct)).mean(axis=0)


def confidence_of_one(trained: Trained) -> np.ndarray:
    """In the order of its loss."""
    last = trained.recorded[-1, 0]
    return last[np.arange(len(last)), trained.labels]


SCORES: dict[str, Callable[[Trained], np.ndarray]] = {
    "**label_quality**": lambda trained: ours(trained, True),
    "**label_quality, votes only**": lambda trained: ours(trained, False),
    "confident learning, self-confidence": held_out("self_confidence"),
    "confident learning, margin": held_out("normalized_margin"),
    "confident learning, adjusted": held_out("self_confidence", adjusted=True),
    "cleanlab ensemble": ensemble,
    "cleanlab multi-annotator": annotators,
    "AUM, all networks": lambda trained: trained.logit_margins.mean(axis=(0, 1)),
    "AUM, one network": lambda trained: trained.logit_margins[:, 0].mean(axis=0),
    "loss of one network": confidence_of_one,
    "forgetting": forgetting,
}


MEASURES = ("average precision", "AUROC", "precision at the number of errors")


def measures(trained: Trained) -> dict[str, tuple[float, float, float]]:
    """Score → its MEASURES."""
    found, errors = {}, int(trained.is_wrong.sum())
    for name, score in SCORES.items():
        quality = score(trained)
        first = np.argsort(quality, kind="stable")[:errors]
        found[name] = (
            average_precision_score(trained.is_wrong, -quality),
            roc_auc_score(trained.is_wrong, -quality),
            trained.is_wrong[first].mean(),
        )
    return found


def interval(values: list[float]) -> str:
    """Mean and half the width of its 95 % t interval, in per cent."""
    mean, count = np.mean(values), len(values)
    if count < 2:
        return f"{100 * mean:.1f}"
    half = stats.t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count)
    return f"{100 * mean:.1f} ± {100 * half:.1f}"


def compare(name: str, share: float, kind: str, seeds: range, data: Path) -> list[dict]:
    """The measures of each seed and score, after printing their means."""
    found = [measures(train_all(name, share, kind, seed, data)) for seed in seeds]
    print(f"\n{name}, {share:.0%} {kind}, seeds {seeds[0]} to {seeds[-1]}\n")
    print(f"| per cent | {' | '.join(MEASURES)} |")
    print("|---|---|---|---|")
    for score in SCORES:
        cells = [interval([each[score][which] for each in found]) for which in range(3)]
        print(f"| {score} | {' | '.join(cells)} |")
    others = [score for score in SCORES if "label_quality" not in score]
    best = max(others, key=lambda score: np.mean([each[score][0] for each in found]))
    lead = [each["**label_quality**"][0] - each[best][0] for each in found]
    print(f"\nlabel_quality − {best}: {interval(lead)}", flush=True)
    where = {"set": name, "share": share, "kind": kind}
    return [
        {**where, "seed": seed, "score": score, **dict(zip(MEASURES, values, strict=True))}
        for seed, each in zip(seeds, found, strict=True)
        for score, values in each.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--shares", nargs="+", type=float, default=[0.05, 0.1])
    parser.add_argument("--kinds", nargs="+", default=["symmetric", "pairs"])
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--first-seed", type=int, default=100)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--csv", type=Path, help="a file of all values, row per seed and score")
    given = parser.parse_args()
    seeds, rows = range(given.first_seed, given.first_seed + given.seeds), []
    for name, kind, share in product(given.sets, given.kinds, given.shares):
        rows += compare(name, share, kind, seeds, given.data)
        if given.csv:
            pd.DataFrame(rows).to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
