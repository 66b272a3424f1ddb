"""Texts that stand on a page a second time: the fast way finds what a search for each of them finds."""

from hypothesis import given
from hypothesis import strategies as st

from cleaners.markup.quotations import quoted

PART = "theferrylefttheislands"
TEXTS = st.lists(
    st.sampled_from([PART, PART[:19], PART[3:], PART * 2, PART + "x", "x", "", "東" * 25, PART * 20, "\ud800" * 21])
)


@given(TEXTS)
def test_the_same_as_a_search_for_each(keys: list[str]) -> None:
    whole = "".join(keys)
    expected = [20 <= len(key) <= 400 and whole.find(key, whole.find(key) + 1) >= 0 for key in keys]
    assert quoted(keys).tolist() == expected


def test_no_page_is_searched_without_end() -> None:
    assert quoted([PART, PART]).all()
    assert not quoted([PART, PART, *(f"{number:020}" for number in range(20_000))]).any()
