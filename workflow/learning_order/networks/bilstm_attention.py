"""A bidirectional LSTM with attention, for texts (paper Suppl B)."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


class BiLSTM(nn.Module):
    """A bidirectional LSTM whose dropout masks are the same at every step of a text.

    Masks on the inputs and on the recurrent state are drawn once per text and direction (Gal &
    Ghahramani 2016), as in Keras. Both directions run side by side, the backward one from the last
    step; where a text is padded its state stays 0, so that padding changes no step of a word.
    """

    def __init__(self, inputs: int, hidden: int, dropout: float, recurrent_dropout: float):
        super().__init__()
        self.hidden = hidden
        self.dropout, self.recurrent_dropout = nn.Dropout(dropout), nn.Dropout(recurrent_dropout)
        # A leading dimension of two for the directions; gates as in torch: i, f, g, o.
        self.input_weight = _two_of(nn.init.xavier_uniform_, inputs, 4 * hidden)
        self.recurrent_weight = _two_of(nn.init.orthogonal_, hidden, 4 * hidden)
        bias = torch.zeros(2, 4, hidden)
        bias[:, 1] = 1  # to remember at first, as in Keras (Gers, Schmidhuber & Cummins 2000)
        # Flat: L2 takes parameters of one dimension for biases and leaves them out.
        self.bias = nn.Parameter(bias.flatten())

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """inputs (texts, steps, features), lengths (texts,) → (texts, steps, 2 · hidden)."""
        texts, steps, features = inputs.shape
        within = torch.arange(steps, device=lengths.device)[:, None] < lengths
        present = _both_ways(within[..., None].to(inputs.dtype)).unbind(1)
        both = _both_ways(inputs.transpose(0, 1))
        both = both * self.dropout(inputs.new_ones(2, 1, texts, features))
        driven = torch.bmm(both.flatten(1, 2), self.input_weight) + self.bias.view(2, 1, -1)
        gates = driven.view(2, steps, texts, 4 * self.hidden).unbind(1)
        mask = self.recurrent_dropout(inputs.new_ones(2, texts, self.hidden))
        state = memory = inputs.new_zeros(2, texts, self.hidden)
        outputs = []
        for gate, here in zip(gates, present, strict=True):
            total = torch.baddbmm(gate, state * mask, self.recurrent_weight)
            let_in, keep, new, out = total.chunk(4, dim=2)
            memory = (keep.sigmoid() * memory + let_in.sigmoid() * new.tanh()) * here
            state = out.sigmoid() * memory.tanh()
            outputs.append(state)
        forward, backward = torch.stack(outputs, dim=1)
        return torch.cat([forward, backward.flip(0)], dim=2).transpose(0, 1)


def _two_of(draw: Callable[[Tensor], Tensor], *shape: int) -> nn.Parameter:
    """A weight for each direction, drawn as in Keras: Glorot uniform, or orthogonal."""
    return nn.Parameter(torch.stack([draw(torch.empty(shape)) for _ in range(2)]))


def _both_ways(steps: Tensor) -> Tensor:
    """(2, steps, …): the steps in their order, and in reverse."""
    return torch.stack([steps, steps.flip(0)])


class BiLSTMAttention(nn.Module):
    """Word vectors, BiLSTM, attention over the words, a dense layer, logits."""

    def __init__(
        self,
        embedding: nn.Embedding,
        classes: int,
        hidden: int,
        dense: int,
        dropout: float,
        recurrent_dropout: float,
    ):
        super().__init__()
        self.embedding = embedding
        self.lstm = BiLSTM(embedding.embedding_dim, hidden, dropout, recurrent_dropout)
        self.attention = nn.Sequential(
            nn.Linear(2 * hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1, bias=False)
        )
        self.head = nn.Sequential(
            nn.Linear(2 * hidden, dense), nn.ReLU(), nn.Dropout(dropout), nn.Linear(dense, classes)
        )
        for layer in (*self.attention, *self.head):
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (texts, steps), 0 the padding at the end → (texts, classes)."""
        # A text without words keeps one step of padding, so that attention has somewhere to go.
        lengths = (tokens != 0).sum(dim=1).clamp(min=1)
        words = self.lstm(self.embedding(tokens), lengths)
        return self.head(attend(words, self.attention(words)[:, :, 0], lengths))


def attend(values: Tensor, scores: Tensor, lengths: Tensor) -> Tensor:
    """(texts, features): values weighted by the softmax of scores over each text's own steps."""
    steps = torch.arange(scores.shape[1], device=scores.device)
    scores = scores.masked_fill(steps >= lengths[:, None], -torch.inf)
    return torch.bmm(scores.softmax(dim=1)[:, None], values)[:, 0]


def bilstm_attention(
    shape: Sequence[int],
    classes: int,
    *,
    vectors: Tensor | None = None,
    vocabulary: int | None = None,
    embedding: int = 50,
    train_vectors: bool = False,
    hidden: int = 300,
    dense: int = 256,
    dropout: float = 0.25,
    recurrent_dropout: float = 0.25,
) -> nn.Module:
    """BiLSTM with attention: texts (batch, tokens) of word numbers → logits.

    vectors (words, dimensions) are the word vectors, fixed unless train_vectors; without them
    `embedding` dimensions are learned for each of `vocabulary` words. hidden is the LSTM's size per
    direction, dense that of the layer before the logits. Attention is that of Yang et al. 2016:
    u·tanh(W h + b), the softmax over a text's words. Sizes and dropout: paper Suppl B.
    """
    if vectors is not None:
        frozen = not train_vectors
        words = nn.Embedding.from_pretrained(vectors.clone(), freeze=frozen, padding_idx=0)
    elif vocabulary is None:
        raise ValueError("bilstm-attention needs `vectors` or `vocabulary`")
    else:
        first = torch.empty(vocabulary, embedding).uniform_(-0.05, 0.05)  # as in Keras
        first[0] = 0
        words = nn.Embedding.from_pretrained(first, freeze=False, padding_idx=0)
    return BiLSTMAttention(words, classes, hidden, dense, dropout, recurrent_dropout)
