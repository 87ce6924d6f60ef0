"""A job that was killed resumes where it was, to the bit."""

import dataclasses
import errno
import io

import numpy as np
import pytest
import torch
from support.training import RECIPE, RECIPES, Killed, KilledAfter, builder

from learning_order.runtime.progress import Progress
from learning_order.training.checkpoints import Checkpoints, Record
from learning_order.training.trainer import train_block

SEEDS, EXTENTS = [0, 1], [0, 2, 3]


def run(recipe, data, progress, checkpoints, protocol):
    return {
        (record.seed, record.extent): record
        for record in train_block(
            recipe,
            builder(recipe),
            data,
            SEEDS,
            EXTENTS,
            protocol=protocol,
            progress=progress,
            checkpoints=checkpoints,
        )
    }


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["snapshots", "independent"])
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
@pytest.mark.parametrize("steps", [1, 5, 14, 31])
def test_a_killed_job_ends_as_one_that_was_not(data, tmp_path, recipe, protocol, steps):
    whole = run(recipe, data, KilledAfter(), None, protocol)
    # An interval of none: a checkpoint at every step.
    checkpoints = Checkpoints(tmp_path / "kept", "made here", minutes=0)
    with pytest.raises(Killed):
        run(recipe, data, KilledAfter(steps), checkpoints, protocol)
    rest = KilledAfter()
    again = run(recipe, data, rest, Checkpoints(tmp_path / "kept", "made here", 1), protocol)
    assert rest.skipped > 0
    assert again.keys() == whole.keys()
    for key, record in whole.items():
        assert (again[key].accuracy, again[key].loss) == (record.accuracy, record.loss)
        assert again[key].sum_p_squared == record.sum_p_squared
        for name in ("predictions", "p_true", "margin"):
            for split, values in getattr(record, name).items():
                assert np.array_equal(getattr(again[key], name)[split], values)


def test_what_was_kept_for_other_results_is_not_used(data, tmp_path):
    with pytest.raises(Killed):
        run(RECIPE, data, KilledAfter(20), Checkpoints(tmp_path, "a", 0), "snapshots")
    assert Checkpoints(tmp_path, "a", 1).state(0) is not None
    assert Checkpoints(tmp_path, "b", 1).state(0) is None
    assert Checkpoints(tmp_path, "a", 1).record(0, 2) is not None
    assert Checkpoints(tmp_path, "b", 1).record(0, 2) is None


def test_short_jobs_keep_nothing_and_finished_ones_clear_up(data, tmp_path):
    short = Checkpoints(tmp_path / "short", "a", minutes=10)
    run(RECIPE, data, Progress(), short, "snapshots")
    assert not (tmp_path / "short").exists()
    often = Checkpoints(tmp_path / "often/deep", "a", minutes=0)
    run(RECIPE, data, Progress(), often, "snapshots")
    assert (tmp_path / "often/deep/seed-0.state.pt").exists()
    often.remove([1])
    assert (tmp_path / "often/deep/seed-0.state.pt").exists()
    often.remove([0])
    assert not (tmp_path / "often").exists()


def test_what_a_kill_left_half_written_is_cleared_up(tmp_path):
    checkpoints = Checkpoints(tmp_path / "kept", "a", 0)
    checkpoints.save({3: {"epoch": 1}})
    (tmp_path / "kept/.seed-3.state.4711.pt").write_bytes(b"half")
    (tmp_path / "kept/.seed-30.state.4711.pt").write_bytes(b"another job's")
    checkpoints.remove([3])
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [".seed-30.state.4711.pt"]


