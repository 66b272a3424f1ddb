"""The pipeline: profiles, switched-off rules, the loss guard, several articles, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cleaners
from cleaners import Settings, clean_text
from cleaners.pipeline import STAGES
from cleaners.settings import Profile

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
    assert "would go by rules short of sure" in (cleaned.review or "")
    assert {s.rule for s in cleaned.suggestions} == {"TE002", "TE003"}


def test_nothing_but_noise_is_no_article() -> None:
    cleaned = clean_text("Photo: Reuters\nAdvertisement", settings=Settings(language="en"))
    assert cleaned.articles == ()
    assert cleaned.review == "no article: the document holds nothing but noise"
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
