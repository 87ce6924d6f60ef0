"""A network of one layer that can take its time, so that faults find it at work."""

import atexit
import os
import time

from torch import nn


class Slow(nn.Module):
    """Sleeps PAUSE seconds, of the environment, before each step of training."""

    def __init__(self, pixels, classes):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(pixels, classes))

    def forward(self, images):
        if self.training:
            time.sleep(float(os.environ.get("PAUSE", 0)))
        return self.layers(images)


def slow(shape, classes):
    return Slow(shape[0] * shape[1] * shape[2], classes)


# Seconds for which the process stays when all is written.
atexit.register(time.sleep, float(os.environ.get("LINGER", 0)))
