"""Downloads, with torchvision's own network part replaced: no test needs a network."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import miniatures
from support.loading import load
from torchvision import datasets as torchvision_datasets

from learning_order.datasets.examples import DatasetError


@pytest.fixture
def downloads(monkeypatch):
    """A slow download of MNIST, whose files are half there for a while; returns its calls."""
    calls = []

    def download(self):
        if self._check_exists():
            return
        calls.append(self.root)
        folder = self.root / "MNIST" / "raw"
        miniatures.idx_folder(folder, train=2, test=1)
        contents = {path: path.read_bytes() for path in folder.iterdir()}
        for path, content in contents.items():
            path.write_bytes(content[: len(content) // 2])
        time.sleep(0.3)
        for path, content in contents.items():
            path.write_bytes(content)

    monkeypatch.setattr(torchvision_datasets.MNIST, "download", download)
    return calls


def test_a_missing_dataset_is_downloaded_once_and_found_from_then_on(tmp_path, downloads):
    for _ in range(2):
        found = load("mnist", {"loader": "mnist"}, tmp_path / "data", download=True)
        assert found.train.inputs.shape == (20, 28, 28, 1)
    assert len(downloads) == 1


def test_jobs_that_need_one_download_at_once_do_not_disturb_each_other(tmp_path, downloads):
    def job(delay: float) -> int:
        time.sleep(delay)
        return len(load("mnist", {"loader": "mnist"}, tmp_path, download=True).train.labels)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(job, (0, 0.05, 0.15, 0.25))) == [20] * 4
    assert len(downloads) == 1


def test_an_extraction_that_was_cut_off_is_done_again(tmp_path, monkeypatch):
    files = miniatures.cifar_batches(tmp_path, hundred=True, per_class=1)
    miniatures.accept_checksums(monkeypatch, torchvision_datasets.CIFAR100, files)
    whole = files["test"].read_bytes()
    files["test"].write_bytes(whole[:1000])
    with pytest.raises(DatasetError, match="incomplete, or not the official files; delete the fol"):
        load("cifar100", {"loader": "cifar100"}, tmp_path)

    def download(self):
        files["test"].write_bytes(whole)

    monkeypatch.setattr(torchvision_datasets.CIFAR100, "download", download)
    assert len(load("cifar100", {"loader": "cifar100"}, tmp_path, download=True).classes) == 100


def test_a_damaged_file_is_named_even_where_downloads_are_allowed(tmp_path, downloads):
    miniatures.image_folder(tmp_path / "mnist", list("0123456789"), train=2, test=1)
    path = next(tmp_path.glob("mnist/train/1/*.png"))
    path.write_bytes(b"not an image")
    with pytest.raises(DatasetError, match=rf"{path.name}: not a readable image"):
        load("mnist", {"loader": "mnist"}, tmp_path, download=True)
    assert not downloads
