import pytest

from cleaners.markdown.detection import is_markdown


@pytest.mark.parametrize(
    "text",
    [
        "# Ferry sails\n\nThe [ferry](https://example.org/ferry) left.",
        "**Berlin** - The [ferry](/ferry) left.",
        "![The harbour](https://example.org/a.jpg)\n\n## What it says",
        "| Town | Votes |\r\n|---|---|\r\n\r\n> quoted",
        "# Ferry sails\n\n**Berlin** - It left.\n\n> “It is gone.”",
        "The [ferry][1] left.\n\n[1]: https://example.org\n\n**Read more**",
    ],
)
def test_several_marks_make_markdown(text: str) -> None:
    assert is_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry left the quay at noon.",
        "# 1 in the charts\n\nThe *song* [sic] is **new**.",
        "See [the page](https://example.org) of the town.",
        "**Correction:** an earlier version was wrong.\n\n** The price is approximate.",
        "Dial *100# or #31#.\n\n#ferry #harbour",
        "> quoted\n\n- an item\n\n1. another",
        "f**k, he said [at the quay] (loudly)",
        "Sport | News | Weather\n-----\n\n***\n\n* Home\n* News",
        "__init__ and __main__ are names; **kwargs and *args as well.",
        "Results [1] and [2]: see below\n\n---\n\n5 * 3 ** 2",
    ],
)
def test_plain_texts_are_no_markdown(text: str) -> None:
    assert not is_markdown(text)
