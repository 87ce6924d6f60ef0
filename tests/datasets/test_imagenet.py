"""ImageNet on miniatures in its three layouts."""

import numpy as np
import pytest
from PIL import Image
from support.loading import load
from support.miniatures import imagenet as mini
from torchvision.datasets import imagenet as theirs

from learning_order.datasets.examples import DatasetError, DatasetNotFound, ImageFiles

LAYOUTS = ["devkit", "folders", "kaggle"]
CATS = ["n02124075", "n02123394", "n02127052"]


def load_imagenet(place, **options):
    return load("imagenet", {"loader": "imagenet", "stream": True, **options}, place)


def train_source(place, synset, k):
    below = f"{mini.KAGGLE}/train" if (place / mini.KAGGLE).exists() else "train"
    return f"{below}/{synset}/{synset}_{17 * k}.JPEG"


def val_numbers(split):
    return np.array([int(source[-13:-5]) for source in split.sources])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_layouts_give_the_same_dataset(tmp_path, layout):
    place = mini.imagenet(tmp_path, layout)
    found = load_imagenet(tmp_path)
    assert found.classes == tuple(mini.CLASSES)
    assert np.array_equal(found.train.labels, np.repeat(np.arange(10), mini.TRAIN))
    assert train_source(place, "n02123045", 1) in found.train.sources
    # Val comes in the order of its folders or of its numbers; labels follow it.
    assert len(found.test.labels) == 60
    assert np.array_equal(found.test.labels, mini.val_labels()[val_numbers(found.test) - 1])
    assert sorted(val_numbers(found.test)) == list(range(1, 61))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_images_stay_in_their_files_or_are_read_at_once(tmp_path, layout):
    place = mini.imagenet(tmp_path, layout)
    streamed = load_imagenet(tmp_path).test
    assert isinstance(streamed.inputs, ImageFiles)
    assert streamed.inputs.shape == (60, 224, 224, 3)
    paths = [streamed.inputs.folder / source for source in streamed.sources]
    assert streamed.inputs.bytes.tolist() == [path.stat().st_size for path in paths]
    read = load_imagenet(tmp_path / "elsewhere", root=str(place), stream=False, size=32)
    assert read.train.inputs.shape == (120, 32, 32, 3)
    assert read.train.inputs.dtype == np.uint8
    assert np.array_equal(read.test.sources, streamed.sources)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_chosen_synsets_alone_are_read(tmp_path, layout):
    place = mini.imagenet(tmp_path, layout)
    whole, found = load_imagenet(tmp_path), load_imagenet(tmp_path, classes=CATS)
    assert found.classes == tuple(CATS)
    for split in ("train", "test"):
        chosen, of_all = getattr(found, split), getattr(whole, split)
        names = dict(zip(of_all.sources, np.array(whole.classes)[of_all.labels], strict=True))
        assert [names[source] for source in chosen.sources] == [CATS[k] for k in chosen.labels]
        assert len(chosen.labels) == (36 if split == "train" else 18)
    # Nothing of the others is looked at, so they need not be there.
    for path in place.glob("**/train/n03995372/*"):
        path.unlink()
    assert len(load_imagenet(tmp_path, classes=CATS).train.labels) == 36
    with pytest.raises(DatasetError, match=r"no class 'n0212407' .* did you mean 'n02124075'"):
        load_imagenet(tmp_path, classes=["n0212407", "n02127052"])


def test_the_ground_truth_is_what_torchvision_reads(tmp_path, monkeypatch):
    """Torchvision unpacks the devkit from its archive; here it is told that this was done."""
    mini.imagenet(tmp_path)
    devkit = tmp_path / "imagenet/ILSVRC2012_devkit_t12"
    monkeypatch.setattr(theirs, "_verify_archive", lambda *arguments: None)
    monkeypatch.setattr(
        theirs, "extract_archive", lambda archive, to: devkit.rename(f"{to}/{devkit.name}")
    )
    found = load_imagenet(tmp_path).test
    theirs.parse_devkit_archive(tmp_path)
    words, val = theirs.load_meta_file(tmp_path)
    assert [mini.CLASSES[label] for label in found.labels] == val
    assert sorted(words) == mini.CLASSES


def test_a_devkit_unpacked_beside_the_images_is_found(tmp_path):
    place = mini.imagenet(tmp_path)
    expected = load_imagenet(tmp_path).test.labels
    (place / mini.DEVKIT).rename(place / "data")
    assert np.array_equal(load_imagenet(tmp_path).test.labels, expected)
    place.rename(tmp_path / "ILSVRC2012")
    assert np.array_equal(load_imagenet(tmp_path).test.labels, expected)


def test_imagenet_that_is_not_there(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"ImageNet was not found(.|\n)*ILSVRC2012/\{train"):
        load_imagenet(tmp_path)
    place = mini.imagenet(tmp_path)
    (place / mini.DEVKIT / "ILSVRC2012_validation_ground_truth.txt").unlink()
    with pytest.raises(DatasetNotFound, match=r"their classes were not found(.|\n)*LOC_val_sol"):
        load_imagenet(tmp_path)


