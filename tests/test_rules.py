"""The rules as users see them: codes, names, summaries, examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaners import Rule, clean_text, reference, registry, rules
from cleaners.matching import phrase_files
from cleaners.registry import STAGES
from cleaners.rule import rule_of

RULES = rules()
by_code = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))

BEFORE = "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay."
COMPANY = "Photo: Reuters"
AFTER = "The captain of the last boat said that she had never seen the water so calm in all her years on the bay."

NO_LINES = {
    "FM001": "a block of several lines; samples/front_matter",
    "DU001": "needs the paragraph above",
    "DU002": "only reports",
    "DU003": "needs captions that stand twice on one line; samples/duplicates",
    "BY002": "a bio stands below five paragraphs; samples/bylines",
    "RC001": "comments stand below five paragraphs and their heading; samples/readers",
    "AG003": "only reports",
    "AR001": "needs several stories",
    "AR003": "needs several stories",
    "AR002": "marks the end of a story",
    "CX001": "needs a text around it",
    "EM007": "needs a script beside it; samples/embeds",
    "TE008": "a list below its label; samples/teasers",
    "TE004": "is TE005 as the last line; samples/teasers",
    "DC001": "only reports",
    "DC002": "only reports",
    "DL001": "is captured and stays",
    "GL001": "needs a text that proves the name",
    "GL002": "needs a text that knows the word",
    "LT001": "needs several entries",
    "NV005": "needs the subheads below it",
    "NV006": "needs a sign-off right above it; samples/navigation",
    "OW001": "needs a phrase of the user",
    "PC004": "needs a long paragraph",
    "PF003": "needs several stories",
    "RE001": "stands at a text's beginning only",
    "RE003": "needs bytes, or lone surrogates",
    "RE006": "needs several wrapped paragraphs",
    "RV001": "needs a decision",
    "RV002": "needs a decision",
    "RV003": "needs a decision",
    "SM001": "needs a memory",
    "SM004": "needs a memory",
    "SM002": "needs a memory",
    "SM003": "needs a memory",
    "SM005": "needs a memory",
    "SM006": "needs a memory",
    "TI001": "needs a head that proves it",
    "TI002": "needs Markdown",
    "TS001": "needs a story above it",
    "UP001": "needs a story above it",
    "WS001": "is white space",
    **{code: "needs a page" for code, rule in RULES.items() if rule.family == "extraction"},
}
"""Rules whose examples are no lines that could be tried alone; samples/ shows these."""


def test_codes_are_well_formed_and_sorted() -> None:
    assert all(re.fullmatch(r"[A-Z]{2}\d{3}", code) for code in RULES)
    assert all(code == rule.code for code, rule in RULES.items())
    assert list(RULES) == sorted(RULES)


def test_no_code_is_given_twice() -> None:
    codes = [rule.code for stage in STAGES for rule in stage.RULES]
    assert len(codes) == len(set(codes))


def test_names_are_unique_and_in_kebab_case() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", name) for name in names)


def test_a_family_is_its_stage() -> None:
    for stage in STAGES:
        assert stage.__name__.endswith(f".{stage.FAMILY}")
        assert stage.RULES
        assert {rule.family for rule in stage.RULES} == {stage.FAMILY}


def test_every_file_of_stages_has_its_place() -> None:
    files = {path.stem for path in Path(registry.__file__).parent.joinpath("stages").glob("*.py")} - {"__init__"}
    assert sorted(registry.ORDER) == sorted(files)
    assert all(isinstance(stage, registry.Stage) for stage in STAGES)


def test_phrases_belong_to_stages() -> None:
    assert set(phrase_files.families()) <= {stage.FAMILY for stage in STAGES}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__.rpartition(".")[2])
def test_a_stage_says_what_it_does(stage) -> None:
    assert stage.__doc__
    assert stage.find.__doc__
    assert ">>>" in stage.find.__doc__


@by_code
def test_summary_is_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{10,120}\.", rule.summary)
    assert not re.search(r"[.!?]\s+[A-Z]", rule.summary)


@by_code
def test_a_rule_says_why_and_when_it_is_wrong(rule: Rule) -> None:
    for text in (rule.why, rule.wrong):
        assert re.fullmatch(r"[A-Z][^\n]{10,250}\.", text)


def test_a_rule_is_explained_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_measured", lambda: {"PC001": {"removed": 123, "right": 119}})
    told = dict(reference.explanation(RULES["PC001"]))
    assert told["right:"] == "119 of 123 on held-out texts (97%)"
    assert " de, " in told["languages:"]
    assert 'ignore = ["PC001"]' in told["then:"]
    assert dict(reference.explanation(RULES["SM001"]))["needs:"] == "memory"
    assert "alone it only reports" in dict(reference.explanation(RULES["AP004"]))["needs:"]


def test_rules_are_known_by_their_codes() -> None:
    assert rule_of("PC001") is RULES["PC001"]
    assert rule_of("ZZ999") is None


@by_code
def test_confidence_is_known(rule: Rule) -> None:
    assert rule.confidence in ("sure", "likely", "unsure")


@by_code
def test_examples_are_there_and_differ(rule: Rule) -> None:
    assert rule.goes.strip()
    assert rule.stays.strip()
    assert rule.goes != rule.stays or rule.code == "DL001"  # the dateline is noted, and stays


@by_code
def test_what_goes_goes(rule: Rule) -> None:
    if rule.code in NO_LINES:
        pytest.skip(NO_LINES[rule.code])
    company = f"{COMPANY}\n" if rule.needs_company else ""
    cleaned = clean_text(f"{BEFORE}\n{company}{AFTER}\n{rule.goes}")
    assert rule.code in {entry.rule for entry in (*cleaned.removals, *cleaned.repairs)}


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.needs_company], ids=lambda rule: rule.code)
def test_what_needs_company_stays_alone(rule: Rule) -> None:
    if rule.code in NO_LINES:
        pytest.skip(NO_LINES[rule.code])
    cleaned = clean_text(f"{BEFORE}\n{AFTER}\n{rule.goes}")
    assert cleaned.body.splitlines()[-1] == rule.goes
    assert {(found.rule, found.confidence) for found in cleaned.suggestions} == {(rule.code, "unsure")}


@by_code
def test_what_stays_stays(rule: Rule) -> None:
    for text in (f"{BEFORE}\n{rule.stays}\n{AFTER}", f"{rule.stays}\n{BEFORE}\n{AFTER}", f"{BEFORE}\n{AFTER}\n{rule.stays}"):
        cleaned = clean_text(text)
        assert rule.code not in {entry.rule for entry in (*cleaned.removals, *cleaned.repairs)}


def test_every_exception_is_a_rule() -> None:
    assert set(NO_LINES) <= set(RULES)
