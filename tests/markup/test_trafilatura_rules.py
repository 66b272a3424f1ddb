"""Trafilatura's rules, asked faster, give what trafilatura gives."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from lxml import html
from trafilatura import core, main_extractor
from trafilatura.settings import Extractor

from cleaners.errors import MissingLibrary
from cleaners.markup import trafilatura_rules

STORY = "<p>The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work.</p>" * 6
BOX = "<p>Seats on the early ferry can be had at the office by the harbour until the end of the week.</p>"
BOXES = (
    "<div id='sidebar'>{}</div>", "<div class='a newsletter'>{}</div>", "<div id='x' class='cookie'>{}</div>",
    "<div class='cookie' id='x'>{}</div>", "<p style='display: none'>{}</p>", "<section class='My-Teaser'>{}</section>",
    "<div aria-hidden='true'>{}</div>", "<div role='Navigation'>{}</div>", "<div data-component='MostPopularStories'>{}</div>",
    "<ul class='comment-list'><li>{}</li></ul>", "<div class='elementor-share-buttons'>{}</div>",
    "<div class='caption'>{}</div>", "<div bodycopy-answers='abcdefghijkl' class='x'>{}</div>",
    "<div class='commentary'>{}</div>", "<div bodycopy-answers='abcdefghijkl'>{}</div>", "<div class='image caption'>{}</div>",
)  # fmt: skip
FRAMES = (
    "<article>{}</article>", "<div class='post'>{}</div>", "<div id='story-body'>{}</div>", "<div class='x FullText'>{}</div>",
    "<section id='Content-main' class='Main-content'>{}</section>", "<div role='main'>{}</div>", "<div>{}</div>",
    "<main>{}</main>",
)  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("box", BOXES)
def test_the_extraction_is_the_same(frame: str, box: str) -> None:
    page = f"<html><body><div id=top>{BOX}</div>{frame.format(STORY + box.format(BOX) + STORY)}<div>{BOX}</div></body></html>"
    options = Extractor(output_format="python", comments=False)
    plain = core.bare_extraction(html.fromstring(page), options=options)
    assert trafilatura_rules.extract(html.fromstring(page), options).text == plain.text


def test_everyone_elses_trafilatura_is_the_original() -> None:
    rules = trafilatura_rules._rules()
    assert rules.core is not core
    assert core.extract_content is main_extractor.extract_content
    assert not any("bodycopy" in str(path.path) for path in main_extractor.OVERALL_DISCARD_XPATH)


def test_every_expression_is_read() -> None:
    assert next(trafilatura_rules._Rules().letters) > "h"  # eleven, of trafilatura 2.3


@pytest.mark.parametrize(
    "condition", ["not(@id='a')", "@id='a' and @class='b'", ".//h1", "re:test(@id, 'x?')", "@id=concat('a', 'b')"]
)
def test_a_condition_that_asks_for_more_is_left_alone(condition: str) -> None:
    assert trafilatura_rules._words(condition) == {}


def test_a_short_extraction_is_compared_with_others() -> None:
    """The rules find a box only; another extractor finds the story in elements that they do not search."""
    story = "<div><div class='x1'>{}</div></div>".format(STORY.replace("<p>", "<div>").replace("</p>", "</div>"))
    page = f"<html><body><article><p>{BOX[3:-4]}</p></article><div class='sidebar'>{story * 6}</div></body></html>"
    options = Extractor(output_format="python", comments=False)
    plain = core.bare_extraction(html.fromstring(page), options=options)
    assert trafilatura_rules.extract(html.fromstring(page), options).text == plain.text


def test_a_trafilatura_without_what_is_changed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    load = trafilatura_rules._load_copy

    def load_without(name: str) -> ModuleType:
        module = load(name)
        if name == "trafilatura.core":
            del module._prepare_tree
        return module

    monkeypatch.setattr(trafilatura_rules, "_load_copy", load_without)
    with pytest.raises(MissingLibrary, match=r"lacks _prepare_tree.*; pip install 'trafilatura>="):
        trafilatura_rules._Rules()


def test_the_pinned_versions_are_those_in_the_error() -> None:
    dependencies = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (pinned,) = (name for name in dependencies if name.startswith("trafilatura"))
    assert f"pip install '{pinned}'" in inspect.getsource(trafilatura_rules)
