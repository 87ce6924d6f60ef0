"""When a model is recorded: extents as numbers of optimizer steps."""


def place(extent: int, parts_per_epoch: int, steps: int) -> tuple[int, int]:
    """Whole epochs, and steps of the next one, that are done after `extent` parts of epochs.

    steps: of an epoch. A part ends with the nearest step, of two equally near ones the later.
    Where an epoch has fewer steps than parts, some extents are therefore one.

    >>> [place(extent, 5, steps=7) for extent in (0, 1, 2, 5, 7)]
    [(0, 0), (0, 1), (0, 3), (1, 0), (1, 3)]
    """
    epochs, parts = divmod(extent, parts_per_epoch)
    step = (2 * parts * steps + parts_per_epoch) // (2 * parts_per_epoch)
    return (epochs + 1, 0) if step == steps else (epochs, step)
