"""Random views of train images."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from learning_order.training.augmentation import EpochViews, random_resized_crop

CPU = torch.device("cpu")


def views(augmentation, examples=200, seed=0):
    return EpochViews.draw(augmentation, examples, torch.Generator().manual_seed(seed), CPU)


def images(examples=200):
    return torch.randn(examples, 3, 8, 6, generator=torch.Generator().manual_seed(1))


def test_without_augmentation_images_stay_as_they_are():
    assert torch.equal(views({}).apply(images(), slice(None)), images())


def test_a_flip_mirrors_about_half_of_the_images():
    before, after = images(), views({"flip": True}).apply(images(), slice(None))
    same = (after == before).flatten(1).all(1)
    mirrored = (after == before.flip(3)).flatten(1).all(1)
    assert (same | mirrored).all()
    assert 70 < mirrored.sum() < 130


def test_a_crop_is_a_window_of_the_padded_image_as_a_plain_loop_cuts_it():
    drawn = views({"crop": 2})
    after = drawn.apply(images(), slice(None))
    assert after.shape == images().shape
    for image, offsets, found in zip(images(), drawn.offsets, after, strict=True):
        top, left = offsets.tolist()
        window = functional.pad(image, (2, 2, 2, 2))[:, top : top + 8, left : left + 6]
        assert torch.equal(found, window)
    assert {tuple(pair) for pair in drawn.offsets.tolist()} == {
        (top, left) for top in range(5) for left in range(5)
    }


def test_batches_see_what_the_whole_epoch_would():
    drawn = views({"flip": True, "crop": 3})
    whole = drawn.apply(images(), slice(None))
    parts = [drawn.apply(images()[k : k + 30], slice(k, k + 30)) for k in range(0, 200, 30)]
    assert torch.equal(torch.cat(parts), whole)


def test_a_generator_fixes_the_views():
    both = {"flip": True, "crop": 2}
    assert torch.equal(views(both).offsets, views(both).offsets)
    assert not torch.equal(views(both).offsets, views(both, seed=1).offsets)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 1000))
def test_random_boxes_lie_in_the_image(width, height, seed):
    left, top, right, bottom = random_resized_crop((width, height), np.random.default_rng(seed))
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height


def test_random_boxes_are_distributed_as_torchvision_s():
    from torchvision.transforms import RandomResizedCrop

    rng = np.random.default_rng(0)
    ours = np.array([random_resized_crop((120, 90), rng) for _ in range(4000)])
    torch.manual_seed(0)
    image = torch.zeros(1, 90, 120)
    theirs = [RandomResizedCrop.get_params(image, (0.08, 1), (3 / 4, 4 / 3)) for _ in range(4000)]
    top, left, height, width = np.array(theirs).T
    for a, b in zip(ours.T, (left, top, left + width, top + height), strict=True):
        assert a.mean() == pytest.approx(b.mean(), abs=1.5)
        assert a.std() == pytest.approx(b.std(), rel=0.06)
