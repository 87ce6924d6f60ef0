"""AdaBoost of linear classifiers, against scikit-learn's and Hastie et al. 2009 as a plain loop."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import Perceptron

from learning_order.tables.build import collection_tables
from learning_order.training.boosting import NotLearnable, boost, records

ROUNDS = 12


@pytest.fixture(scope="module")
def data():
    """Handwritten digits, standardised, in two halves."""
    bundle = load_digits()
    inputs = ((bundle.data - bundle.data.mean()) / bundle.data.std()).astype(np.float32)
    return {"train": (inputs[::2], bundle.target[::2]), "test": (inputs[1::2], bundle.target[1::2])}


@pytest.fixture(scope="module")
def boosted(data):
    return boost(*data["train"], rounds=ROUNDS, seed=4)


def plain_samme(inputs, labels, test, rounds, seed):
    """Algorithm 2 of the paper, with the weak classifiers' seeds drawn as scikit-learn does."""
    rng, classes = np.random.RandomState(seed), labels.max() + 1
    weights = np.full(len(labels), 1 / len(labels))
    votes, staged, shares = np.zeros((len(test), classes)), [], []
    for _ in range(rounds):
        weak = Perceptron(
            max_iter=1, tol=None, random_state=rng.randint(np.iinfo(np.int32).max)
        ).fit(inputs, labels, sample_weight=weights)
        wrong = weak.predict(inputs) != labels
        error = weights[wrong].sum() / weights.sum()
        assert error < 1 - 1 / classes
        alpha = np.log((1 - error) / error) + np.log(classes - 1)
        votes[np.arange(len(test)), weak.predict(test)] += alpha
        staged.append(votes.argmax(axis=1))
        shares.append(votes / votes.sum(axis=1, keepdims=True))
        weights = weights * np.exp(alpha * wrong)
        weights /= weights.sum()
    return np.array(staged), np.array(shares)


def test_the_ensembles_are_those_of_the_paper_s_algorithm(data, boosted):
    expected, _ = plain_samme(*data["train"], data["test"][0], ROUNDS, seed=4)
    assert (boosted.size, boosted.stopped) == (ROUNDS, None)
    assert (boosted.staged(data["test"][0]) == expected).mean() > 0.995  # ties may round away


def test_more_weak_classifiers_are_better_than_one(data, boosted):
    inputs, labels = data["test"]
    accuracies = (boosted.staged(inputs) == labels).mean(axis=1)
    assert accuracies[-1] > accuracies[0] + 0.05
    assert accuracies[-1] > 0.85


def test_a_seed_fixes_the_ensemble_and_another_gives_another(data, boosted):
    again = boost(*data["train"], rounds=ROUNDS, seed=4).staged(data["test"][0])
    other = boost(*data["train"], rounds=ROUNDS, seed=5).staged(data["test"][0])
    assert np.array_equal(again, boosted.staged(data["test"][0]))
    assert not np.array_equal(again, other)


def test_every_round_is_reported(data):
    rounds = []
    boost(*data["train"], rounds=3, on_round=lambda size, error: rounds.append((size, error)))
    assert [size for size, _ in rounds] == [1, 2, 3]
    assert all(0 < error < 0.9 for _, error in rounds)


