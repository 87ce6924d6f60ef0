"""The batches of a model, gathered on the device by the step itself.

A CUDA graph can only read memory that stays where it is. So the order of an epoch lies in such
memory, with the place of the next batch in it, and a recorded step gathers its own batch: nothing
is left for the host to do between two steps.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from learning_order.training.augmentation import EpochViews
from learning_order.training.data import Batch
from learning_order.training.device_data import DeviceData, rows_of


class Feed:
    """The train split of data on the device, in the order of one epoch after another."""

    def __init__(self, data: DeviceData, augmentation: Mapping):
        self.data, self.augmentation = data, augmentation
        examples = len(data.labels["train"])
        self.order = torch.zeros(examples, dtype=torch.int64, device=data.device)
        self.views = EpochViews.draw(augmentation, examples, torch.Generator(), data.device)
        self.place = torch.zeros(1, dtype=torch.int64, device=data.device)

    def load(self, order: Tensor, generator: torch.Generator, place: int) -> None:
        """Start an epoch in this order, with views from `generator`, at a place in the order."""
        self.order.copy_(order)
        cpu = torch.device("cpu")
        self.views.copy_(EpochViews.draw(self.augmentation, len(order), generator, cpu))
        self.place.fill_(place)

    def batch(self, size: int) -> Batch:
        """The next `size` examples: those of DeviceData.train_batches, to the bit."""
        places = self.place + torch.arange(size, device=self.place.device)
        self.place += size
        rows = self.order[places]
        images = rows_of(self.data.inputs["train"], rows)
        return self.views.apply(images, places), self.data.labels["train"][rows]
