"""The pipeline: profiles, switched-off rules, the loss guard, several articles, and what it imports."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import cleaners
from cleaners import Rule, Settings, clean_text
from cleaners.registry import STAGES
from cleaners.rule import Profile

PROSE = "The minister said on Monday that the talks about the new railway line would go on for another week."


def test_clean_text_stays_as_it_is() -> None:
    text = f"{PROSE}\n\n“It will take time,” he told the reporters who had waited in the rain.\n\nNobody left before noon."
    cleaned = clean_text(text)
    assert cleaned.body == text
    assert cleaned.ledger == []


def test_an_ignored_rule_only_reports() -> None:
    cleaned = clean_text(f"Photo: Reuters\n\n{PROSE}", settings=Settings(ignore=frozenset({"PC"})))
    assert cleaned.body.startswith("Photo: Reuters")
    assert [s.rule for s in cleaned.suggestions] == ["PC001"]


def test_without_suggestions_the_body_is_the_same_and_nothing_is_reported() -> None:
    text = f"Advertisement\n\nRelated News\n\n{PROSE}"
    settings = Settings(profile=Profile.CAREFUL)
    whole, bare = (clean_text(text, settings=each) for each in (settings, replace(settings, suggestions=False)))
    assert whole.suggestions
    assert (bare.body, bare.removals) == (whole.body, whole.removals)
    assert (bare.suggestions, bare.confidence) == ((), None)
    assert settings.digest != replace(settings, suggestions=False).digest


def test_a_profile_may_be_named_by_a_string() -> None:
    assert Settings(profile="careful").profile is Profile.CAREFUL  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", [-0.1, 1.5])
def test_a_loss_budget_is_a_share(budget: float) -> None:
    with pytest.raises(ValueError, match="expected a share from 0 to 1"):
        Settings(loss_budget=budget)


def test_past_the_loss_budget_everything_doubtful_stays_and_a_person_is_asked() -> None:
    source = f"Related News\n\nALSO READ: Six things to know about the vote in the valley\n\n{PROSE}"
    cleaned = clean_text(source, settings=Settings(loss_budget=0.1))
    assert cleaned.body == source
    assert cleaned.review == "14 of 33 words would go (TE002, TE003); they stay, because the loss budget is 10%"
    assert {s.rule for s in cleaned.suggestions} == {"TE002", "TE003"}


LONE = (
    f"{PROSE}\n\n“It will take time,” he told those who had waited in the rain.\n\nALSO READ: Six things to know about the vote"
)


def test_what_an_author_may_have_written_stays_where_nothing_else_is_noise() -> None:
    cleaned = clean_text(LONE)
    assert cleaned.body == LONE
    (found,) = cleaned.suggestions
    assert (found.rule, found.confidence) == ("TE002", "unsure")
    assert found.evidence.endswith("no other noise in this text")


@pytest.mark.parametrize("line", ["Photo: Reuters", "Related News", "By Jane Doe"])
def test_another_kind_of_noise_is_company(line: str) -> None:
    assert "ALSO READ" not in clean_text(f"{LONE}\n\n{line}").body


def test_teasers_with_the_same_label_confirm_each_other() -> None:
    cleaned = clean_text(f"{LONE}\n\nALSO READ: What the valley thinks of its railway")
    assert [removal.rule for removal in cleaned.removals if removal.text.strip()] == ["TE002", "TE002"]


@pytest.mark.parametrize("end", ["\n\n", "\x85", "\u2029"])
def test_the_paragraphs_around_a_labelled_teaser_are_company(end: str) -> None:
    *story, teaser = LONE.split("\n\n")
    assert clean_text(end.join((*story[:-1], teaser, story[-1]))).body == "\n\n".join(story)


@pytest.mark.parametrize("teaser", ["Listen: this is how it sounds", "Must-read: The Long Line, for all who wait."])
def test_the_paragraphs_around_an_author_s_own_sentence_are_no_company(teaser: str) -> None:
    *story, _ = LONE.split("\n\n")
    body = "\n\n".join((*story[:-1], teaser, story[-1]))
    assert clean_text(body).body == body


def test_more_of_another_kind_that_needs_company_is_none() -> None:
    story, date = LONE.split("\n\n")[0], "September 28, 2020"
    text = f"{story}\n\n• {date}\n\n{story.replace('Monday', 'Friday')}\n\n• {date}"
    assert clean_text(text).body == text


def test_the_thorough_profile_asks_for_no_company() -> None:
    cleaned = clean_text(LONE, settings=Settings(profile=Profile.THOROUGH))
    assert [removal.rule for removal in cleaned.removals] == ["TE002"]


def test_leads_of_other_stories_below_are_no_company() -> None:
    story = (
        "The minister said on Monday that the talks about the new railway line along the coast would go on for a week.",
        "• September 28, 2020",
        "Farmers along the track complain that the fences keep their sheep from the salt meadows, and two of them sued.",
        "The ministry answered that the fences had been there before the sheep, which the farmers and their lawyers deny.",
    )
    leads = (
        "Apple growers in the upper valley expect the smallest harvest in eleven years, after a late frost took the blossom "
        "of three orchards in four. The cooperative said that it would press juice on two days a week and close until",
        "A museum in the old customs house has returned a painted drum to the island from which it was taken in 1904. Four "
        "elders came to fetch it and played it once in the entrance hall before it was packed. The museum keeps a",
    )
    cleaned = clean_text("\n\n".join(story + leads))
    assert {removal.rule for removal in cleaned.removals} == {"TS001"}
    assert cleaned.body == "\n\n".join(story)


def test_a_text_is_never_emptied() -> None:
    cleaned = clean_text("Photo: Reuters\nAdvertisement", settings=Settings(language="en"))
    assert cleaned.body == "Photo: Reuters\n\nAdvertisement"
    assert "3 of 3 words would go" in (cleaned.review or "")
    assert [suggestion.rule for suggestion in cleaned.suggestions] == ["PC001", "AD002"]
    assert cleaned.restore() == "Photo: Reuters\nAdvertisement"


def test_the_title_can_stay_in_the_body() -> None:
    source = f"A tree stops the morning train\n\nBy Jane Doe\n\n{PROSE}"
    assert clean_text(source).articles[0].title == "A tree stops the morning train"
    kept = clean_text(source, settings=Settings(keep_title=True)).articles[0]
    assert kept.body == f"A tree stops the morning train\n\n{PROSE}"
    assert kept.title == "A tree stops the morning train"


def test_every_file_of_stages_is_in_the_pipeline() -> None:
    folder = Path(cleaners.__file__).parent / "stages"
    assert {path.stem for path in folder.glob("[a-z]*.py")} == {stage.__name__.rpartition(".")[2] for stage in STAGES}


def test_the_library_loads_neither_prefect_nor_trafilatura_for_a_text() -> None:
    program = (
        f"import sys, cleaners\ncleaners.clean_text({PROSE!r})\n"
        "print([name for name in ('prefect', 'flows', 'trafilatura') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["ignore", "select", "always"])
def test_codes_are_a_set_and_not_one_string(name: str) -> None:
    with pytest.raises(TypeError, match=rf"{name} is 'PC001', one string; expected a set of codes, such as {{'PC001'}}"):
        Settings(**{name: "PC001"})


@pytest.mark.parametrize("value", [None, float("nan"), 5])
def test_a_missing_value_is_no_text(value: object) -> None:
    with pytest.raises(TypeError, match="expected a string or bytes: leave missing values out"):
        clean_text(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ignore", "select", "always"])
@pytest.mark.parametrize(("codes", "close"), [({"PC01"}, "did you mean 'PC001'? "), ({"nonsense"}, ""), ({""}, "")])
def test_a_code_that_no_rule_has_is_refused(name: str, codes: set[str], close: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"no rule {min(codes)!r} ({name}); {close}all rules: bodycopy rules")):
        Settings(**{name: codes})


@pytest.mark.parametrize("codes", [None, 5, {5}])
def test_codes_are_strings(codes: object) -> None:
    with pytest.raises(TypeError, match=r"ignore is .*; expected a set of codes, such as {'PC001'}"):
        Settings(ignore=codes)  # type: ignore[arg-type]


def test_codes_may_be_of_rules_of_the_user() -> None:
    own = Rule("US001", "house-line", "custom", "A line of the house.", "sure", goes="", stays="")
    assert Settings(ignore=["US001", "PC", "BY001"], rules=(own,)).ignore == {"US001", "PC", "BY001"}  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["english", "EN", ""])
def test_a_language_is_two_letters(language: str) -> None:
    with pytest.raises(ValueError, match="expected two small letters"):
        Settings(language=language)


def test_a_text_that_would_lose_something_each_time_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    title = "Trains stop for a tree"
    story = "The train stopped on Monday morning because a tree lay on the track, the railway said."
    text = f"{title}\n\n{story}\n\nRelated News\n\n{story[:-1]} again."  # without the label's company, the rest is asked
    assert clean_text(text, title=title).removals
    monkeypatch.setattr("cleaners.pipeline.MAX_CHECKS", 0)
    held = clean_text(text, title=title)
    assert (held.body, held.removals) == (text, ())
    assert held.review is not None
    assert "something else would go" in held.review
