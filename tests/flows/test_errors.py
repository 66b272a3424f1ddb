"""Errors of flows: one base class, and one shape for what is wrong with a document."""

import pickle

import pytest

from cleaners import BodycopyError
from flows.crawler.errors import Failure, FetchError
from flows.errors import CouldNotRun, Problem
from flows.sources.http_records import UndecodableBody
from flows.sources.row_schema import UnreadableFile


@pytest.mark.parametrize("kind", [CouldNotRun, FetchError, UndecodableBody, UnreadableFile])
def test_each_error_has_a_reason_and_a_remedy(kind: type[BodycopyError]) -> None:
    error = kind("it is damaged; so is its copy", "write it again")
    assert (error.reason, error.remedy) == ("it is damaged; so is its copy", "write it again")
    assert str(error) == str(Problem.of(error)) == "it is damaged; so is its copy; write it again"
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (kind, str(error))


def test_a_failed_address_keeps_what_the_error_says() -> None:
    error = FetchError("503 Service Unavailable", "try later", is_temporary=True, pause_seconds=7)
    assert error.at("https://example.com") == Failure("https://example.com", Problem("503 Service Unavailable", "try later"))
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.is_temporary, copy.pause_seconds, copy.concerns_host) == (True, 7, False)
