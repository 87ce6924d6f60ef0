"""A model that the Trainer of Hugging Face trains is recorded; where transformers is installed."""

import numpy as np
import pytest
import torch

from learning_order.predictions.reading import read

transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")
# Without that library, transformers takes the folder tests/datasets for it.
if not hasattr(pytest.importorskip("datasets"), "Dataset"):
    pytest.skip("the library datasets is not installed", allow_module_level=True)


class Words(torch.utils.data.Dataset):
    """Short texts; the first word decides the class."""

    def __init__(self, count, seed):
        self.tokens = torch.randint(20, (count, 6), generator=torch.Generator().manual_seed(seed))

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, index):
        tokens = self.tokens[index]
        return {"input_ids": tokens, "labels": int(tokens[0] > 9)}


def trainer_of(tmp_path, train, test, **options):
    config = transformers.BertConfig(
        vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=8, num_labels=2,
    )  # fmt: skip
    arguments = transformers.TrainingArguments(
        str(tmp_path / "out"), use_cpu=True, report_to=[], save_strategy="no", disable_tqdm=True,
        **options,
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(config)
    trainer = transformers.Trainer(model, arguments, train_dataset=train)
    datasets = {"train": train, "test": test}
    return trainer, datasets


def test_a_classifier_is_recorded_before_training_and_after_every_epoch(tmp_path):
    from learning_order.callbacks.transformers import RecorderCallback

    train, test = Words(40, 0), Words(20, 1)
    trainer, datasets = trainer_of(tmp_path, train, test, num_train_epochs=2)
    trainer.add_callback(RecorderCallback(trainer, tmp_path / "run.parquet", datasets, seed=5))
    trainer.train()
    found = read([tmp_path / "run.parquet"])
    assert (found.seeds, found.extents) == ([5], [0, 1, 2])
    assert np.array_equal(found.labels["test"], [test[i]["labels"] for i in range(20)])
    expected = trainer.predict(test).predictions.argmax(axis=1)
    assert np.array_equal(found.predictions["test"][-1, 0], expected)


@pytest.mark.parametrize("options", [{"num_train_epochs": 1.4}, {"max_steps": 7}])
def test_a_part_of_an_epoch_is_not_recorded(tmp_path, options):
    from learning_order.callbacks.transformers import RecorderCallback

    trainer, datasets = trainer_of(tmp_path, Words(40, 0), Words(20, 1), **options)
    trainer.add_callback(RecorderCallback(trainer, tmp_path / "run.parquet", datasets))
    with pytest.warns(UserWarning, match=r"the epoch cut at 1\.40 is not recorded"):
        trainer.train()
    assert read([tmp_path / "run.parquet"]).extents == [0, 1]
