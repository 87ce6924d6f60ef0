"""A bidirectional LSTM with attention, for texts (paper Suppl B)."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class BiLSTM(nn.Module):
    """A bidirectional LSTM whose dropout masks are the same at every step of a text.

    Masks on the inputs and on the recurrent state are drawn once a text and direction (Gal &
    Ghahramani 2016), as in Keras. Both directions run side by side: the backward one sees each
    text reversed, its padding still at the end, so that padding changes no step before it.
    """

    def __init__(self, inputs: int, hidden: int, dropout: float, recurrent_dropout: float):
        super().__init__()
        self.hidden, self.dropout, self.recurrent_dropout = hidden, dropout, recurrent_dropout
        # A leading dimension of two for the directions; gates as in torch: i, f, g, o.
        self.input_weight = nn.Parameter(torch.empty(2, inputs, 4 * hidden))
        self.recurrent_weight = nn.Parameter(torch.empty(2, hidden, 4 * hidden))
        self.bias = nn.Parameter(torch.zeros(2, 1, 4 * hidden))
        for direction in range(2):  # as in Keras: Glorot, orthogonal, and 1 to remember
            nn.init.xavier_uniform_(self.input_weight[direction])
            nn.init.orthogonal_(self.recurrent_weight[direction])
        nn.init.ones_(self.bias[:, :, hidden : 2 * hidden])

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """inputs (texts, steps, features), lengths (texts,) → (texts, steps, 2 · hidden)."""
        texts, steps, features = inputs.shape
        backwards = _reversal(lengths, steps)
        both = torch.stack([inputs, _reorder(inputs, backwards)])
        both = both * self._mask((2, texts, 1, features), self.dropout, inputs)
        gates = torch.bmm(both.flatten(1, 2), self.input_weight) + self.bias
        gates = gates.view(2, texts, steps, 4 * self.hidden).unbind(2)
        mask = self._mask((2, texts, self.hidden), self.recurrent_dropout, inputs)
        state = memory = inputs.new_zeros(2, texts, self.hidden)
        outputs = []
        for gate in gates:
            total = torch.baddbmm(gate, state * mask, self.recurrent_weight)
            let_in, keep, new, out = total.chunk(4, dim=2)
            memory = keep.sigmoid() * memory + let_in.sigmoid() * new.tanh()
            state = out.sigmoid() * memory.tanh()
            outputs.append(state)
        forward, backward = torch.stack(outputs, dim=2)
        return torch.cat([forward, _reorder(backward, backwards)], dim=2)

    def _mask(self, shape: tuple[int, ...], share: float, like: Tensor) -> Tensor:
        """Ones, or while training the mask of a dropout."""
        return functional.dropout(like.new_ones(shape), share, self.training)


def _reversal(lengths: Tensor, steps: int) -> Tensor:
    """(texts, steps) the step that each step becomes in the reversed text; padding stays."""
    step = torch.arange(steps, device=lengths.device)
    return torch.where(step < lengths[:, None], lengths[:, None] - 1 - step, step)


def _reorder(values: Tensor, steps: Tensor) -> Tensor:
    return values.gather(1, steps[:, :, None].expand_as(values))


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
        tokens = tokens[:, : int(lengths.max())]
        words = self.lstm(self.embedding(tokens), lengths)
        return self.head(attend(words, self.attention(words)[:, :, 0], lengths))


def attend(values: Tensor, scores: Tensor, lengths: Tensor) -> Tensor:
    """(texts, features): values weighted by the softmax of scores over each text's own steps."""
    steps = torch.arange(scores.shape[1], device=scores.device)
    scores = scores.masked_fill(steps >= lengths[:, None], -torch.inf)
    return torch.bmm(scores.softmax(dim=1)[:, None], values)[:, 0]


def bilstm_attention(
    shape,
    classes,
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
    `embedding` dimensions are learned for each of `vocabulary` words. hidden is the LSTM's size a
    direction, dense that of the layer before the logits. Attention is that of Yang et al. 2016:
    u·tanh(W h + b), the softmax over a text's words. Sizes and dropout: paper Suppl B.
    """
    if vectors is not None:
        words = nn.Embedding.from_pretrained(vectors.clone(), freeze=not train_vectors)
    else:
        words = nn.Embedding(vocabulary, embedding, padding_idx=0)
    return BiLSTMAttention(words, classes, hidden, dense, dropout, recurrent_dropout)
