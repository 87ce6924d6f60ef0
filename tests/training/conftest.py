import pytest
import torch

from learning_order.networks.device import choose_device
from learning_order.training.device_data import DeviceData


@pytest.fixture(scope="module")
def data():
    """Three classes of 8×8 images, bright in different corners: separable, with noise."""
    choose_device("cpu")
    generator = torch.Generator().manual_seed(0)
    images, labels = {}, {}
    for split, examples in (("train", 90), ("test", 45)):
        labels[split] = torch.arange(examples) % 3
        images[split] = torch.randn(examples, 1, 8, 8, generator=generator)
        for label, (row, column) in enumerate([(0, 0), (0, 4), (4, 0)]):
            images[split][labels[split] == label, :, row : row + 4, column : column + 4] += 2
    return DeviceData(images, labels, classes=3, content_hash="made here")
