"""Record the predictions of a model that Lightning trains."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from torch.utils.data import DataLoader, SequentialSampler

from learning_order.predictions.recorder import Recorder, RecorderError


class RecorderCallback(Callback):
    """Records a model after every epoch, before training too, and closes the file at the end.

    Parameters
    ----------
    path : Path or str
        The Parquet file of this model.
    loaders : mapping of str to DataLoader, optional
        Split, such as "train" and "test" → its examples in a fixed order (no `shuffle`), in batches
        (inputs, labels). The module is called with the inputs and returns logits. Without loaders
        the steps of the module have to return what is recorded: a dict with `logits`, `labels` and
        `examples` (numbers in the split), and `loss` from `training_step`; the steps of training
        are recorded as train, those of validation as test.
    seed : int, default 0
        The number of the model.
    every : int, default 1
        Record after each so many epochs; with loaders, after the last one too.
    unpack : function, default the first two members
        From a batch to (inputs, labels).
    """

    def __init__(
        self,
        path: Path | str,
        loaders: Mapping[str, DataLoader] | None = None,
        *,
        seed: int = 0,
        every: int = 1,
        unpack: Callable[[Any], tuple[Any, Any]] = lambda batch: (batch[0], batch[1]),
    ) -> None:
        for split, loader in (loaders or {}).items():
            if not isinstance(loader.sampler, SequentialSampler) or loader.drop_last:
                raise RecorderError(
                    f"the loader of {split} should give all examples in a fixed order: "
                    "shuffle=False, drop_last=False"
                )
        self.loaders, self.every, self.unpack = loaders, every, unpack
        self.recorder = Recorder(path, seed)
        self.epochs = 0  # that are done
        self.is_cut = False  # whether training went on after these, into a part of an epoch

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.epochs = trainer.current_epoch  # as of the checkpoint, if training resumes
        self.is_cut = False
        if trainer.global_step == 0:
            self._predict(trainer, pl_module, 0)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not trainer.is_last_batch:
            done = trainer.fit_loop.epoch_loop.batch_progress.current.completed
            warnings.warn(
                f"the epoch cut after {done} of its batches is not recorded", stacklevel=2
            )
            self.is_cut = True
            self.recorder.discard()
            return
        self.epochs = trainer.current_epoch + 1
        if self._is_recorded(trainer):
            self._predict(trainer, pl_module, self.epochs)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self.epochs not in self.recorder.extents and not self.is_cut:  # training stopped early
            self._predict(trainer, pl_module, self.epochs)

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._add(trainer, "train", outputs)

    def on_validation_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        if trainer.sanity_checking:
            return
        if dataloader_idx and self.loaders is None:
            raise RecorderError(
                "several loaders of validation examples: give the callback `loaders`, by name"
            )
        self._add(trainer, "test", outputs)

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.recorder.close()

    def _is_recorded(self, trainer: Trainer) -> bool:
        epoch = trainer.current_epoch + 1
        return epoch % self.every == 0 or epoch == trainer.max_epochs

    def _add(self, trainer: Trainer, split: str, outputs: Any) -> None:
        """What a step returned; nothing where loaders are recorded."""
        if self.loaders is not None or not self._is_recorded(trainer):
            return
        if not isinstance(outputs, Mapping) or not {"logits", "labels", "examples"} <= set(outputs):
            raise RecorderError(
                "give the callback `loaders`, or return a dict with logits, labels and examples "
                "from training_step and validation_step"
            )
        columns = {name: outputs[name] for name in ("logits", "labels", "examples")}
        self.recorder.add(extent=trainer.current_epoch + 1, split=split, **columns)

    @torch.no_grad()
    def _predict(self, trainer: Trainer, module: LightningModule, extent: int) -> None:
        was_training = module.training
        module.eval()
        for split, loader in (self.loaders or {}).items():
            start = 0
            for batch in loader:
                inputs, labels = self.unpack(trainer.strategy.batch_to_device(batch))
                examples = torch.arange(start, start + len(labels))
                self.recorder.add(
                    extent=extent,
                    split=split,
                    examples=examples,
                    labels=labels,
                    logits=module(inputs),
                )
                start += len(labels)
        module.train(was_training)
        self.recorder.finish()
