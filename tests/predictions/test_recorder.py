"""Predictions recorded in a training loop: complete, in the contract, and kept through a crash."""

import re
import time

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from learning_order import Recorder, RecorderError
from learning_order.predictions.reading import read
from learning_order.predictions.reductions import of_logits

LABELS = np.array([0, 2, 1, 1, 0])


def logits_at(extent: int) -> np.ndarray:
    return np.random.default_rng(extent).normal(size=(5, 3)) * (1 + extent)


def add(recorder, extent, split="test", order=(3, 0, 4, 2, 1), convert=np.asarray):
    """Batches of two, in this order of the examples."""
    for start in range(0, len(order), 2):
        ids = np.array(order[start : start + 2])
        recorder.add(
            extent=extent,
            split=split,
            examples=convert(ids),
            labels=convert(LABELS[ids]),
            logits=convert(logits_at(extent)[ids]),
        )


def predicted(recorder, predictions):
    """A batch of classes."""
    recorder.add(extent=1, split="test", examples=[0, 1], labels=[0, 1], predictions=predictions)


def with_logits(recorder, logits, labels=(0, 1), extent=1):
    """A batch of logits."""
    examples = [0, 1]
    recorder.add(extent=extent, split="test", examples=examples, labels=labels, logits=logits)


@pytest.mark.parametrize("convert", [np.asarray, torch.as_tensor, np.ndarray.tolist])
def test_batches_in_any_order_become_the_contract(tmp_path, convert):
    with Recorder(tmp_path / "run.parquet", seed=7) as recorder:
        for extent in (0, 3):
            add(recorder, extent, "train", convert=convert)
            add(recorder, extent, "test", order=(4, 3, 2, 1, 0), convert=convert)
    found = read([tmp_path / "run.parquet"])
    assert (found.seeds, found.extents, list(found.labels)) == ([7], [0, 3], ["test", "train"])
    for split in ("test", "train"):
        assert np.array_equal(found.labels[split], LABELS)
        for step, extent in enumerate((0, 3)):
            expected = logits_at(extent).argmax(axis=1)
            assert np.array_equal(found.predictions[split][step, 0], expected)
    assert [path.name for path in tmp_path.iterdir()] == ["run.parquet"]


