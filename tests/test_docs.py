"""The documentation says what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from cleaners import clean_text, rules
from cleaners.reference import markdown

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == markdown(), "run: bodycopy rules --markdown > docs/rules.md"


def test_every_rule_that_the_readme_names_exists() -> None:
    assert set(re.findall(r"\b[A-Z]{2}\d{3}\b", README)) <= set(rules())


def test_the_readme_s_first_example_is_what_comes_out() -> None:
    before, after, explained = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[:3]
    assert clean_text(before).body == after.strip()
    done = subprocess.run(
        [sys.executable, "-m", "flows", "clean", "--explain", "-"], input=before, capture_output=True, text=True, check=True
    )
    assert explained.strip() in done.stdout


def test_every_file_that_the_readme_names_exists() -> None:
    for path in re.findall(r"`((?:cleaners|flows|tests|samples|benchmarks|docs)/[\w./-]*)`", README):
        assert (ROOT / path).exists(), path
