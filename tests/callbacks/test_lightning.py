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

    def validation_step(self, batch, _):
        return {"logits": self(batch[0]), "labels": batch[1], "examples": batch[2]}

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.5)


def loader(first, last, shuffle=False):
    columns = INPUTS[first:last], LABELS[first:last], torch.arange(last - first)
    return DataLoader(TensorDataset(*columns), batch_size=16, shuffle=shuffle)


def fitted(callback, tmp_path):
    trainer = lightning.Trainer(
        max_epochs=3, accelerator="cpu", callbacks=[callback], logger=False,
        enable_checkpointing=False, enable_progress_bar=False, default_root_dir=tmp_path,
    )  # fmt: skip
    module = Module()
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
