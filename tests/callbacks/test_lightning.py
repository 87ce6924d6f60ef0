"""A model that Lightning trains is recorded; where Lightning is installed."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from learning_order.predictions.reading import read

lightning = pytest.importorskip("lightning")

INPUTS = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
LABELS = (INPUTS[:, 0] > 0).long()


class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, inputs):
        return self.layer(inputs)

    def training_step(self, batch, _):
        logits = self(batch[0])
        loss = torch.nn.functional.cross_entropy(logits, batch[1])
        return {"loss": loss, "logits": logits, "labels": batch[1], "examples": batch[2]}

    def validation_step(self, batch, _, dataloader_idx=0):
        return {"logits": self(batch[0]), "labels": batch[1], "examples": batch[2]}

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.5)


def loader(first, last, shuffle=False):
    columns = INPUTS[first:last], LABELS[first:last], torch.arange(last - first)
    return DataLoader(TensorDataset(*columns), batch_size=16, shuffle=shuffle)


def trainer_of(callback, tmp_path, **options):
    callbacks = [callback, *options.pop("callbacks", [])]
    return lightning.Trainer(
        **{"max_epochs": 3, "enable_checkpointing": False, **options}, accelerator="cpu",
        callbacks=callbacks, logger=False, enable_progress_bar=False, default_root_dir=tmp_path,
    )  # fmt: skip


def fitted(callback, tmp_path, **options):
    module = Module()
    trainer = trainer_of(callback, tmp_path, **options)
    trainer.fit(module, loader(0, 40, shuffle=True), loader(40, 60))
    return module


def test_loaders_are_recorded_before_training_and_after_every_epoch(tmp_path):
    from learning_order.callbacks.lightning import RecorderCallback

    loaders = {"train": loader(0, 40), "test": loader(40, 60)}
    module = fitted(RecorderCallback(tmp_path / "run.parquet", loaders, seed=3), tmp_path)
    found = read([tmp_path / "run.parquet"])
    assert (found.seeds, found.extents) == ([3], [0, 1, 2, 3])
    assert np.array_equal(found.labels["train"], LABELS[:40])
    expected = module(INPUTS[40:]).argmax(dim=1)
    assert np.array_equal(found.predictions["test"][-1, 0], expected)


def test_what_the_steps_return_is_recorded(tmp_path):
    from learning_order.callbacks.lightning import RecorderCallback

    module = fitted(RecorderCallback(tmp_path / "run.parquet"), tmp_path)
    found = read([tmp_path / "run.parquet"])
    assert found.extents == [1, 2, 3]
    assert np.array_equal(found.labels["train"], LABELS[:40])
    expected = module(INPUTS[40:]).argmax(dim=1)
    assert np.array_equal(found.predictions["test"][-1, 0], expected)


def test_a_loader_that_shuffles_is_refused(tmp_path):
    from learning_order import RecorderError
    from learning_order.callbacks.lightning import RecorderCallback

    with pytest.raises(RecorderError, match="shuffle=False"):
        RecorderCallback(tmp_path / "run.parquet", {"train": loader(0, 40, shuffle=True)})


class Crash(lightning.Callback):
    """Ends training in its third epoch."""

    def on_train_batch_end(self, trainer, *_):
        if trainer.current_epoch == 2:
            raise RuntimeError("crash")


def test_training_that_resumes_from_a_checkpoint_keeps_what_was_recorded(tmp_path):
    from lightning.pytorch.callbacks import ModelCheckpoint

    from learning_order.callbacks.lightning import RecorderCallback

    def callback():
        return RecorderCallback(tmp_path / "run.parquet", {"test": loader(40, 60)})

    saved = ModelCheckpoint(tmp_path, save_last=True)
    module = Module()
    trainer = trainer_of(
        callback(), tmp_path, callbacks=[Crash(), saved], enable_checkpointing=True
    )
    with torch.no_grad():
        untrained = module(INPUTS[40:]).argmax(dim=1)
    with pytest.raises(RuntimeError, match="crash"):
        trainer.fit(module, loader(0, 40, shuffle=True))
    trainer = trainer_of(callback(), tmp_path)
    module = Module()
    trainer.fit(module, loader(0, 40, shuffle=True), ckpt_path=tmp_path / "last.ckpt")
    found = read([tmp_path / "run.parquet"])
    assert found.extents == [0, 1, 2, 3]
    assert np.array_equal(found.predictions["test"][0, 0], untrained)


class Stop(lightning.Callback):
    """Stops training after an epoch."""

    def on_train_epoch_end(self, trainer, *_):
        trainer.should_stop = True


def test_the_last_epoch_is_recorded_where_training_stops_early(tmp_path):
    from learning_order.callbacks.lightning import RecorderCallback

    callback = RecorderCallback(tmp_path / "run.parquet", {"test": loader(40, 60)}, every=5)
    fitted(callback, tmp_path, callbacks=[Stop()], max_epochs=20)
    assert read([tmp_path / "run.parquet"]).extents == [0, 1]


def test_a_part_of_an_epoch_is_not_recorded(tmp_path):
    from learning_order.callbacks.lightning import RecorderCallback

    callback = RecorderCallback(tmp_path / "run.parquet", {"test": loader(40, 60)})
    with pytest.warns(UserWarning, match="the epoch cut after 1 of its batches is not recorded"):
        fitted(callback, tmp_path, max_steps=4, max_epochs=-1)
    assert read([tmp_path / "run.parquet"]).extents == [0, 1]


def test_weights_of_a_part_of_an_epoch_are_no_extent(tmp_path):
    """Of every second epoch the first is not recorded, and its weights are gone in the second."""
    from learning_order.callbacks.lightning import RecorderCallback

    callback = RecorderCallback(tmp_path / "run.parquet", {"test": loader(40, 60)}, every=2)
    with pytest.warns(UserWarning, match="the epoch cut after 1 of its batches is not recorded"):
        fitted(callback, tmp_path, max_steps=4, max_epochs=-1)
    assert read([tmp_path / "run.parquet"]).extents == [0]


def test_what_the_steps_of_a_part_of_an_epoch_return_is_left_out(tmp_path):
    from learning_order.callbacks.lightning import RecorderCallback

    with pytest.warns(UserWarning, match="the epoch cut after 1 of its batches is not recorded"):
        fitted(RecorderCallback(tmp_path / "run.parquet"), tmp_path, max_steps=4, max_epochs=-1)
    assert read([tmp_path / "run.parquet"]).extents == [1]


def test_validation_in_several_parts_needs_loaders(tmp_path):
    from learning_order import RecorderError
    from learning_order.callbacks.lightning import RecorderCallback

    trainer = trainer_of(RecorderCallback(tmp_path / "run.parquet"), tmp_path)
    with pytest.raises(RecorderError, match="give the callback `loaders`, by name"):
        trainer.fit(Module(), loader(0, 40), [loader(40, 60), loader(20, 40)])
