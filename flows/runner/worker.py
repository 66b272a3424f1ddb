"""What a worker process does: clean documents, from their bytes to their outputs. It may die without harm to the others."""

from __future__ import annotations

import errno
import faulthandler
import hashlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import cast

from cleaners import Cleaned, Decisions, Memory, UnreadableDocument, UnusableMemory, clean_html, clean_text
from cleaners.decisions import digest, unpacked
from cleaners.errors import MissingLibrary
from cleaners.knowledge import Knowledge
from cleaners.memory.document_record import document_record
from cleaners.memory.reader import CombinedMemory
from cleaners.text.addresses import site_of
from flows.errors import CouldNotRun, Problem
from flows.runner.document_sites import address, site_name
from flows.runner.fingerprints import fingerprints_of, vocabulary_of
from flows.runner.job import Job
from flows.runner.manifest_values import pack_outputs
from flows.runner.outcome import Counts, Outcome
from flows.sinks import Outputs, records
from flows.sources import Found, Unusable
from flows.sources.documents import VANISHED, is_markdown
from flows.sources.prefetch import RowFiles
from flows.sources.row_facts import About

FATAL = frozenset({"ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES", "EPERM", "EMFILE", "ENFILE"})
"""Names of errors in writing that the next document would meet as well."""
FETCH_AGAIN = "fetch it again, or remove it"
"""The remedy for a document without a text."""

Loaded = tuple[Found, bytes | Unusable | None]
"""A document with its bytes, or with the reason why there are none, or with None if the worker reads its file, or its row."""

_NOWHERE = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the watchdog needs a file that stays open


class Refused(Exception):
    """A document cannot be cleaned, or its outputs cannot be written.

    Attributes:
        problem: Why, and what the user can do.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def start() -> None:
    """Prepare a worker process: it ignores Ctrl-C and SIGTERM, which its parent handles, and ends when its parent dies.

    A worker that outlived its run would write results beside those of the next run.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def clean_some(documents: tuple[Loaded, ...], job: Job) -> list[Outcome]:
    """Clean documents one after the other, then write the outputs of all.

    Args:
        documents: The documents, each with its bytes.
        job: How to clean them. The process ends if one takes longer than `job.max_seconds`.

    Returns:
        What became of each, in the same order.
    """
    made = []
    with RowFiles(job.reading) as files:
        for document, data in documents:
            with _time_limit(job.max_seconds):
                given = files.read(document) if data is None and document.row is not None else data
                made.append(_outcome(document, job, given))
    with _time_limit(job.max_seconds):
        return _delivered(made, job)


