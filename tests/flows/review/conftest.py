"""Results to review: a run over texts of one site, with what is hostile in them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.reviewed import SITE, TEXTS, Client, read

from flows.review.output import ReviewedOutput
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source" / SITE
    folder.mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return tmp_path / "source"


@pytest.fixture
def output(source: Path, run: Callable[..., RunSummary], job: Job) -> Iterator[ReviewedOutput]:
    """The results of a run over the texts, with all ledgers read."""
    run(source)
    found = ReviewedOutput(str(job.sink.out), who="jane")
    read(found)
    yield found
    found.close()


@pytest.fixture
def client(output: ReviewedOutput) -> Client:
    """A browser with the token."""
    return Client(output)
