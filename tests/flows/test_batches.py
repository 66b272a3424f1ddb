from hypothesis import given
from hypothesis import strategies as st

from flows.batches import MOST, plan, work
from flows.sources import Found

sizes = st.lists(st.tuples(st.integers(0, 20_000_000), st.sampled_from(["text", "html"])), max_size=400)


def documents(found: list[tuple[int, str]]) -> list[Found]:
    return [Found(f"{number:04}", "", size, kind) for number, (size, kind) in enumerate(found)]  # type: ignore[arg-type]


def test_nothing_to_do_is_no_batch() -> None:
    assert plan([], 2) == []


def test_a_few_short_documents_are_one_batch() -> None:
    assert len(plan(documents([(5_000, "text")] * 100), 2)) == 1


@given(sizes, st.integers(1, 64))
def test_every_document_is_in_one_batch_in_its_order(found: list[tuple[int, str]], workers: int) -> None:
    batches = plan(documents(found), workers)
    assert [document for batch in batches for document in batch.documents] == documents(found)
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))


@given(sizes)
def test_there_are_never_too_many(found: list[tuple[int, str]]) -> None:
    assert len(plan(documents(found), 1, seconds=0.001)) <= MOST


def test_batches_are_of_equal_work_not_of_equal_number() -> None:
    large, small = [(1_000_000, "html")] * 30, [(1_000, "text")] * 3_000
    batches = plan(documents(large + small), 1, seconds=20)
    assert all(10 < batch.work < 40 for batch in batches[:-1])
    assert len(batches[0].documents) < len(batches[-2].documents)


def test_a_page_is_more_work_than_a_text_of_as_many_words() -> None:
    assert work(Found("a", "", 60_000, "html")) > 2 * work(Found("a", "", 6_000, "text"))
