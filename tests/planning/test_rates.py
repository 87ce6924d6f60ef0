"""How quick a device is: measured by real training once, kept, and else as configured."""

import json

import pytest
from support.configurations import configured

from learning_order.planning import calibration
from learning_order.planning.rates import Device, NotMeasured, Rate, Store, case_of, rates_of
from learning_order.planning.sizes import Size, size_of
from learning_order.planning.work import needs_of, together

CPU = Device("cpu", "Some CPU @ 2.00GHz")


def rates(config, target, store, measure, device=CPU):
    need = together("total", needs_of(config, [target]))
    sizes = {dataset: size_of(config, dataset) for dataset in need.datasets}
    return rates_of(config, need, sizes, device, store, measure)


class Counted:
    """Measures the same of everything, and notes what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, architecture, size, dataset):
        self.asked.append(case_of(architecture, size))
        return 123.0


@pytest.fixture(scope="module")
def config():
    return configured({"results": "/nowhere"})


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path, CPU.name)


def test_a_network_is_measured_once_for_all_its_datasets_of_a_shape(config, store):
    first = Counted()
    found = rates(config, "fig15", store, first)
    assert first.asked == ["st-vgg, sgd, batches of 100, 32×32×3"]
    assert set(found) == {(name, "st-vgg") for name in ("fish", "insects", "small-mammals")}
    assert set(found.values()) == {Rate(123.0)}
    assert store.file.name == "some-cpu-2-00ghz.json"
    assert json.loads(store.file.read_text())["device"] == CPU.name

    again = Counted()
    assert rates(config, "fig15", store, again) == found
    assert not again.asked
    assert rates(config, "fig15", store, None) == found, "what is kept counts without calibration"


def test_a_damaged_file_of_rates_is_measured_anew(config, store):
    expected = rates(config, "fig15", store, Counted())
    for damaged in ("", '{"device"', "[]"):
        store.file.write_text(damaged)
        assert rates(config, "fig15", store, Counted()) == expected
    assert json.loads(store.file.read_text())["cases"]


def test_what_was_measured_with_other_code_is_measured_again(config, store):
    rates(config, "fig15", store, Counted())
    kept = json.loads(store.file.read_text())
    for case in kept["cases"].values():
        case["code"] = "other"
    store.file.write_text(json.dumps(kept))
    again = Counted()
    rates(config, "fig15", store, again)
    assert len(again.asked) == 1


def test_batch_sizes_and_optimizers_are_cases_of_their_own_but_not_activations(config, store):
    counted = Counted()
    rates(config, "robustness", store, counted)
    assert len(counted.asked) == 5 + 2  # batch sizes, and two other optimizers than SGD


def test_a_precision_is_a_case_of_its_own(config):
    size, exact = size_of(config, "small-mammals"), config.architectures["st-vgg"]
    lower = {**exact, "precision": "bfloat16"}
    assert case_of(exact, size) == "st-vgg, sgd, batches of 100, 32×32×3"
    assert case_of(lower, size) == "st-vgg, sgd, batches of 100, bfloat16, 32×32×3"


def test_without_calibration_rates_are_the_configurations(config, store):
    found = rates(config, "fig15", store, None)["fish", "st-vgg"]
    assert found == Rate(10000 / 30, "nothing was calibrated")
    on_gpu = rates(config, "fig20", store, None, Device("cuda", "a GPU"))
    assert on_gpu["tiny-imagenet", "st-vgg"].images == pytest.approx(10000 / 4)
    assert not store.file.exists()


def test_what_cannot_be_measured_is_the_configurations_too(config, store):
    def impossible(*_):
        raise NotMeasured("a batch does not fit into memory")

    found = rates(config, "fig15", store, impossible)["fish", "st-vgg"]
    assert found == Rate(10000 / 30, "a batch does not fit into memory")
    assert not store.file.exists()


def test_streamed_images_come_no_quicker_than_they_are_decoded(config, store):
    found = rates(config, "fig5", store, lambda *_: 1e6)
    assert found["imagenet", "resnet50"] == Rate(8 * 150)


def test_boosting_has_no_rate(config, store):
    assert set(rates(config, "fig31", store, Counted())) == set()


# The measurement itself

TEXT = {"loader": "text-csv"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("architecture", "size", "dataset"),
    [
        ("small-st-vgg", Size(1437, 360, (8, 8, 1), 10), {}),
        ("bilstm-attention", Size(60, 40, (5,), 3), TEXT),
        ("bilstm-attention", Size(60, 40, (5,), 3), {**TEXT, "vectors": "glove"}),
    ],
)
def test_real_training_is_measured(config, monkeypatch, architecture, size, dataset):
    monkeypatch.setattr(calibration, "STEPS", 12)
    entry = config.architectures[architecture]
    rate = calibration.images_per_second(entry, size, dataset)
    assert 1 < rate < 1e6


class Steps:
    """Training whose steps take as long as they are said to; waiting for the device is noted."""

    def __init__(self, monkeypatch):
        self.now, self.waits = 0.0, 0
        monkeypatch.setattr(calibration.time, "monotonic", lambda: self.now)

    def run(self, stopwatch, seconds):
        for step in range(1000):
            self.now += seconds(step)
            stopwatch.advance(0, 0, 0, self.wait)

    def wait(self):
        self.waits += 1


def test_a_step_is_timed_after_the_first_ones_have_warmed_up(monkeypatch):
    steps, stopwatch = Steps(monkeypatch), calibration.Stopwatch()
    with pytest.raises(calibration.MeasurementDone):
        steps.run(stopwatch, lambda step: 5 if step < calibration.WARM_UP else 0.01)
    assert stopwatch.steps == calibration.WARM_UP + calibration.STEPS
    assert stopwatch.seconds_a_step == pytest.approx(0.01)
    assert steps.waits == 2, "the device is waited for at the start and at the end"


def test_slow_steps_end_the_measurement_early(monkeypatch):
    steps, stopwatch = Steps(monkeypatch), calibration.Stopwatch()
    with pytest.raises(calibration.MeasurementDone):
        steps.run(stopwatch, lambda step: 2)
    assert stopwatch.steps == calibration.WARM_UP + 2
    assert stopwatch.seconds_a_step == pytest.approx(2)


def test_a_network_that_needs_larger_images_says_so(config):
    with pytest.raises(NotMeasured, match="at least 32×32 pixels"):
        calibration.images_per_second(
            config.architectures["vgg19"], Size(10, 10, (8, 8, 1), 10), {}
        )


def test_a_network_of_ones_own_that_fails_says_why(config, tmp_path, monkeypatch):
    (tmp_path / "wrong_size.py").write_text(
        "from torch import nn\n\n\ndef build(inputs, classes, **_):\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(7, classes))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    entry = {**config.architectures["st-vgg"], "network": "wrong_size:build", "options": {}}
    with pytest.raises(NotMeasured, match=r"it fails: .*mat1 and mat2 shapes"):
        calibration.images_per_second(entry, Size(10, 10, (8, 8, 1), 10), {})


def test_a_cpu_is_given_no_batches_that_take_minutes():
    assert calibration._batch(256, Size(1, 1, (224, 224, 3), 1000), "cpu") == 8
    assert calibration._batch(256, Size(1, 1, (224, 224, 3), 1000), "cuda") == 256
    assert calibration._batch(100, Size(1, 1, (32, 32, 3), 10), "cpu") == 100


def test_a_gpu_that_is_not_here_is_planned_for_and_not_measured(config, monkeypatch):
    monkeypatch.setattr(calibration.torch.cuda, "is_available", lambda: False)
    assert calibration.device_here("cuda") == Device("cuda", "a GPU")
    with pytest.raises(NotMeasured, match="no GPU here"):
        calibration.images_per_second(
            config.architectures["st-vgg"], Size(10, 10, (32, 32, 3), 10), {}, "cuda"
        )
    here = calibration.device_here("auto")
    assert here.kind == "cpu"
    assert here.name
