import pytest
from support.training import small_data

from learning_order.networks.device import choose_device


@pytest.fixture(scope="module")
def data():
    """Small data on the CPU."""
    choose_device("cpu")
    return small_data()
