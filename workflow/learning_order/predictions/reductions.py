"""From the outputs of a model to what is recorded of each example, as arrays or tensors."""

from typing import Any

import numpy as np

MOST_MARGIN = float(np.finfo(np.float16).max)  # what float16 can hold


def of_logits(logits: Any, labels: Any) -> dict[str, Any]:
    """The columns of a batch: label, prediction, p_true, margin, loss and p_squared.

    Parameters
    ----------
    logits : (batch, classes) numbers
        As array, or as tensor of PyTorch on any device; (batch,) or (batch, 1) of a binary
        classifier, whose logit is that of class 1.
    labels : (batch,) integers
        −1 without a label; then p_true, margin and loss mean nothing, as for a label that is none
        of the classes.

    Returns
    -------
    dict
        p_true, the probability of the label, and margin, its logit minus the largest other one, in
        float16; loss, the cross-entropy, and p_squared, the sum of the squared probabilities, in
        float32; where the logits are.

    Examples
    --------
    >>> columns = of_logits(np.array([[0.0, np.log(3)]]), np.array([1]))
    >>> columns["p_true"], columns["margin"]
    (array([0.75], dtype=float16), array([1.099], dtype=float16))
    """
    if hasattr(logits, "detach"):
        return _of_tensor(logits, labels)
    logits = _two_classes(np.asarray(logits, np.float32), np)
    rows, place = np.arange(len(logits)), np.clip(labels, 0, logits.shape[1] - 1).astype(int)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    others = logits.copy()
    others[rows, place] = -np.inf
    margin = logits[rows, place] - others.max(axis=1)
    return {
        "label": labels,
        "prediction": logits.argmax(axis=1).astype(np.int16),
        "p_true": np.exp(log_p[rows, place]).astype(np.float16),
        "margin": margin.clip(-MOST_MARGIN, MOST_MARGIN).astype(np.float16),
        "loss": -log_p[rows, place],
        "p_squared": np.exp(2 * log_p).sum(axis=1),
    }


def _of_tensor(logits: Any, labels: Any) -> dict[str, Any]:
    import torch

    logits = _two_classes(logits.float(), torch)
    labels = torch.as_tensor(labels, device=logits.device)
    place = labels.long().clamp(0, logits.shape[1] - 1)[:, None]
    log_p = logits.log_softmax(dim=1)
    of_label = log_p.gather(1, place)[:, 0]
    others = logits.scatter(1, place, -torch.inf).amax(dim=1)
    margin = logits.gather(1, place)[:, 0] - others
    return {
        "label": labels,
        "prediction": logits.argmax(dim=1).to(torch.int16),
        "p_true": of_label.exp().half(),
        "margin": margin.clamp(-MOST_MARGIN, MOST_MARGIN).half(),
        "loss": -of_label,
        "p_squared": (2 * log_p).exp().sum(dim=1),
    }


def _two_classes(logits: Any, library: Any) -> Any:
    """One logit of a binary classifier as two, the first of them 0."""
    if logits.ndim == 1:
        logits = logits[:, None]
    if logits.shape[1] == 1:
        return library.concatenate([library.zeros_like(logits), logits], 1)
    return logits


def of_classes(predictions: Any, labels: Any) -> dict[str, Any]:
    """The columns label and prediction, of a model without logits."""
    return {"label": labels, "prediction": predictions}
