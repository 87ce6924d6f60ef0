"""What a cluster is asked for grows with the job, and with the attempt."""

import pytest

from learning_order.jobs import estimates


def test_epochs_of_a_block():
    assert estimates.network_epochs(50, [0, 10, 140], "snapshots") == 50 * 140
    assert estimates.network_epochs(50, [30], "independent") == 50 * 30


def test_larger_images_take_in_proportion():
    rate = estimates.images_per_second(10000, (32, 32, 3), 100)
    assert rate == 10000
    assert estimates.images_per_second(10000, (64, 64, 3), 100) == pytest.approx(rate / 4)
    assert estimates.images_per_second(3000, (150,), 256) == 3000, "a text is one"


def test_small_batches_are_bound_by_steps():
    assert estimates.images_per_second(10000, (32, 32, 3), 1) == estimates.STEPS_PER_SECOND


def test_a_cpu_takes_longer():
    gpu = estimates.images_per_second(10000, (32, 32, 3), 100, "auto")
    assert estimates.images_per_second(10000, (32, 32, 3), 100, "cpu") < gpu / 10


def test_minutes_of_a_block():
    """Fig 15's longest job: 50 models, 140 epochs of 2500 images, one record of 3000."""
    images = 50 * 140 * 2500 + 50 * 3000 / 3
    minutes = estimates.training_minutes(50 * 140, 50, 2500, 3000, 10000)
    assert minutes == pytest.approx(10 + 2 * images / 10000 / 60, abs=1)
    assert estimates.training_minutes(50 * 140, 50, 2500, 3000, 10000, attempt=2) in (
        2 * minutes - 1,
        2 * minutes,
    )


def test_nobody_asks_for_more_than_a_day():
    assert estimates.training_minutes(100, 1, 1281167, 1331167, 300) == estimates.LONGEST_MINUTES


def test_memory_grows_with_the_files_and_the_attempt():
    assert estimates.memory_mb(4000, 8, 150) == 5200
    assert estimates.memory_mb(4000, 8, 150, attempt=3) == 10400, "twice as much"
    assert estimates.memory_mb(4000, 8, 150, attempt=3, most=8000) == 8000
