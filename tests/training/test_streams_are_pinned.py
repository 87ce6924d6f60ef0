"""Random numbers start from these: a change of one makes every model another, in every result."""

from learning_order.training.random_streams import SNAPSHOTS, Streams
from learning_order.training.recipe import Recipe

ST_VGG = Recipe(
    network="st-vgg",
    activation="elu",
    dropout=(0.25, 0.5),
    options={},
    initialiser="glorot-uniform",
    optimizer={"name": "sgd"},
    learning_rate=0.05,
    schedule={"name": "step", "factor": 1.8, "every": 20},
    batch_size=100,
    augmentation={},
    l2=0.0,
    reestimate_batch_norm=False,
    precision="float32",
)
ENTROPY = 243216542240971804413877863497590497890
SEEDS = {  # purpose → of a snapshots run in epoch 3, of extent 30 in epoch 0
    "weights": (4048395562308225008, 7145613717976481868),
    "order": (7854412415812901301, 7748446916682912516),
    "dropout": (5359186794075067665, 1028632161076901336),
    "construction": (5139749945408967370, 3407110503763317241),
    "augmentation": (4589310031686701959, 4611225568840072095),
    "torch": (8397656955039767431, 3558513197144769358),
}


def test_the_entropy_of_a_recipe_is_what_it_always_was():
    assert ST_VGG.entropy("0" * 64) == ENTROPY


def test_the_seeds_of_the_streams_are_what_they_always_were():
    for purpose, expected in SEEDS.items():
        snapshots, alone = Streams(ENTROPY, 7, SNAPSHOTS), Streams(ENTROPY, 7, 30)
        assert (snapshots.seed(purpose, 3), alone.seed(purpose)) == expected
