"""The account of a cleaning: it changes nothing, and says of every line what went and why the rest stayed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cleaners import Cleaned, Decision, Decisions, Memory, Profile, Settings, clean_html, clean_text, version
from cleaners.account.account import Account
from cleaners.account.margins import TOPICS
from cleaners.account.reasons import why_held
from cleaners.line_model import explanations
from cleaners.memory.writer import write_memory
from cleaners.registry import stages

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*/*/raw.*"))[::9]
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
LAST = "A teacher of the school told the newspaper that the storm had taken the roof of the gym, and asked for money."
TEXT = f"Photo: Reuters\n\n{STORY}\n\nHarbour gets a new crane\n\n{LATER}\n\n{LAST}"
STAGES = {stage.FAMILY: stage for stage in stages()}


def cleaned(path: Path, profile: Profile = Profile.STANDARD) -> Cleaned:
    clean = clean_html if path.suffix == ".html" else clean_text
    return clean(path.read_bytes(), settings=Settings(profile=profile))


@cache
def account(path: Path, profile: Profile = Profile.STANDARD) -> Account:
    return Account.of(lambda: cleaned(path, profile))


def of(text: str, **options: object) -> Account:
    return Account.of(lambda: clean_text(text, **options))  # type: ignore[arg-type]


def line(account: Account, words: str) -> int:
    return next(number for number, line in enumerate(account.lines, 1) if words in line.text)


@pytest.mark.parametrize("path", SAMPLES[::4], ids=lambda path: path.parent.name)
def test_watching_changes_nothing(path: Path) -> None:
    assert account(path).cleaned == cleaned(path)


@pytest.mark.parametrize("profile", Profile)
def test_a_finding_acts_or_has_a_reason_not_to(profile: Profile) -> None:
    for path in SAMPLES[:: 2 if profile is Profile.STANDARD else 7]:
        for look in (*account(path, profile).looks, *account(path, profile).undone):
            stage = STAGES[look.family]
            assert not [each for each in look.acting if why_held(look.policy, each, stage)]
            unexplained = [each for each in look.reported if not why_held(look.policy, each, stage)]
            assert all(each.evidence.endswith("by a decision") for each in unexplained)


def test_every_removal_and_every_suggestion_is_found_in_its_line() -> None:
    for path in SAMPLES[::3]:
        found = account(path)
        lines = [found.about(number) for number in range(1, len(found.lines) + 1)]
        removed = {(each.rule, each.start) for line in lines for each in line.fates if each.rule}
        assert removed == {(each.rule, each.start) for each in found.seen.removals}, path
        said = {(each.rule, each.start) for line in lines for each in line.findings if each.outcome != "late"}
        assert {(each.rule, each.start) for each in found.seen.suggestions} <= said, path
        taken = {each.rule for line in lines for each in line.findings if each.outcome == "removed"}
        assert taken == {each.rule for each in found.seen.removals}, path


def test_a_line_knows_the_rule_that_took_it_and_those_that_never_saw_it() -> None:
    credit = of(TEXT).about(1)
    assert [(each.rule, each.outcome, each.evidence) for each in credit.findings] == [("PC001", "removed", "en.label")]
    assert "glued" in credit.silent
    assert "newsletters" not in credit.silent  # the line had gone by then
    assert credit.idle["extraction"] == "the document is no page"


def test_words_that_are_spared_are_explained_by_the_cleaning_that_spares_them(tmp_path: Path) -> None:
    text = f"Photo: Reuters\n\n{STORY}\n\nHarbour gets a new crane\n\n{LATER}\n\n{LAST}\n\nShare this article on Facebook"
    spare = Decisions([Decision("1", "spare", "example.com", rule="SH001")])
    with write_memory(tmp_path / "memory.sqlite"):
        pass
    found = of(text, url="https://example.com/1", decisions=spare, memory=Memory(tmp_path / "memory.sqlite"))
    assert found.lines == of(text).lines
    shared = found.about(line(found, "Share this"))
    assert shared.stands
    assert ("SH001", "reported") in {(each.rule, each.outcome) for each in shared.findings}


def test_a_line_that_stays_has_its_probability_and_the_limits_of_each_profile() -> None:
    found = of(TEXT)
    crane = found.about(line(found, "crane"))
    assert crane.stands
    assert crane.model
    assert crane.model.kind == "line, clean"
    assert 0 < crane.model.probability < crane.model.limits["thorough"] < crane.model.limits["standard"]
    assert crane.model.for_noise
    assert all(shift > 0 for _, shift in crane.model.for_noise)


def test_every_family_of_evidence_has_words_for_the_story() -> None:
    assert len(TOPICS) == explanations.families()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{STORY}\n\nHarbour gets a new crane\n\n{LATER}\n\n{LAST}", "no company"),
        (f"Photo: Reuters\n\n{STORY}\n\nHarbour gets a new crane", "fewer than 3 paragraphs"),
    ],
)
def test_the_model_of_lines_says_why_it_does_not_look(text: str, why: str) -> None:
    found = of(text)
    crane = found.about(line(found, "crane"))
    assert crane.model is None
    assert why in crane.idle["context"]


def test_a_quotation_is_never_taken() -> None:
    found = of(f'Photo: Reuters\n\n{STORY}\n\n"The ferry is late, and nobody knows why."\n\n{LATER}\n\n{LAST}')
    margin = found.about(line(found, "nobody knows")).model
    assert margin
    assert margin.kind == ""
    assert "somebody else speaks" in margin.veto


def test_what_needs_company_says_so() -> None:
    found = of(f"{STORY}\n\n{LATER}\n\nALSO READ: Six things to know")
    (finding,) = found.about(3).findings
    assert (finding.rule, finding.outcome) == ("TE002", "reported")
    assert finding.because.startswith("no company")


def test_what_the_profile_leaves_names_the_profile_that_takes_it() -> None:
    found = of(f"By Jane Doe\n\n{STORY}\n\n{LATER}", settings=Settings(profile=Profile.CAREFUL))
    (finding,) = found.about(1).findings
    assert finding.because == "it is likely, which the profile careful leaves standing; standard takes it"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (Settings(ignore=frozenset({"PC"})), "the rule is switched off"),
        (Settings(keep_title=True), "the settings keep the title"),
        (Settings(loss_budget=0.01), "a guard: too much would have gone"),
    ],
)
def test_what_settings_hold_says_which(settings: Settings, why: str) -> None:
    found = of(f"Talks go on by the river\n\nBy Jane Doe\n\nPhoto: Reuters\n\n{STORY}\n\n{LATER}", settings=settings)
    findings = [each for number in (1, 2, 3) for each in found.about(number).findings]
    assert any(each.outcome == "reported" and each.because.startswith(why) for each in findings)


def test_what_somebody_decided_to_keep_says_so() -> None:
    kept = Decision("1", "keep", "example.com", "Photo: Reuters", who="jane", at="2026-11-30T09:00:00Z")
    found = of(TEXT, url="https://example.com/1", decisions=Decisions([kept]))
    because = [each.because for each in found.about(1).findings]
    assert because == ["somebody has decided that these words stay"]


def test_stock_words_that_are_no_line_of_their_own_are_near_misses() -> None:
    found = of(f"{STORY} Photo: Reuters. {LATER}")
    misses = found.about(1).near_misses
    assert [(each.rule, each.text) for each in misses] == [("PC001", "Photo: Reuters.")]
    assert "not a line of their own" in misses[0].missing


def test_stock_words_of_another_language_are_near_misses() -> None:
    found = of(f"{STORY}\n\nDas könnte Sie auch interessieren\n\n{LATER}\n\n{LAST}")
    misses = {each.rule: each.missing for each in found.about(2).near_misses}
    assert misses["TE003"] == "these are its words in de; the text is taken for en"


def test_the_blocks_of_a_page_have_the_model_s_probability() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in (STORY, LATER, LAST))
    page = f"<html><body><nav><a href='/'>Home of all the news</a></nav><article>{paragraphs}</article></body></html>"
    found = Account.of(lambda: clean_html(page))
    menu, story = found.about(1).block, found.about(2).block
    assert menu
    assert story
    assert (menu.kept, story.kept) == (False, True)
    assert menu.probability < menu.limit < story.probability
    assert menu.element in ("nav", "a")


def test_what_lowers_the_confidence_is_named_with_what_it_would_be_without_it() -> None:
    weighed = next(found for path in SAMPLES if (found := account(path)).doubts() and found.looks[0].document.facts is None)
    worst = weighed.doubts()[0]
    assert weighed.cleaned.confidence is not None
    assert worst.without > weighed.cleaned.confidence
    assert worst.words


def test_a_stored_result_says_what_its_ledger_says() -> None:
    result = clean_text(TEXT)
    found = Account.of_stored(result)
    assert [each.outcome for each in found.about(1).findings] == ["removed"]
    assert found.about(2).findings == ()
    assert found.about(2).model is None
    assert found.doubts() == []


def test_an_empty_document_has_no_lines() -> None:
    assert of("").lines == ()
    assert of("").doubts() == []


def test_a_better_explanation_is_no_reason_to_clean_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed_with(file: str) -> str:
        monkeypatch.setattr(version, "_contents", lambda *_: [("pipeline.py", b""), (file, b"")])
        return version.rules_version.__wrapped__()

    assert hashed_with("account/margins.py") == hashed_with("account/reasons.py")
    assert hashed_with("guard.py") != hashed_with("account/reasons.py")
