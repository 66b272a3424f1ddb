"""The flow `learn-sites`, which teaches a memory on a schedule, before the flow that cleans with it."""

# No `from __future__ import annotations`: Prefect pickles flows, and annotations that are strings lose their module.

from functools import partial
from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from flows.commands.learn import LearningResult, learn
from flows.monitoring.progress import run_name
from flows.sources import RowSchema

MAX_PROBLEMS = 500
"""Documents that could not be read and are named in the run's log."""


@flow(name="learn-sites", flow_run_name=partial(run_name, "learn"), validate_parameters=True)
def learn_sites(
    source: str,
    memory: str,
    workers: Annotated[int, Field(ge=0)] = 0,
    max_megabytes: Annotated[float, Field(gt=0)] = 20,
    max_seconds: Annotated[float, Field(gt=0)] = 120,
    text_field: str | None = None,
    html_field: str | None = None,
    id_field: str | None = None,
    url_field: str | None = None,
    encoding: str | None = None,
    markdown: bool | None = None,
) -> LearningResult:
    """Learn what a source's documents tell of their sites and of each other.

    Args:
        source: A folder, a glob or a file of texts (.txt, .md) and pages (.html, .htm).
        memory: The memory's file; it is made where there is none. The flow clean-articles takes it as its parameter.
        workers: Processes at the same time. 0 means one for each processor.
        max_megabytes: Larger documents are left out.
        max_seconds: Documents that take longer are left out.
        text_field: The column that holds the text, in sources of rows. Without it, the usual names.
        html_field: The column that holds the page.
        id_field: The column that names the document.
        url_field: The column that says where it was published.
        encoding: The encoding of texts, pages and tables that are not UTF-8.
        markdown: Whether the texts are Markdown. Without it, files that end in .md are, and texts with several marks of it.
    """
    reading = RowSchema(text_field, html_field, id_field, url_field, encoding, markdown)
    learned = learn(source, memory, workers=workers, max_megabytes=max_megabytes, max_seconds=max_seconds, reading=reading)
    for problem in learned.problems[:MAX_PROBLEMS]:
        get_run_logger().warning(problem)
    return learned