def clean_one(document: Found, job: Job, data: bytes | Unusable | None = None) -> Outcome:
    """Clean one document and write its outputs. See `clean_some`."""
    return clean_some(((document, data),), job)[0]


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """End the process after so many seconds, even while a regular expression holds the interpreter: the kernel does it.

    Systems other than POSIX have no such timer. There a thread in C ends the process, which takes longer.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)  # no handler is set for SIGALRM, so it ends the process
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    else:
        faulthandler.dump_traceback_later(seconds, exit=True, file=_NOWHERE)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _outcome(document: Found, job: Job, data: bytes | Unusable | None) -> tuple[Outcome, Outputs | None]:
    """Clean a document without writing its outputs; whatever goes wrong becomes the reason of its quarantine."""
    try:
        return _cleaned(document, job, _content(document, job, data))
    except Refused as refused:
        return Outcome(document, refused.problem), None
    except UnreadableDocument as error:
        return Outcome(document, Problem(error.reason, error.remedy or "convert the file to UTF-8")), None
    except (UnusableMemory, MissingLibrary, CouldNotRun) as error:  # every other document needs it as well
        return Outcome(document, Problem.of(error), fatal=True), None
    except Exception as error:  # a bug, which must not stop the other documents
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"cleaning failed: {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
        return Outcome(document, Problem(reason, "this is a bug in bodycopy: please report it with the document")), None


def _cleaned(document: Found, job: Job, data: bytes) -> tuple[Outcome, Outputs | None]:
    sha256 = hashlib.sha256(data).hexdigest()
    cleaned = clean_bytes(document, data, job)
    if document.kind == "text" and not cleaned.articles and not cleaned.removals:
        raise Refused(Problem("it holds no text, only white space or control characters", FETCH_AGAIN))
    where = address(document), site_name(document)
    if job.learn_only:
        record = document_record(cleaned, document.name, sha256, *where)
        return Outcome(document, sha256=sha256, size=len(data), record=record), None
    rows = records.article_rows(cleaned, markdown=job.markdown_out, about=About.from_json(document.about), url=document.url)
    articles = tuple(
        (article.body.encode(), records.dumps({"source": document.name, **row}))
        for article, row in zip(cleaned.articles, rows, strict=True)
    )
    counts = {**records.counts(cleaned), "kind": document.kind, "site": _site(document, cleaned)}
    outcome = Outcome(
        document,
        sha256=sha256,
        size=len(data),
        index=b"".join(records.dumps(_index_row(document, row, cleaned)) for row in rows),
        counts=cast("Counts", counts),
        review=cleaned.review,
        confidence=cleaned.confidence,
        fingerprints=None if job.openings else fingerprints_of(cleaned, document.name, *where),
    )
    return outcome, Outputs(articles, _ledger(document, job, cleaned, sha256, len(data)))


def clean_bytes(document: Found, data: bytes, job: Job) -> Cleaned:
    """Return the result of a document, with everything that a run knows of it; raises what cleaning raises."""
    known = _knowledge(job)
    site = site_of(address(document) or "") or site_name(document)  # as fingerprints and memories have it
    decisions = job.decisions.decisions() if job.decisions else None
    about = About.from_json(document.about)
    if document.kind == "text":
        return clean_text(
            data,
            url=address(document),
            settings=job.settings,
            encoding=document.encoding,
            memory=known,
            name=document.name,
            site=site,
            decisions=decisions,
            markdown=is_markdown(document.path if document.row is None else "", job.reading.markdown),
            title=about.title,
            date=about.date,
        )
    from cleaners.page import page_text  # loads lxml and numpy, which texts do not need

    page = page_text(data, document.encoding)  # decoded here, so that bytes which are no page go to quarantine
    return clean_html(
        page,
        url=document.url,
        settings=job.settings,
        memory=known,
        name=document.name,
        site=site,
        decisions=decisions,
        title=about.title,
        date=about.date,
    )


def _site(document: Found, cleaned: Cleaned) -> str | None:
    """Return the site of a document for statistics: by its address, or by one that stands in the document itself."""
    captured = (value for article in cleaned.articles for value in article.metadata.get("url", ()))
    return site_of(address(document) or next(captured, ""))


def _knowledge(job: Job) -> Knowledge | None:
    """Return what other documents say, once all of this run are known; None in the first round."""
    if not job.openings:
        return None
    known = [_opened(file) for file in (job.memory, job.openings) if file]
    return known[0] if len(known) == 1 else CombinedMemory(*known)


@lru_cache(maxsize=2)  # the two memories of a job
def _opened(path: str) -> Memory:
    return Memory(path)


def _content(document: Found, job: Job, given: bytes | Unusable | None) -> bytes:
    """Return the bytes of a document.

    Raises:
        Refused: It is empty, too large, or could not be read.
    """
    if isinstance(given, Unusable):
        raise Refused(given.problem)
    return read(document, job.max_bytes) if given is None else _checked(given, job.max_bytes)


def read(document: Found, max_bytes: int) -> bytes:
    """Read the file of a document.

    Args:
        document: The document.
        max_bytes: A larger file is refused.

    Returns:
        Its bytes.

    Raises:
        Refused: The file cannot be read, is too large, or is empty.
    """
    try:
        with Path(document.path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise Refused(VANISHED) from None
    except OSError as error:
        raise Refused(Problem(f"cannot be read: {error.strerror}", "give read permission, or check the disk")) from None
    return _checked(data, max_bytes)


def _checked(data: bytes, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise Refused(too_large(len(data), max_bytes))
    if not data:
        raise Refused(Problem("it is empty", FETCH_AGAIN))
    if not data.strip():
        raise Refused(Problem("it holds nothing but white space", FETCH_AGAIN))
    return data


def too_large(size: int, max_bytes: int) -> Problem:
    """Return the problem of a document that is too large.

    Args:
        size: Its bytes.
        max_bytes: The limit.

    Returns:
        The problem.
    """
    return Problem(
        f"{size / 1_000_000:,.1f} MB, over the limit of {max_bytes / 1_000_000:g} MB",
        "raise --max-megabytes, or split the file",
    )


def _ledger(document: Found, job: Job, cleaned: Cleaned, sha256: str, size: int) -> bytes:
    """Return a document's ledger as lines of JSON: a header, then an entry for each change."""
    source = cleaned.restore()
    header = {
        "kind": "document",
        "schema": records.SCHEMA,
        "source": document.name,
        "url": document.url,
        "row": document.row,
        "format": document.kind,
        "size": size,
        "sha256": sha256,
        "text_sha256": hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
        "encoding": cleaned.encoding,
        "rules": job.rules,
        "settings": job.settings.digest,
        "proofs": document.proofs or None,
        "markdown": cleaned.visible is not None,
        "site": cleaned.site,
        "decisions": _decided(document, job, cleaned),
        "articles": len(cleaned.articles),
        "review": cleaned.review,
        "document_confidence": cleaned.confidence,  # `confidence` is a removal's, and a word there
    }
    return b"".join(map(records.dumps, [header, *records.ledger_rows(cleaned)]))