def edited(path, change):
    """The file with its lines changed by a function of their list."""
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda rows: [*rows[:6], "11", *rows[7:]],
            r"truth\.txt, row 7: expected one of the 10 IL",
        ),
        (lambda rows: [*rows[:6], "cat", *rows[7:]], r"truth\.txt, row 7: expected .* got 'cat'"),
        (lambda rows: [*rows[:6], "", *rows[7:]], r"truth\.txt, row 7: expected .* got ''"),
        (lambda rows: rows[:59], r"val_00000060\.JPEG: expected one row .* none of the 59 rows of"),
        (lambda rows: [*rows, "3"], r"row 61: expected .*val_00000061\.JPEG, .* 60 images for 61"),
    ],
)
def test_a_bad_ground_truth_is_named(tmp_path, change, message):
    place = mini.imagenet(tmp_path)
    edited(place / mini.DEVKIT / "ILSVRC2012_validation_ground_truth.txt", change)
    with pytest.raises(DatasetError, match=message):
        load_imagenet(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: ["id,boxes", *rows[1:]], r"solution\.csv, row 2: expected ImageId and Pred"),
        (
            lambda rows: [*rows[:3], "x,n99 1 2", *rows[4:]],
            r"row 4: expected .* a synset of LOC_syn",
        ),
        (lambda rows: [*rows[:3], rows[1], *rows[4:]], r"row 4: expected .* a new image"),
        (lambda rows: [*rows[:3], "x", *rows[4:]], r"row 4: expected .* got \{'ImageId': 'x'"),
        (lambda rows: rows[:-1], r"\.JPEG: expected one row .* none of the 59 rows of .*solution"),
    ],
)
def test_a_bad_row_of_kaggle_s_solution_is_named(tmp_path, change, message):
    edited(mini.imagenet(tmp_path, "kaggle") / "LOC_val_solution.csv", change)
    with pytest.raises(DatasetError, match=message):
        load_imagenet(tmp_path)


def test_a_mapping_that_is_missing_is_named(tmp_path):
    (mini.imagenet(tmp_path, "kaggle") / "LOC_synset_mapping.txt").unlink()
    with pytest.raises(DatasetError, match=r"LOC_synset_mapping\.txt: expected beside LOC_val_sol"):
        load_imagenet(tmp_path)


@pytest.mark.parametrize("kept", [0, 100, -7])
def test_a_meta_file_that_is_cut_off_is_named(tmp_path, kept):
    path = mini.imagenet(tmp_path) / mini.DEVKIT / "meta.mat"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DatasetError, match=r"meta\.mat: not a readable meta\.mat of the devel"):
        load_imagenet(tmp_path)


def test_a_val_image_that_is_missing_is_named(tmp_path):
    (mini.imagenet(tmp_path) / "val" / f"{mini.val_name(9)}.JPEG").unlink()
    with pytest.raises(DatasetError, match=r"row 9: expected .*val_00000009\.JPEG, .* 59 images"):
        load_imagenet(tmp_path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_class_folder_without_images_is_named(tmp_path, layout):
    for path in mini.imagenet(tmp_path, layout).glob("**/train/n02123045/*"):
        path.unlink()
    with pytest.raises(DatasetError, match="train/n02123045: no image files"):
        load_imagenet(tmp_path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_synset_without_train_images_is_named(tmp_path, layout):
    place = mini.imagenet(tmp_path, layout)
    folder = next(place.glob("**/train/n02123045"))
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(DatasetError, match=r"n02123045.*[Cc]omplete.*`classes:`"):
        load_imagenet(tmp_path)
    assert len(load_imagenet(tmp_path, classes=CATS).test.labels) == 18


def test_a_truncated_image_that_is_read_at_once_is_named(tmp_path):
    path = mini.imagenet(tmp_path) / "val" / f"{mini.val_name(3)}.JPEG"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DatasetError, match=r"val_00000003\.JPEG: not a readable image \(image fil"):
        load_imagenet(tmp_path, stream=False, size=32)


def test_odd_images_of_the_original_are_read_in_colour(tmp_path):
    mini.imagenet(tmp_path)
    folder = tmp_path / "imagenet/train" / mini.CLASSES[0]
    with Image.open(folder / f"{mini.CLASSES[0]}_17.JPEG") as png:
        assert png.format == "PNG"
    with Image.open(folder / f"{mini.CLASSES[0]}_34.JPEG") as cmyk:
        assert cmyk.mode == "CMYK"
    found = load_imagenet(tmp_path, stream=False, size=32).train
    plain, png, cmyk = (
        found.inputs[found.sources == train_source(tmp_path / "imagenet", mini.CLASSES[0], k)][0]
        for k in range(3)
    )
    others = found.inputs[found.labels > 0]
    for odd in (png, cmyk):  # the pattern of its class, under noise
        assert difference(odd, plain) < min(difference(odd, other) for other in others)


def difference(a, b):
    return np.abs(a.astype(float) - b).mean()
