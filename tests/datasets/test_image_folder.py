"""Tiny ImageNet and VGGFace2 on miniatures in their own folder layouts."""

import numpy as np
import pytest
from PIL import Image
from support import miniatures
from support.loading import load

from learning_order.datasets.examples import DatasetError, DatasetNotFound


def load_tiny(place, **options):
    return load("tiny", {"loader": "tiny-imagenet", **options}, place)


def load_faces(place, **options):
    return load("faces", {"loader": "vggface2-subset", "train_per_class": 8, **options}, place)


def test_tiny_imagenet_takes_train_by_folder_and_val_by_annotation(tmp_path):
    miniatures.tiny_imagenet(tmp_path)
    found = load_tiny(tmp_path)
    assert found.train.inputs.shape == (60, 64, 64, 3)
    assert found.test.inputs.shape == (24, 64, 64, 3)
    assert np.array_equal(found.train.labels, np.repeat(np.arange(6), 10))
    assert np.array_equal(found.test.labels, miniatures.balanced(6, 4))
    assert found.train.sources[0] == "train/n01443537/images/n01443537_0.JPEG"
    assert found.test.sources[7] == "val/images/val_7.JPEG"
    # JPEG is lossy, but a class still looks like its own pattern rather than another's.
    means = [found.train.inputs[found.train.labels == k].mean(axis=0) for k in range(6)]
    nearest = [np.argmin([np.abs(x - m).mean() for m in means]) for x in found.test.inputs[1:]]
    assert np.array_equal(nearest, found.test.labels[1:])


def test_tiny_imagenet_by_its_own_root_and_with_few_classes(tmp_path):
    folder = miniatures.tiny_imagenet(tmp_path)
    classes = ["n01445759", "n01443537"]
    found = load_tiny(tmp_path / "elsewhere", root=str(folder), classes=classes)
    assert found.classes == tuple(classes)
    assert len(found.train.labels) == 20
    assert np.bincount(found.test.labels).tolist() == [4, 4]
    assert found.train.sources[0].startswith("train/n01445759/")


def test_tiny_imagenet_that_is_not_there(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"^dataset 'tiny': (.|\n)*\n  - .*annotations\.txt"):
        load_tiny(tmp_path)
    with pytest.raises(DatasetError, match=r"no class 'n0144353' in .* did you mean 'n01443537'"):
        load_tiny(miniatures.tiny_imagenet(tmp_path).parent, classes=["n0144353", "n01444648"])


@pytest.mark.parametrize("line", ["val_3.JPEG", "val_3.JPEG\tn99999999\t0\t0\t1\t1", ""])
def test_a_bad_line_of_annotations_is_named(tmp_path, line):
    path = miniatures.tiny_imagenet(tmp_path) / "val/val_annotations.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], line, *lines[4:]]) + "\n")
    with pytest.raises(DatasetError, match=r"val_annotations\.txt, line 4: expected a file name"):
        load_tiny(tmp_path)


def test_an_annotated_image_that_is_missing_is_named(tmp_path):
    (miniatures.tiny_imagenet(tmp_path) / "val/images/val_5.JPEG").unlink()
    with pytest.raises(DatasetError, match=r"val_5\.JPEG: not a readable image"):
        load_tiny(tmp_path)


def test_a_truncated_jpeg_is_named(tmp_path):
    path = next(miniatures.tiny_imagenet(tmp_path).glob("train/*/images/*_3.JPEG"))
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(DatasetError, match=rf"{path.name}: not a readable image"):
        load_tiny(tmp_path)


def test_vggface2_takes_the_largest_identities_whole(tmp_path):
    miniatures.vggface2(tmp_path)
    found = load_faces(tmp_path)
    assert found.classes == tuple(f"n{number:06d}" for number in range(2, 12))
    assert found.train.inputs.shape == (80, 64, 64, 3)
    assert np.bincount(found.train.labels).tolist() == [8] * 10
    assert np.bincount(found.test.labels).tolist() == [5 + k for k in range(10)]
    sources = {*found.train.sources, *found.test.sources}
    assert len(sources) == len(found.train.sources) + len(found.test.sources)
    assert {source.split("/")[0] for source in found.train.sources} == {"train", "test"}
    assert np.array_equal(load_faces(tmp_path).train.sources, found.train.sources)


def test_vggface2_without_split_folders_and_with_other_numbers(tmp_path):
    folder = miniatures.vggface2(tmp_path) / "train"
    found = load_faces(tmp_path, root=str(folder), identities=3, size=32, train_per_class=4)
    assert len(found.classes) == 3
    assert found.train.inputs.shape == (12, 32, 32, 3)


def test_size_keeps_the_aspect_of_faces(tmp_path):
    folder = tmp_path / "faces"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        for k in range(3):
            tall = np.zeros((90, 30, 3), np.uint8)
            tall[30:60] = 255
            Image.fromarray(tall).save(folder / name / f"{k}.png")
    found = load_faces(tmp_path, root=str(folder), identities=2, train_per_class=2, size=30)
    assert (found.train.inputs == 255).all()


def test_vggface2_that_is_not_there_or_too_small(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"VGGFace2 was not found\. Looked for .*vggface2"):
        load_faces(tmp_path)
    miniatures.vggface2(tmp_path)
    with pytest.raises(DatasetError, match="'n000002' has 13 images, expected more than the 13"):
        load_faces(tmp_path, train_per_class=13)
