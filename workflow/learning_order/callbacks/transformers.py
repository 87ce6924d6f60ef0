"""Record the predictions of a model that the Trainer of Hugging Face trains."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from transformers import Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from learning_order.predictions.recorder import Recorder

A_STEP = 1e-6  # less than any step is of an epoch


class RecorderCallback(TrainerCallback):
    """Records a classifier after every epoch, before training too, and closes the file at the end.

    An epoch that `max_steps` or a part of one in `num_train_epochs` cuts is not recorded.

        trainer.add_callback(RecorderCallback(trainer, "run-0.parquet", {"train": …, "test": …}))

    Parameters
    ----------
    trainer : Trainer
        It predicts as for `trainer.predict`, with its collator and its device.
    path : Path or str
        The Parquet file of this model.
    datasets : mapping of str to Dataset
        Split, such as "train" and "test" → its examples with labels, numbered as they lie there.
    seed : int, default 0
        The number of the model.
    """

    def __init__(
        self, trainer: Trainer, path: Path | str, datasets: Mapping[str, Any], *, seed: int = 0
    ) -> None:
        self.trainer, self.datasets = trainer, datasets
        self.recorder = Recorder(path, seed)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if state.global_step == 0:
            self._record(0)

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        epochs = state.epoch or 0
        if control.should_training_stop and abs(epochs - round(epochs)) > A_STEP:
            warnings.warn(f"the epoch cut at {epochs:.2f} is not recorded", stacklevel=2)
        else:
            self._record(round(epochs))

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self.recorder.close()

    def _record(self, extent: int) -> None:
        for split, dataset in self.datasets.items():
            found = self.trainer.predict(dataset, metric_key_prefix=split)
            outputs = found.predictions
            logits = outputs[0] if isinstance(outputs, tuple) else outputs
            self.recorder.add(
                extent=extent,
                split=split,
                examples=np.arange(len(logits)),
                labels=found.label_ids,
                logits=logits,
            )
        self.recorder.finish()
