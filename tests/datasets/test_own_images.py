"""A folder {class}/* of anybody's images, which has no split."""

import numpy as np
import pytest
from PIL import Image
from support import miniatures
from support.configurations import SMALL, problems_of
from support.loading import load

from learning_order.datasets.examples import DatasetError, DatasetNotFound

PER_CLASS = {"jay": 20, "owl": 10, "tit": 4}


@pytest.fixture
def birds(tmp_path):
    """{class}/*.png, and .jpg of one class, as people have them, with other files beside."""
    folder = tmp_path / "birds"
    for seed, (name, count) in enumerate(PER_CLASS.items()):
        (folder / name).mkdir(parents=True)
        labels = np.full(count, seed)
        for number, image in enumerate(miniatures.images(labels, 16, 3, seed)):
            suffix = "jpg" if name == "owl" else "png"
            Image.fromarray(image).save(folder / name / f"{name} {number:02d}.{suffix}")
    (folder / "README.txt").write_text("Birds.")
    (folder / ".cache").mkdir()
    return folder


def load_birds(folder, **options):
    return load("birds", {"loader": "image-folder", "root": str(folder), **options}, folder)


def test_a_tenth_of_each_class_is_drawn_to_test_on(birds):
    found = load_birds(birds)
    assert found.classes == ("jay", "owl", "tit")
    assert np.bincount(found.test.labels).tolist() == [2, 1, 1]  # at least one
    assert np.bincount(found.train.labels).tolist() == [18, 9, 3]
    both = [*found.train.sources, *found.test.sources]
    assert sorted(both) == sorted(
        str(path.relative_to(birds))
        for path in birds.glob("*/*")
        if path.suffix in (".png", ".jpg")
    )
    assert found.origin == "birds, image folder split at random"


def test_images_and_labels_belong_to_their_sources(birds):
    found = load_birds(birds)
    for split in (found.train, found.test):
        for image, label, source in zip(split.inputs, split.labels, split.sources, strict=True):
            assert np.array_equal(image, np.asarray(Image.open(birds / source).convert("RGB")))
            assert source.startswith(found.classes[label])


def test_the_share_and_the_seed_of_the_draw_can_be_chosen(birds):
    half = load_birds(birds, test_share=0.5)
    assert np.bincount(half.test.labels).tolist() == [10, 5, 2]
    most = load_birds(birds, test_share=0.99)
    assert np.bincount(most.train.labels).tolist() == [1, 1, 1]
    again, other = (load_birds(birds, test_share=0.5, split_seed=seed) for seed in (0, 1))
    assert half.test.sources.tolist() == again.test.sources.tolist()
    assert half.test.sources.tolist() != other.test.sources.tolist()


def test_the_draw_of_a_class_does_not_depend_on_the_others(birds):
    both = load_birds(birds, classes=["tit", "jay"])
    assert both.classes == ("tit", "jay")
    jays = [source for source in load_birds(birds).test.sources if source.startswith("jay")]
    assert [source for source in both.test.sources if source.startswith("jay")] == jays


def test_images_can_stay_in_their_files(birds):
    read, streamed = load_birds(birds), load_birds(birds, size=16, stream=True)
    assert streamed.test.inputs.shape == (4, 16, 16, 3)
    assert streamed.test.sources.tolist() == read.test.sources.tolist()


def test_a_class_of_one_image_is_named(birds):
    (birds / "wren").mkdir()
    Image.new("RGB", (16, 16)).save(birds / "wren/only.png")
    with pytest.raises(DatasetError, match="class 'wren' has one image, expected at least two"):
        load_birds(birds)
    assert len(load_birds(birds, classes=["jay", "owl"]).classes) == 2


def test_a_class_without_images_is_named(birds):
    (birds / "wren").mkdir()
    with pytest.raises(DatasetError, match="birds/wren: no image files"):
        load_birds(birds)


def test_what_is_no_folder_of_classes_is_said_with_what_to_do(birds, tmp_path):
    with pytest.raises(
        DatasetNotFound, match=r"No image folder at .*nothing: looked for .*/CLASS/"
    ):
        load_birds(tmp_path / "nothing")
    with pytest.raises(DatasetNotFound, match="put those of each class into a folder of its own"):
        load_birds(birds / "jay")
    (tmp_path / "set").mkdir()
    birds.rename(tmp_path / "set/train")
    with pytest.raises(DatasetNotFound, match=r"There is train/ alone: .* `root:` to .*set/train"):
        load_birds(tmp_path / "set")


def test_a_folder_with_a_split_is_not_split_at_random(tmp_path):
    miniatures.image_folder(tmp_path, ["jay", "owl"], train=3, test=2)
    assert load_birds(tmp_path).test.sources[0].startswith("test/")
    for option in ({"test_share": 0.5}, {"split_seed": 1}):
        with pytest.raises(DatasetError, match=f"leave out `{next(iter(option))}`"):
            load_birds(tmp_path, **option)


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0, "datasets.birds.test_share: 0 is not above 0"),
        (20, "datasets.birds.test_share: 20 is not below 1"),
        ("a fifth", "datasets.birds.test_share: 'a fifth' should be a number"),
    ],
)
def test_a_share_out_of_range_is_refused_before_anything_runs(share, message):
    birds = {"loader": "image-folder", "root": "birds", "test_share": share}
    (problem,) = problems_of(SMALL, {"datasets": {"birds": birds}})
    assert message in problem
