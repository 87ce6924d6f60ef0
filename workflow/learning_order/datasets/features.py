"""Images replaced by their features in a network that was trained on ImageNet."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    ImageFiles,
    Split,
)
from learning_order.datasets.images import with_bar
from learning_order.networks.device import choose_device

SIZE = 299  # pixels per side of the images that Inception-V3 was trained on
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, as its weights expect
FEATURES = 2048


def extract(examples: Examples, weights: str = "torchvision", batch: int = 50) -> Examples:
    """The examples with inputs (examples, 1, 1, 2048) float32: Inception-V3's penultimate layer.

    Source: Szegedy et al. 2015; paper §6. weights is "torchvision" (those trained on ImageNet,
    downloaded where they are missing) or a file of them for machines without a network. A whole
    image is resized to 299×299. Labels, order and sources stay, so that the examples can be
    compared with those of the images. On the CPU each batch runs in one of torch's threads: the
    sums of one image are the same, whatever the number of cores and the size of a batch.
    DatasetNotFound without weights, DatasetError for those of another network.
    """
    threads = torch.get_num_threads()
    device = choose_device()
    network = inception(weights).to(device)
    origin = f"{examples.origin}; penultimate features of Inception-V3"

    def of_split(name: str, split: Split) -> Split:
        inputs = _checked_images(split.inputs)
        found = np.empty((len(split.labels), 1, 1, FEATURES), np.float32)

        def fill(start: int) -> None:
            part = slice(start, start + batch)
            found[part, 0, 0] = features(network, _images(inputs[part]).to(device))

        starts = range(0, len(found), batch)
        with ThreadPoolExecutor(1 if device.type == "cuda" else threads) as pool:
            for _ in with_bar(pool.map(fill, starts), len(starts), f"features of {name}", "batch"):
                pass
        return Split(found, split.labels, split.sources)

    return replace(examples.map_splits(of_split), origin=origin)


def inception(weights: str) -> nn.Module:
    """Inception-V3 with these weights, without its last layer, ready to predict."""
    from torchvision import models

    network = models.inception_v3(weights=None, init_weights=False, transform_input=True)
    try:
        network.load_state_dict(_weights(weights))
    except (RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{weights}: these are not weights of Inception-V3 ({error})") from error
    network.fc = nn.Identity()
    return network.eval()


def _weights(source: str) -> dict[str, Tensor]:
    from torchvision.models import Inception_V3_Weights

    official = Inception_V3_Weights.IMAGENET1K_V1
    if source == "torchvision":
        try:
            return official.get_state_dict(progress=False, check_hash=True)
        except (URLError, OSError) as error:
            raise DatasetNotFound(
                f"The weights of Inception-V3 could not be downloaded ({error}). Fetch "
                f"{official.url} on another machine and name the file: "
                "`features: {weights: FILE}`."
            ) from error
    path = Path(source).expanduser()
    if not path.is_file():
        raise DatasetNotFound(
            f"No weights of Inception-V3 at {path}. They are at {official.url}; "
            "`features: {weights: torchvision}` downloads them."
        )
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch has no error of its own for files of others
        raise DatasetError(f"{path}: not a file of weights ({error})") from error


def _checked_images(inputs: np.ndarray | ImageFiles) -> np.ndarray:
    if isinstance(inputs, ImageFiles):
        raise DatasetError("features are made of images in memory, but these are streamed")
    if inputs.ndim != 4 or inputs.dtype != np.uint8 or inputs.shape[3] not in (1, 3):
        raise DatasetError(
            "features are made of images of one or three 8-bit channels, got "
            f"{inputs.dtype} of shape {inputs.shape[1:]}"
        )
    return inputs


def _images(inputs: np.ndarray) -> Tensor:
    """(batch, 3, height, width) from 0 to 1; grey images get three equal channels."""
    images = torch.from_numpy(np.array(inputs)).permute(0, 3, 1, 2).float() / 255
    return images.expand(-1, 3, -1, -1)


@torch.no_grad()
def features(network: nn.Module, images: Tensor) -> np.ndarray:
    """(batch, 2048) float32 of images (batch, 3, height, width) from 0 to 1."""
    large = functional.interpolate(
        images, (SIZE, SIZE), mode="bilinear", align_corners=False, antialias=True
    )
    mean, deviation = (
        torch.tensor(values, device=images.device)[:, None, None] for values in (MEAN, DEVIATION)
    )
    return network((large - mean) / deviation).cpu().numpy()