def _decided(document: Found, job: Job, cleaned: Cleaned) -> str | None:
    """Return the hash of the decisions that may concern a document; None where none does."""
    decisions = job.decisions.decisions() if job.decisions else Decisions()
    if not decisions.concerns(cleaned.site, document.name):
        return None
    return digest(decisions.touching(cleaned.site, document.name, unpacked(vocabulary_of(cleaned)))) or None


def _delivered(made: list[tuple[Outcome, Outputs | None]], job: Job) -> list[Outcome]:
    """Write the outputs of documents, or hand them back where the sink wants that. Files that a person has edited stay."""
    outputs = {outcome.document.name: of_it for outcome, of_it in made if of_it}
    try:
        edited = job.sink.edited(outputs)
        aside = {name: tuple(map(job.sink.set_aside, map(str, paths))) for name, paths in edited.items() if job.force}
        written = {name: of_it for name, of_it in outputs.items() if name in aside or name not in edited}
        handed_back = job.sink.deliver(written) if written else {}
        files = {name: job.sink.stamps(name, of_it) for name, of_it in written.items()}
    except OSError as error:
        if len(made) > 1:  # the cause may be one document: write each by itself
            return [delivered for each in made for delivered in _delivered([each], job)]
        reason = f"its outputs cannot be written: {error.strerror} ({error.filename})"
        fatal = errno.errorcode.get(error.errno or 0) in FATAL
        problem = Problem(reason, "see that the folder is writable and the disk not full")
        return [Outcome(made[0][0].document, problem, fatal)]
    return [
        replace(
            outcome,
            outputs=pack_outputs(handed_back[name]) if name in handed_back else None,
            files=files.get(name, ()),
            edited=tuple(map(str, edited.get(name, ()))) if name not in aside else (),
            aside=aside.get(name, ()),
        )
        for outcome, _ in made
        for name in (outcome.document.name,)
    ]


def _index_row(document: Found, row: records.Row, cleaned: Cleaned) -> records.Row:
    """Return an article's row of the index: its metadata without what is long, and with what rules took."""
    of_document = {"site": cleaned.site, "format": document.kind, "rules": records.rule_counts(cleaned)}
    kept = {key: row[key] for key in row if key not in ("metadata", "carried", "markdown")}
    return {"source": document.name, **kept, **of_document}
