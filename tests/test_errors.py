"""Errors have a reason and a remedy, and one message made from both."""

import pickle

import pytest

from cleaners import BodycopyError, UnreadableDocument, clean_text
from cleaners.errors import BusyMemory, MissingLibrary, UnusableMemory, UnusableRules

ERRORS = (UnreadableDocument, UnusableMemory, BusyMemory, UnusableRules)


@pytest.mark.parametrize("kind", [*ERRORS, MissingLibrary])
def test_an_error_survives_the_way_from_one_process_to_another(kind: type[BodycopyError]) -> None:
    error = pickle.loads(pickle.dumps(kind("it is a folder", "give a file")))
    assert (type(error), error.reason, error.remedy) == (kind, "it is a folder", "give a file")
    assert str(error) == "it is a folder; give a file"


def test_an_error_without_a_remedy_is_its_reason() -> None:
    assert str(BodycopyError("line 3: expected a number")) == "line 3: expected a number"


@pytest.mark.parametrize("kind", ERRORS)
def test_unusable_input_is_a_value_error_as_well(kind: type[BodycopyError]) -> None:
    assert issubclass(kind, ValueError)


def test_reason_and_remedy_are_set_where_the_error_is_raised() -> None:
    with pytest.raises(UnreadableDocument) as raised:
        clean_text(b"%PDF-1.7\x00\x00\x00\x00\x00\x00")
    assert raised.value.reason == "binary data (a PDF), not text"
    assert raised.value.remedy == "give the text or the HTML of the page"
