"""The BiLSTM with attention, against torch's LSTM and a plain loop."""

import math

import pytest
import torch
from support.loading import build
from torch import nn

from learning_order.networks.bilstm_attention import BiLSTM, attend
from learning_order.networks.device import choose_device

LENGTHS = torch.tensor([7, 3, 1, 5])


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As in training: several would only wait for each other in networks this small."""
    choose_device("cpu")


@pytest.fixture
def tokens():
    found = torch.randint(1, 30, (4, 7), generator=torch.Generator().manual_seed(0))
    return torch.where(torch.arange(7) < LENGTHS[:, None], found, 0)


def network(**options):
    torch.manual_seed(1)
    return build("bilstm-attention", (7,), 3, vocabulary=30, hidden=6, dense=5, **options)


def test_the_lstm_is_torch_s():
    torch.manual_seed(0)
    ours = BiLSTM(4, 6, 0, 0)
    theirs = nn.LSTM(4, 6, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for direction, end in enumerate(("l0", "l0_reverse")):
            getattr(theirs, f"weight_ih_{end}").copy_(ours.input_weight[direction].T)
            getattr(theirs, f"weight_hh_{end}").copy_(ours.recurrent_weight[direction].T)
            getattr(theirs, f"bias_ih_{end}").copy_(ours.bias.view(2, -1)[direction])
            getattr(theirs, f"bias_hh_{end}").zero_()
    inputs = torch.randn(4, 7, 4)
    packed = nn.utils.rnn.pack_padded_sequence(
        inputs, LENGTHS, batch_first=True, enforce_sorted=False
    )
    expected, _ = nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)
    found = ours(inputs, LENGTHS)
    for text, length in enumerate(LENGTHS):
        assert torch.allclose(found[text, :length], expected[text, :length], atol=1e-6)


def test_attention_is_a_softmax_over_the_words_of_each_text():
    values, scores = torch.randn(4, 7, 2), torch.randn(4, 7)
    found = attend(values, scores, LENGTHS)
    for text, length in enumerate(LENGTHS.tolist()):
        weights = [scores[text, k].exp() for k in range(length)]
        expected = sum(w / sum(weights) * values[text, k] for k, w in enumerate(weights))
        assert torch.allclose(found[text], expected, atol=1e-6)


def test_padding_changes_nothing(tokens):
    found = network().eval()
    nn.init.normal_(found.lstm.bias)  # as after training: at 0 a step of padding would do nothing
    alone = torch.cat(
        [found(tokens[k : k + 1, :length]) for k, length in enumerate(LENGTHS.tolist())]
    )
    assert torch.allclose(found(tokens), alone, atol=1e-6)
    longer = torch.cat([tokens, torch.zeros(4, 9, dtype=torch.long)], dim=1)
    assert torch.equal(found(longer), found(tokens))


def test_a_text_without_words_has_logits(tokens):
    tokens[1] = 0
    found = network()
    logits = found(tokens)
    assert torch.isfinite(logits).all()
    logits.sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in found.parameters())


def test_recurrent_dropout_has_one_mask_a_text():
    masks = []
    lstm = BiLSTM(4, 6, 0.5, 0.5)
    for dropout in (lstm.dropout, lstm.recurrent_dropout):
        dropout.register_forward_hook(lambda module, ones, mask: masks.append(mask))
    lstm(torch.randn(4, 7, 4), LENGTHS)
    assert [tuple(mask.shape) for mask in masks] == [(2, 1, 4, 4), (2, 4, 6)]
    assert set(torch.cat([m.flatten() for m in masks]).tolist()) == {0.0, 2.0}
    lstm.eval()
    first, second = (lstm(torch.ones(1, 7, 4), LENGTHS[:1]) for _ in range(2))
    assert torch.equal(first, second)


def test_without_vectors_and_vocabulary_there_is_nothing_to_embed():
    with pytest.raises(ValueError, match="needs `vectors` or `vocabulary`"):
        build("bilstm-attention", (7,), 3)


def test_given_vectors_are_fixed_unless_they_should_learn():
    vectors = torch.randn(30, 8)
    for train in (False, True):
        found = build("bilstm-attention", (7,), 3, vectors=vectors, train_vectors=train, hidden=6)
        assert torch.equal(found.embedding.weight, vectors)
        assert found.embedding.weight.requires_grad is train
        assert found.embedding.weight.data_ptr() != vectors.data_ptr()


def test_the_sizes_are_the_paper_s():
    found = build("bilstm-attention", (100,), 20, vectors=torch.zeros(50, 50))
    lstm = found.lstm
    assert (lstm.hidden, lstm.dropout.p, lstm.recurrent_dropout.p) == (300, 0.25, 0.25)
    assert [m.out_features for m in found.head if isinstance(m, nn.Linear)] == [256, 20]
    assert found.head[2].p == 0.25


def test_weights_are_drawn_as_in_keras():
    torch.manual_seed(0)
    lstm = BiLSTM(50, 300, 0, 0)
    limit = math.sqrt(6 / (50 + 4 * 300))
    for glorot, orthogonal in zip(lstm.input_weight, lstm.recurrent_weight, strict=True):
        assert 0.99 * limit < glorot.abs().max() <= limit
        assert float(glorot.detach().std()) == pytest.approx(limit / math.sqrt(3), rel=0.02)
        assert torch.allclose(orthogonal @ orthogonal.T, torch.eye(300), atol=1e-5)
    assert lstm.bias.view(2, 4, 300).mean(dim=2).tolist() == [[0, 1, 0, 0]] * 2
    words = network().embedding.weight
    assert not words[0].any()
    assert 0.045 < words.abs().max() <= 0.05


def test_l2_leaves_biases_out():
    shrunk = {name for name, weight in network().named_parameters() if weight.ndim > 1}
    assert not [name for name in shrunk if "bias" in name]
    assert {"lstm.input_weight", "lstm.recurrent_weight", "head.0.weight"} <= shrunk


def test_dropout_while_training_is_that_of_a_plain_loop():
    torch.manual_seed(0)
    lstm, inputs = BiLSTM(4, 6, 0.5, 0.5), torch.randn(4, 7, 4)
    torch.manual_seed(1)
    found = lstm(inputs, LENGTHS)
    torch.manual_seed(1)
    of_inputs, of_state = (
        nn.functional.dropout(torch.ones(shape), 0.5) for shape in ((2, 1, 4, 4), (2, 4, 6))
    )
    for text, length in enumerate(LENGTHS.tolist()):
        for way, order in enumerate((range(length), reversed(range(length)))):
            state = memory = torch.zeros(6)
            for step in order:
                gates = lstm.bias.view(2, -1)[way]
                gates = (
                    gates + (inputs[text, step] * of_inputs[way, 0, text]) @ lstm.input_weight[way]
                )
                gates = gates + (state * of_state[way, text]) @ lstm.recurrent_weight[way]
                i, f, g, o = gates.split(6)
                memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
                state = torch.sigmoid(o) * torch.tanh(memory)
                assert torch.allclose(found[text, step, 6 * way : 6 * way + 6], state, atol=1e-6)


def test_it_learns_which_word_a_text_holds():
    torch.manual_seed(0)
    found = network(dropout=0.1, recurrent_dropout=0.1)
    optimizer = torch.optim.Adam(found.parameters(), 0.01)
    for _ in range(60):
        labels = torch.randint(0, 3, (64,))
        tokens = torch.randint(4, 30, (64, 7))
        tokens[torch.arange(64), torch.randint(0, 7, (64,))] = 1 + labels
        loss = nn.functional.cross_entropy(found(tokens), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.4