def overlapping():
    """Three classes that overlap, so that boosting ends."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 3000)
    return (rng.normal(size=(3000, 3)) + np.eye(3)[labels]).astype(np.float32), labels


def separable():
    """Two classes that a line divides."""
    labels = np.arange(100) % 2
    return np.stack([labels - 0.5, np.ones(100)], axis=1).astype(np.float32), labels


@pytest.mark.parametrize("kind", ["digits", "overlapping", "separable"])
def test_predictions_and_errors_are_those_of_plain_scikit_learn_to_the_bit(data, kind):
    examples = {"digits": data["train"], "overlapping": overlapping(), "separable": separable()}
    inputs, labels = examples[kind]
    weak = Perceptron(max_iter=2, tol=None)
    plain = AdaBoostClassifier(weak, n_estimators=20, random_state=6).fit(inputs, labels)
    errors = []
    found = boost(
        inputs, labels, rounds=20, passes=2, seed=6, on_round=lambda _, error: errors.append(error)
    )
    expected = list(plain.staged_predict(inputs))
    assert found.size == len(expected)
    assert np.array_equal(found.staged(inputs)[: found.size], expected)
    assert errors == plain.estimator_errors_[: found.size].tolist()


def test_boosting_ends_when_a_weak_classifier_is_no_better_than_chance():
    inputs, labels = overlapping()
    found = boost(inputs, labels, rounds=200)
    assert 1 <= found.size < 200
    assert found.stopped == f"weak classifier {found.size + 1} would be no better than chance"
    staged = found.staged(inputs)
    assert staged.shape == (200, 3000)
    assert (staged[found.size - 1 :] == staged[-1]).all(), "what there is stays"


def test_separable_data_ends_boosting_without_a_mistake():
    inputs, labels = separable()
    found = boost(inputs, labels, rounds=5)
    assert found.stopped == f"weak classifier {found.size} makes no mistake"
    assert (found.staged(inputs)[-1] == labels).all()


def test_data_that_cannot_be_learned_at_all_is_explained():
    inputs, labels = np.zeros((128, 4), np.float32), np.arange(128) % 2
    with pytest.raises(NotLearnable, match="is no better than chance here"):
        boost(inputs, labels, rounds=5)


def test_accessibility_is_the_share_of_ensemble_sizes_that_are_right(data, boosted):
    inputs, labels = ({split: pair[k] for split, pair in data.items()} for k in (0, 1))
    found = list(records(boosted, inputs, labels, seed=4))
    assert [(record.seed, record.extent) for record in found] == [
        (4, size) for size in range(1, ROUNDS + 1)
    ]
    predictions = {
        split: np.stack([record.predictions[split][None] for record in found]) for split in labels
    }
    tables = collection_tables(predictions, labels, range(1, ROUNDS + 1), [4])
    accessible = tables["accessibility"].query("split == 'test'")["accessibility"]
    right = boosted.staged(inputs["test"]) == labels["test"]
    assert np.allclose(accessible, right.mean(axis=0))


@pytest.mark.parametrize("kind", ["digits", "two classes"])
def test_probabilities_are_shares_of_the_weighted_votes(data, kind):
    """Against Algorithm 2 as a plain loop, for ten classes and for two."""
    (inputs, labels), (others, true) = data["train"], data["test"]
    if kind == "two classes":
        labels, true = labels % 2, true % 2
    boosted = boost(inputs, labels, rounds=6, seed=4)
    _, shares = plain_samme(inputs, labels, others, boosted.size, seed=4)
    found = list(records(boosted, {"test": others}, {"test": true}, seed=4))
    last = [shares[-1]] * (6 - boosted.size)
    for record, expected in zip(found, [*shares, *last], strict=True):
        own = expected[np.arange(len(true)), true]
        rest = [np.delete(row, label).max() for row, label in zip(expected, true, strict=True)]
        assert np.allclose(record.p_true["test"], own, atol=1e-3)
        assert np.allclose(record.margin["test"], own - rest, atol=2e-3)
        squared = (expected**2).sum(axis=1).mean()
        assert record.sum_p_squared["test"] == pytest.approx(squared, rel=1e-9)
    assert 0.05 < found[-1].p_true["test"].std() < 0.5, "the shares differ"


def test_a_class_without_train_examples_gets_no_votes(data):
    inputs, labels = data["train"]
    kept = labels != 7
    found = boost(inputs[kept], labels[kept], rounds=4)
    [*_, last] = records(found, {"train": inputs}, {"train": labels}, seed=0)
    assert not (last.predictions["train"] == 7).any()
    assert not last.p_true["train"][labels == 7].any()
    assert (last.margin["train"][labels == 7] < 0).all()
