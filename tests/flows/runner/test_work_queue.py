from hypothesis import given
from hypothesis import strategies as st

from flows.runner.batching import MAX_BATCHES, Batch, work
from flows.runner.work_queue import WorkQueue
from flows.sources import Found

sizes = st.lists(st.tuples(st.integers(0, 20_000_000), st.sampled_from(["text", "html"])), max_size=400)


def documents(found: list[tuple[int, str]]) -> list[Found]:
    return [Found(f"{number:04}", "", size, kind) for number, (size, kind) in enumerate(found)]  # type: ignore[arg-type]


def plan(found: list[tuple[int, str]], workers: int, seconds: float = 30) -> list[tuple[Batch, list[Found]]]:
    with WorkQueue() as queue:
        for document in documents(found):
            queue.add(document, waits=True)
        return [(batch, list(queue.waiting(batch))) for batch in queue.batches(workers, seconds=seconds)]


def test_nothing_to_do_is_no_batch() -> None:
    assert plan([], 2) == []


def test_a_few_short_documents_are_one_batch() -> None:
    assert len(plan([(5_000, "text")] * 100, 2)) == 1


@given(sizes, st.integers(1, 64))
def test_every_document_is_in_one_batch_in_its_order(found: list[tuple[int, str]], workers: int) -> None:
    batches = plan(found, workers)
    assert [document for _, batch in batches for document in batch] == documents(found)
    assert [batch.number for batch, _ in batches] == list(range(1, len(batches) + 1))
    assert all(batch.documents == len(waiting) for batch, waiting in batches)


@given(sizes)
def test_there_are_never_too_many(found: list[tuple[int, str]]) -> None:
    assert len(plan(found, 1, seconds=0.001)) <= MAX_BATCHES


def test_batches_are_of_equal_work_not_of_equal_number() -> None:
    large, small = [(1_000_000, "html")] * 30, [(1_000, "text")] * 3_000
    batches = [batch for batch, _ in plan(large + small, 1, seconds=20)]
    assert all(10 < batch.work < 40 for batch in batches[:-1])
    assert batches[0].documents < batches[-2].documents


def test_what_is_done_while_others_are_to_come_waits_no_more() -> None:
    with WorkQueue() as queue:
        for document in documents([(10, "text")] * 1_200):
            queue.add(document, waits=True)
        (batch,) = queue.batches(1)
        taken = []
        for document in queue.waiting(batch):
            taken.append(document.name)
            queue.done(document.name)
        assert len(taken) == 1_200
        assert list(queue.waiting()) == []
        assert queue.renew("0006", "proven")
        assert [(document.name, document.proofs) for document in queue.waiting()] == [("0006", "proven")]
        assert list(queue.sizes()) == [("0006", 10)]
        assert not queue.renew("unknown", "proven")


def test_the_first_of_two_documents_of_one_name_counts() -> None:
    with WorkQueue() as queue:
        for size in (1, 2):
            queue.add(Found("a", "", size, "text"), waits=True)
        assert [document.size for document in queue.waiting()] == [1]


def test_a_page_is_more_work_than_a_text_of_as_many_words() -> None:
    assert work(Found("a", "", 60_000, "html")) > 2 * work(Found("a", "", 6_000, "text"))