def test_columns_are_what_torch_says():
    logits = torch.randn(40, 6, dtype=torch.float64) * 5
    labels = torch.randint(6, (40,))
    p = logits.softmax(dim=1)
    expected = {
        "p_true": p[torch.arange(40), labels],
        "loss": torch.nn.functional.cross_entropy(logits, labels, reduction="none"),
        "p_squared": (p**2).sum(dim=1),
        "margin": torch.stack(
            [
                row[y] - row[torch.arange(6) != y].max()
                for row, y in zip(logits, labels, strict=True)
            ]
        ),
    }
    for columns in (of_logits(logits, labels), of_logits(logits.numpy(), labels.numpy())):
        for name, values in expected.items():
            found = torch.as_tensor(columns[name]).double()
            torch.testing.assert_close(found, values, rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_a_binary_classifier_has_two_classes(shape):
    scores, labels = np.array([-1.0, 2.0, 3.0, -4.0]), np.array([0, 1, 0, 1])
    for convert in (np.asarray, torch.as_tensor):
        columns = of_logits(convert(scores.reshape(shape)), convert(labels))
        assert np.asarray(columns["prediction"]).tolist() == [0, 1, 1, 0]
        expected = 1 / (1 + np.exp(-np.where(labels, scores, -scores)))
        assert np.allclose(np.asarray(columns["p_true"]), expected, rtol=2e-3)


def test_margins_beyond_float16_are_clipped():
    columns = of_logits(np.array([[1e6, -1e6], [-1e6, 1e6]]), np.array([0, 0]))
    assert columns["margin"].tolist() == [65504, -65504]


def test_finished_extents_survive_a_crash_and_training_resumes(tmp_path):
    path = tmp_path / "run.parquet"
    crashed = Recorder(path)
    add(crashed, 1)
    add(crashed, 2)
    add(crashed, 3)  # finishes 2; 3 is lost
    del crashed
    assert not path.exists()
    resumed = Recorder(path)
    assert resumed.extents == [1, 2]
    add(resumed, 2)
    add(resumed, 4)
    resumed.close()
    assert read([path]).extents == [1, 2, 4]


def test_what_was_finished_can_be_written_without_training_on(tmp_path):
    recorder = Recorder(tmp_path / "run.parquet")
    add(recorder, 1)
    add(recorder, 2)
    del recorder
    Recorder(tmp_path / "run.parquet").close()
    assert read([tmp_path / "run.parquet"]).extents == [1]


def test_extents_without_some_split_are_dropped_only_when_told_to_be(tmp_path):
    """Train was recorded every epoch, and test every second one."""
    path = tmp_path / "run.parquet"
    recorder = Recorder(path)
    for extent in range(1, 6):
        add(recorder, extent, "train")
        if extent % 2 == 0:
            add(recorder, extent, "test")
    with pytest.raises(RecorderError, match="no test at extent 1 and 2 others: ") as refused:
        recorder.close()
    assert "close(drop_incomplete=True)" in str(refused.value)
    assert not path.exists()
    Recorder(path).close(drop_incomplete=True)
    assert read([path]).extents == [2, 4]


def test_a_finished_file_is_not_replaced(tmp_path):
    path = tmp_path / "run.parquet"
    with Recorder(path) as recorder:
        add(recorder, 1)
    assert recorder.extents == [1]
    before = path.read_bytes()
    with pytest.raises(RecorderError, match=r"run\.parquet is finished: record what follows"):
        Recorder(path)
    assert path.read_bytes() == before


def test_of_two_recorders_of_one_file_the_first_to_finish_writes_it(tmp_path):
    path = tmp_path / "run.parquet"
    first, second = Recorder(path), Recorder(path)
    for recorder in (first, second):
        add(recorder, 1)
    second.close()
    before = path.read_bytes()
    with pytest.raises(RecorderError):
        first.close()
    assert path.read_bytes() == before


def test_training_anew_replaces_what_a_crash_left(tmp_path):
    recorder = Recorder(tmp_path / "run.parquet")
    for extent in (1, 2, 3):
        add(recorder, extent)
    del recorder
    anew = Recorder(tmp_path / "run.parquet")
    add(anew, 1)
    anew.close()
    assert read([tmp_path / "run.parquet"]).extents == [1]


def test_a_split_can_be_added_to_an_extent_later(tmp_path):
    with Recorder(tmp_path / "run.parquet") as recorder:
        for split in ("train", "test"):
            for extent in (1, 2):
                add(recorder, extent, split)
    assert list(read([tmp_path / "run.parquet"]).labels) == ["test", "train"]


def test_a_part_of_an_epoch_can_be_forgotten(tmp_path):
    with Recorder(tmp_path / "run.parquet") as recorder:
        add(recorder, 1)
        add(recorder, 2, order=(3, 0))
        recorder.discard()
    found = read([tmp_path / "run.parquet"])
    assert found.extents == [1]
    assert np.array_equal(found.predictions["test"][0, 0], logits_at(1).argmax(axis=1))


def test_an_error_in_the_loop_writes_no_file(tmp_path):
    def interrupted():
        with Recorder(tmp_path / "run.parquet") as recorder:
            add(recorder, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not (tmp_path / "run.parquet").exists()


def test_a_model_without_logits_and_a_split_without_labels(tmp_path):
    with Recorder(tmp_path / "run.parquet") as recorder:
        add(recorder, 1)
        recorder.add(
            extent=1, split="noise", examples=[1, 0], labels=[-1, -1], predictions=np.array([2, 1])
        )
    found = read([tmp_path / "run.parquet"])
    assert found.predictions["noise"].tolist() == [[[1, 2]]]


def test_an_example_that_a_sampler_repeats_counts_once(tmp_path):
    with Recorder(tmp_path / "run.parquet") as recorder:
        add(recorder, 1, order=(0, 1, 2, 3, 4, 0))
    assert pq.read_metadata(tmp_path / "run.parquet").num_rows == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda r: add(r, 1, order=(0, 1, 4, 3)), "examples 0 to 4 are missing, such as 2"),
        (lambda r: (add(r, 1), add(r, 2, order=(0, 1, 2))), "3 examples, but 5 at an extent"),
        (
            lambda r: (add(r, 1), add(r, 2, "train")),
            "no test at extent 2; no train at extent 1: record every split at every extent",
        ),
        (
            lambda r: (add(r, 1), r.add(extent=2, split="test", examples=range(5), labels=[0] * 5,
                                        logits=logits_at(2))),
            "example 1 has label 0, but 2 at an extent before",
        ),
        (
            lambda r: [r.add(extent=1, split="test", examples=[0, 1], labels=labels,
                             predictions=[0, 0]) for labels in ([0, 1], [1, 1])],
            "example 0 was added with several labels. `examples` are numbers in the whole split",
        ),
        (
            lambda r: r.add(extent=1, split="test", examples=[0], labels=[0, 1], predictions=[0]),
            "1 examples, 2 labels and outputs of 1 should be equally many",
        ),
        (
            lambda r: r.add(extent=1, split="test", examples=[0.5], labels=[0], predictions=[0]),
            "examples and labels should be whole numbers",
        ),
        (lambda r: r.add(extent=1, split="test", examples=[0], labels=[0]), "either logits or"),
        (lambda r: with_logits(r, np.eye(2), extent=0.5), "extent 0.5: extents are whole"),
        (lambda r: add(r, 1, "Test set"), "split 'Test set'; expected train, test, or another"),
        (lambda r: predicted(r, [0.9, 0.2]), "predictions should be whole numbers"),
        (lambda r: predicted(r, [-1, 1]), "classes should be numbers from 0 to 32767"),
        (lambda r: predicted(r, [[0, 1], [1, 0]]), "outputs of shape (2, 2); expected (batch,)"),
        (lambda r: with_logits(r, np.zeros((2, 40001))), "of up to 32768 classes"),
        (lambda r: with_logits(r, [[0, np.nan], [0, 1]]), "logits of example 0 are not finite"),
        (lambda r: with_logits(r, torch.tensor([[0, 1], [np.inf, 0]])), "example 1 are not finite"),
        (lambda r: with_logits(r, [[0, 1], [1, 0]], labels=[0, 5]), "label 5, but logits of 2"),
        (
            lambda r: with_logits(r, torch.eye(2), labels=torch.tensor([5, 0])),
            "label 5, but logits of 2 classes",
        ),
        (
            lambda r: with_logits(r, [[0, 1], [1, 0]], labels=[0.0, 0.5]),
            "examples and labels should be whole numbers",
        ),
        (
            lambda r: (predicted(r, [0, 1]), r.finish(), with_logits(r, np.eye(2), extent=2)),
            "test at extent 2: logits, but predictions at an extent before",
        ),
        (
            lambda r: (predicted(r, [0, 1]), r.finish(), with_logits(r, np.eye(2), extent=1)),
            "test at extent 1: logits, but predictions at an extent before",
        ),
        (
            lambda r: r.add(extent=1, split="test", examples=LABELS[:0], labels=LABELS[:0],
                            logits=np.zeros((0, 3))),
            "test at extent 1: batches without examples alone",
        ),
        (lambda r: None, "nothing was recorded"),
    ],
)  # fmt: skip
def test_what_is_incomplete_or_contradictory_is_refused(tmp_path, wrong, said):
    recorder = Recorder(tmp_path / "run.parquet")

    def recorded():
        wrong(recorder)
        recorder.close()

    with pytest.raises(RecorderError, match=re.escape(said)):
        recorded()
    assert not (tmp_path / "run.parquet").exists()


