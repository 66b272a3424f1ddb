"""What several sites repeat and no phrase knows is proposed, as phrases that prove themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaners import Settings, clean_text
from cleaners.matching.lint import problems
from cleaners.memory.document_record import DocumentRecord
from cleaners.memory.segments import SegmentSeen, label_key, segment_key
from cleaners.memory.writer import write_memory
from flows.cli.app import app
from flows.commands.propose import Proposal, as_toml, proposals

SHARED = {"Ring the desk on 555 0123 tonight": 3, "Comments are closed": 3, "A motto of one": 1, "Ring the desk at home": 2}


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Three sites: what stands on all documents of how many of them."""
    path = tmp_path / "memory.sqlite"
    with write_memory(path) as writer:
        for site in range(3):
            own = [SegmentSeen(segment_key(text), True, text) for text, sites in SHARED.items() if site < sites]
            label = SegmentSeen(label_key("Harbour picks"), True, "Harbour picks:")
            for number in range(6):
                writer.add(DocumentRecord(f"{site}-{number}", "", f"site-{site}.example", (*own, label), (), "en"))
    return path


def test_what_sites_share_is_proposed_and_what_phrases_know_is_not(memory: Path) -> None:
    assert proposals(str(memory), 3) == [
        Proposal("Harbour picks:", "en", 3, 18),
        Proposal("Ring the desk on 555 0123 tonight", "en", 3, 18, ("Ring the desk at home",)),
    ]
    assert [found.text for found in proposals(str(memory), 1)][-1] == "A motto of one"


def test_the_rule_file_loads_proves_itself_and_cleans(memory: Path, tmp_path: Path) -> None:
    file = tmp_path / "bodycopy.toml"
    file.write_text(as_toml(proposals(str(memory), 3)))
    settings = Settings.from_toml(file)
    assert not [problem for phrase in settings.phrases for problem in problems(phrase)]
    story = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
    text = f"{story}\n\nRing the desk on 555 9999 tonight\n\nHarbour picks: Frost comes early"
    assert clean_text(text, settings=settings).body == story


def test_the_command_takes_a_run_s_results_too(memory: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".bodycopy").mkdir(parents=True)
    memory.rename(tmp_path / "out" / ".bodycopy" / "memory.sqlite")
    result = CliRunner().invoke(app, ["propose", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "# on 18 documents of 3 sites\n[phrases.en.proposed-1]\n" in result.stdout
    assert "2 phrases proposed, of what 3 sites or more repeat" in result.stderr
    assert CliRunner().invoke(app, ["propose", str(tmp_path / "gone")]).exit_code == 1


def test_quotes_and_backslashes_are_written_as_toml_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "bodycopy.toml"
    text = 'Say "no" \\ to it\x7f (all 5)'
    file.write_text(as_toml([Proposal(text, "any", 4, 40)]))
    (phrase,) = Settings.from_toml(file).phrases
    assert phrase.hit == (text,)
    assert phrase.pattern.fullmatch(text.replace("5", "77"))
