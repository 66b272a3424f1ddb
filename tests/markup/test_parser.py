"""Parsing: what is looked for before libxml2 reads a page."""

import pytest

from cleaners.markup import parser

LONG = parser._LONG_TAG_CHARS
PADS = (0, 1, LONG // 2 - 1, LONG // 2, LONG // 2 + 1, LONG - 1, LONG, 3 * LONG)


@pytest.mark.parametrize("before", PADS)
@pytest.mark.parametrize("inside", PADS)
def test_every_long_tag_is_suspected_wherever_it_stands(before: int, inside: int) -> None:
    page = f"<p>{'x' * before}<a {'y' * inside}>words</a>"
    long = {found.start() for found in parser._LONG_TAG.finditer(page)}
    assert long <= set(parser._possible_long_tags(page))


def test_long_texts_and_scripts_are_not_suspected() -> None:
    assert not [*parser._possible_long_tags(f"<p>{'word ' * LONG}</p><script>{'a = b;' * LONG}</script><p>words")]
    assert not [*parser._possible_long_tags("words " * LONG)]
