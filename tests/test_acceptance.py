"""Acceptance: what of the findings' spans leaves the text, and which findings act."""

from __future__ import annotations

from cleaners import Settings
from cleaners.acceptance import Policy, accept
from cleaners.document import Document
from cleaners.guard import Held
from cleaners.ledger import Capture, Removal
from cleaners.stages import ads, credits, titles

DOC = Document.of("The ferry left.\nThe crew stayed.")


def removal(start: int, end: int, rule: str = ads.RULES[0].code) -> Removal:
    return Removal(rule, start, end, DOC.text[start:end], "", "likely")


def test_of_findings_that_overlap_the_first_takes_what_they_share() -> None:
    accepted = accept(DOC, [removal(4, 15), removal(0, 9)])
    assert [(found.start, found.end, found.text) for found in accepted] == [(0, 9, "The ferry"), (9, 15, " left.")]


def test_a_finding_with_a_hole_becomes_a_removal_on_each_side() -> None:
    accepted = accept(DOC, [removal(0, len(DOC.text))])
    assert [found.text for found in accepted] == ["The ferry left.", "The crew stayed."]


def test_what_is_gone_is_not_removed_again() -> None:
    assert accept(DOC.without(accept(DOC, [removal(0, 15)])), [removal(0, 15)]) == ()


def test_held_findings_report_unless_the_user_always_wants_them() -> None:
    found = removal(0, 15)
    assert Policy(Settings()).acts(found, ads)
    assert not Policy(Settings(), Held.DOUBTFUL).acts(found, ads)
    assert Policy(Settings(always=frozenset({"AD"})), Held.DOUBTFUL).acts(found, ads)


def test_only_a_rule_that_needs_company_loses_confidence_where_it_is_alone() -> None:
    alone = Policy(Settings(), Held.LONE)
    found = {rule.needs_company: removal(0, 15, rule.code) for rule in alone.rules.values()}
    assert alone.weighed(found[True]).confidence == "unsure"
    assert alone.weighed(found[False]).confidence == "likely"


def test_the_title_stays_where_the_settings_say_so() -> None:
    title = removal(0, 15, titles.TITLE.code)
    assert Policy(Settings()).acts(title, titles)
    assert not Policy(Settings(keep_title=True)).acts(title, titles)


def test_nothing_is_noted_of_an_ignored_rule() -> None:
    code = credits.RULES[0].code
    capture = Capture(code, "credit", "Jane Doe", 0, 8)
    assert Policy(Settings()).notes(capture)
    assert not Policy(Settings(ignore=frozenset({code}))).notes(capture)
