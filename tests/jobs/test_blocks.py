"""Planning of training jobs: every wanted seed once, nothing trained twice."""

from hypothesis import given
from hypothesis import strategies as st

from learning_order.jobs.blocks import existing_blocks, plan_blocks


def test_a_fresh_collection_is_cut_into_blocks():
    assert plan_blocks(range(0, 7), [], 3) == [(0, 2), (3, 5), (6, 6)]


def test_more_models_train_only_the_new_ones():
    assert plan_blocks(range(0, 7), [(0, 2), (3, 4)], 3) == [(0, 2), (3, 4), (5, 6)]


def test_fewer_models_train_none():
    assert plan_blocks(range(0, 4), [(0, 2), (3, 5), (6, 8)], 3) == [(0, 2), (3, 5)]


def test_another_block_size_trains_none():
    assert plan_blocks(range(0, 6), [(0, 2), (3, 5)], 50) == [(0, 2), (3, 5)]


def test_collections_of_different_sizes_share_blocks():
    small = plan_blocks(range(0, 27), [], 50, cuts={0, 13, 26, 27, 100})
    large = plan_blocks(range(0, 100), [], 50, cuts={0, 13, 26, 27, 100})
    assert small == [(0, 12), (13, 25), (26, 26)]
    assert set(small) < set(large)


def test_the_later_half_is_a_view_of_its_own():
    assert plan_blocks(range(13, 26), [(0, 12)], 50) == [(13, 25)]


def test_existing_blocks_are_read_from_whole_files_only(tmp_path):
    assert existing_blocks(tmp_path / "missing") == []
    for name in ("seeds-10-19.parquet", "seeds-0-9.parquet", ".seeds-20-29.77.parquet", "x"):
        (tmp_path / name).touch()
    assert existing_blocks(tmp_path) == [(0, 9), (10, 19)]


seeds = st.tuples(st.integers(0, 20), st.integers(1, 30)).map(lambda t: range(t[0], t[0] + t[1]))


@given(seeds, st.integers(1, 12), st.sets(st.integers(0, 50)))
def test_every_wanted_seed_is_in_exactly_one_new_block(wanted, size, cuts):
    blocks = plan_blocks(wanted, [], size, cuts)
    trained = [seed for first, last in blocks for seed in range(first, last + 1)]
    assert trained == list(wanted)
    assert max(last - first + 1 for first, last in blocks) <= size


@given(seeds, st.integers(1, 12), st.sets(st.integers(0, 50)), st.randoms())
def test_the_plan_holds_while_its_blocks_complete_in_any_order(wanted, size, cuts, random):
    plan = plan_blocks(wanted, [], size, cuts)
    done = random.sample(plan, random.randint(0, len(plan)))
    assert plan_blocks(wanted, sorted(done), size, cuts) == plan
