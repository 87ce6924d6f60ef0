"""A model that the Trainer of Hugging Face trains is recorded; where transformers is installed."""

import numpy as np
import pytest
import torch

from learning_order.predictions.reading import read

transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")


class Words(torch.utils.data.Dataset):
    """Short texts; the first word decides the class."""

    def __init__(self, count, seed):
        self.tokens = torch.randint(20, (count, 6), generator=torch.Generator().manual_seed(seed))

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, index):
        tokens = self.tokens[index]
        return {"input_ids": tokens, "labels": int(tokens[0] > 9)}


def test_a_classifier_is_recorded_before_training_and_after_every_epoch(tmp_path):
    from learning_order.callbacks.transformers import RecorderCallback

    config = transformers.BertConfig(
        vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=8, num_labels=2,
    )  # fmt: skip
    arguments = transformers.TrainingArguments(
        str(tmp_path / "out"), num_train_epochs=2, use_cpu=True, report_to=[], save_strategy="no",
        disable_tqdm=True,
    )  # fmt: skip
    train, test = Words(40, 0), Words(20, 1)
    model = transformers.BertForSequenceClassification(config)
    trainer = transformers.Trainer(model, arguments, train_dataset=train)
    datasets = {"train": train, "test": test}
    trainer.add_callback(RecorderCallback(trainer, tmp_path / "run.parquet", datasets, seed=5))
    trainer.train()
    found = read([tmp_path / "run.parquet"])
    assert (found.seeds, found.extents) == ([5], [0, 1, 2])
    assert np.array_equal(found.labels["test"], [test[i]["labels"] for i in range(20)])
    expected = trainer.predict(test).predictions.argmax(axis=1)
    assert np.array_equal(found.predictions["test"][-1, 0], expected)