def test_tensors_and_arrays_mix(tmp_path):
    path = tmp_path / "run.parquet"
    with Recorder(path) as recorder:
        for examples, convert in (((0, 1), torch.as_tensor), ((2, 3, 4), np.asarray)):
            add(recorder, 1, order=examples, convert=convert)
    assert np.array_equal(read([path]).predictions["test"][0, 0], logits_at(1).argmax(axis=1))


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    path = tmp_path / "run.parquet"
    recorder = Recorder(path)
    for extent in (0, 1):
        add(recorder, extent)

    def full(*_, **__):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full)
        with pytest.raises(OSError, match="No space"):
            recorder.close()
    recorder.close()
    assert read([path]).extents == [0, 1]


def test_a_closed_recorder_takes_no_more(tmp_path):
    recorder = Recorder(tmp_path / "run.parquet")
    add(recorder, 0)
    assert recorder.close() == recorder.close()
    with pytest.raises(RecorderError, match=r"run.parquet is closed: record what follows in"):
        add(recorder, 1)
    assert read([tmp_path / "run.parquet"]).extents == [0]


def test_an_extent_that_was_finished_survives_a_crash(tmp_path):
    recorder = Recorder(tmp_path / "run.parquet")
    add(recorder, 3)
    recorder.finish()
    assert Recorder(tmp_path / "run.parquet").extents == [3]


def test_extents_of_another_model_are_not_mixed_in(tmp_path):
    recorder = Recorder(tmp_path / "run.parquet", seed=0)
    add(recorder, 1)
    add(recorder, 2)
    with pytest.raises(RecorderError, match="is of seed 0, not 1"):
        Recorder(tmp_path / "run.parquet", seed=1)


def test_recording_costs_little_of_an_epoch(tmp_path):
    """A lenient bound, as the machine is shared; benchmarks/recording.py measures it."""
    images, labels = torch.randn(256, 3, 32, 32), torch.randint(10, (256,))
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 64, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(64, 64, 3),
        torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(64, 10),
    )  # fmt: skip
    recorder = Recorder(tmp_path / "run.parquet")
    training = recording = 0.0
    for ids in torch.arange(256).split(32):
        start = time.process_time()
        logits = network(images[ids])
        torch.nn.functional.cross_entropy(logits, labels[ids]).backward()
        training += time.process_time() - start
        start = time.process_time()
        recorder.add(extent=1, split="train", examples=ids, labels=labels[ids], logits=logits)
        recording += time.process_time() - start
    assert recording < 0.05 * training
