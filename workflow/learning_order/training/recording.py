"""What a network predicts for a split, gathered batch by batch."""

from collections.abc import Iterable

import torch
from torch import Tensor

from learning_order.predictions.contract import MOST_MARGIN, Record


def record_split(
    record: Record, split: str, batches: Iterable[Tensor], labels: Tensor | None
) -> bool:
    """Add to the record what follows from the logits (batch, classes) of a split.

    labels: (examples,) int64, on the device of the logits, or None. A few bytes of each example
    are kept, and nothing waits for the device before the last batch. False where a logit is no
    number; what is recorded then is worth nothing.
    """
    kept: list[list[Tensor]] = []
    sums, finite, examples = torch.zeros(3, dtype=torch.float64), torch.tensor(True), 0
    for logits in batches:
        here = None if labels is None else labels[examples : examples + len(logits)]
        of_examples, of_batch = _of_batch(logits, here)
        kept.append(of_examples)
        sums = sums.to(logits.device) + of_batch
        finite = finite.to(logits.device) & torch.isfinite(logits).all()
        examples += len(logits)
    columns = [torch.cat(parts).cpu().numpy() for parts in zip(*kept, strict=True)]
    record.sum_p_squared[split], right, loss = (sums / examples).tolist()
    if labels is None:
        (record.predictions[split],) = columns
    else:
        record.predictions[split], record.p_true[split], record.margin[split] = columns
        record.accuracy[split], record.loss[split] = right, loss
    return bool(finite)


def _of_batch(logits: Tensor, labels: Tensor | None) -> tuple[list[Tensor], Tensor]:
    """Predictions and, with labels, p_true and margin; the sums of p², hits and losses."""
    predicted = logits.argmax(dim=1)
    log_p = logits.double().log_softmax(dim=1)
    squared = (2 * log_p).exp().sum()
    if labels is None:
        none = torch.zeros_like(squared)
        return [predicted.to(torch.int16)], torch.stack([squared, none, none])
    log_p_true = log_p.gather(1, labels[:, None])[:, 0]
    right = (predicted == labels).double().sum()
    kept = [predicted.to(torch.int16), log_p_true.exp().half(), margin(logits, labels).half()]
    return kept, torch.stack([squared, right, -log_p_true.sum()])


def margin(logits: Tensor, labels: Tensor) -> Tensor:
    """(examples,): the label's logit minus the largest other one, within ±MOST_MARGIN."""
    classes = torch.arange(logits.shape[1], device=logits.device)
    is_label = classes == labels[:, None]
    others = logits.masked_fill(is_label, -torch.inf).amax(dim=1)
    own = logits.gather(1, labels[:, None])[:, 0]
    return (own - others).clamp(-MOST_MARGIN, MOST_MARGIN)
