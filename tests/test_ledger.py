"""The ledger as rows, and the source from body and ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaners import clean_html, clean_text
from cleaners.ledger import as_row, from_row, restore

SOURCE = "Photo: Reuters\r\n\r\nprofit &amp; loss: the minister said on Monday that the talks would go on for another week. \n"


def test_rows_come_back_as_entries() -> None:
    entries = clean_text(SOURCE).ledger
    assert [from_row(json.loads(json.dumps(as_row(entry)))) for entry in entries] == entries


def test_body_and_ledger_give_the_source() -> None:
    cleaned = clean_text(SOURCE)
    assert restore(cleaned.body, reversed(cleaned.ledger)) == SOURCE


def test_an_edited_body_is_noticed() -> None:
    cleaned = clean_text("One line that stands by itself here.\nAnother line that stands by itself here.")
    with pytest.raises(ValueError, match="does not fit its ledger at offset 36"):
        restore("Edited. " + cleaned.body, cleaned.ledger)


@pytest.mark.parametrize(
    ("row", "told"),
    [({"kind": "rumour"}, "expected one of removal"), ({}, "expected one of"), ({"kind": "break"}, "has no 'rule'")],
)
def test_a_row_that_is_no_entry_is_refused(row: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        from_row(row)


def test_captures_are_in_one_order_in_every_process() -> None:
    page = Path(__file__).parents[1] / "samples" / "extraction" / "en-several-stories" / "raw.html"
    order = [(found.start, found.end, found.field, found.rule) for found in clean_html(page.read_bytes()).captures]
    assert order == sorted(order)