def test_a_half_written_state_leaves_the_one_before(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path, "a", 0)
    checkpoints.save({3: {"epoch": 1}})

    def cut_off(content, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", cut_off)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save({3: {"epoch": 2}})
    assert checkpoints.state(3) == {"epoch": 1}


def test_records_come_back_as_they_were(tmp_path):
    predictions = {"train": np.arange(5, dtype=np.int16), "test": np.zeros(2, np.int16)}
    p_true = {"test": np.array([0.25, 1], np.float16)}
    record = Record(
        7,
        3,
        predictions,
        accuracy={"train": 0.5, "test": 1.0},
        loss={"train": 0.1, "test": 0.2},
        p_true=p_true,
        margin={"test": -p_true["test"]},
        sum_p_squared={"train": 0.5},
    )
    checkpoints = Checkpoints(tmp_path, "a", 0)
    checkpoints.keep(record)
    assert checkpoints.record(7, 3) is None, "only written with the next state"
    checkpoints.save({8: {}})
    found = checkpoints.record(7, 3)
    assert found.predictions["train"].dtype == np.int16
    assert dataclasses.asdict(found).keys() == dataclasses.asdict(record).keys()
    assert np.array_equal(found.predictions["train"], predictions["train"])
    assert np.array_equal(found.p_true["test"], p_true["test"])
    assert found.margin["test"].dtype == np.float16
    assert (found.loss, found.sum_p_squared) == (record.loss, record.sum_p_squared)


def killed(data, folder, say=print) -> Checkpoints:
    """The checkpoints of a job that was killed in the middle."""
    kept = Checkpoints(folder, "a", 0, say)
    with pytest.raises(Killed):
        run(RECIPE, data, KilledAfter(20), kept, "snapshots")
    return kept


DAMAGES = {
    "cut off": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "garbage": lambda content: b"garbage" * 100,
    "a weight": lambda content: _flipped(content, len(content) // 2),
    "another archive": lambda content: _saved([1, 2]),
}


def _flipped(content: bytes, byte: int) -> bytes:
    return content[:byte] + bytes([content[byte] ^ 1]) + content[byte + 1 :]


def _saved(thing) -> bytes:
    file = io.BytesIO()
    torch.save(thing, file)
    return file.getvalue()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_checkpoint_is_as_none(data, tmp_path, damage):
    killed(data, tmp_path)
    whole = run(RECIPE, data, KilledAfter(), None, "snapshots")
    for path in tmp_path.glob("*.pt"):
        path.write_bytes(damage(path.read_bytes()))
    said = []
    damaged = Checkpoints(tmp_path, "a", 1, said.append)
    again = run(RECIPE, data, KilledAfter(), damaged, "snapshots")
    assert f"{tmp_path}/seed-0.state.pt is damaged and not used" in " ".join(said)
    for key, record in whole.items():
        assert np.array_equal(again[key].predictions["train"], record.predictions["train"])


def test_no_flipped_bit_of_a_checkpoint_changes_what_is_read(data, tmp_path):
    state = killed(data, tmp_path).state(0)
    path = tmp_path / "seed-0.state.pt"
    content = path.read_bytes()
    for byte in np.random.default_rng(0).choice(len(content), 200, replace=False):
        path.write_bytes(_flipped(content, int(byte)))
        found = Checkpoints(tmp_path, "a", 1).state(0)
        assert found is None or _saved(found) == _saved(state)


def test_a_full_disk_does_not_end_a_training(data, tmp_path, monkeypatch):
    said = []

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    kept = Checkpoints(tmp_path, "a", 0, said.append)
    assert len(run(RECIPE, data, KilledAfter(), kept, "snapshots")) == 6
    assert "seed-0.extent-0.pt was not written ([Errno 28] No space left" in said[0]
    assert list(tmp_path.iterdir()) == []


def test_a_state_is_not_used_without_the_records_before_it(data, tmp_path):
    """Or else the extents that it is beyond would be recorded too late."""
    whole = run(RECIPE, data, KilledAfter(), None, "snapshots")
    with pytest.raises(Killed):
        run(RECIPE, data, KilledAfter(31), Checkpoints(tmp_path, "a", 0), "snapshots")
    states = [Checkpoints(tmp_path, "a", 1).state(seed) for seed in SEEDS]
    assert max(state["epoch"] for state in states if state) >= 2
    for path in tmp_path.glob("*.extent-2.pt"):
        path.write_bytes(path.read_bytes()[:-10])
    again = run(RECIPE, data, KilledAfter(), Checkpoints(tmp_path, "a", 1), "snapshots")
    for key, record in whole.items():
        assert again[key].loss == record.loss
