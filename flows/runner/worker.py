"""The worker's side: one document from its file to its outputs, in a process that may die without harm to the others."""

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
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from cleaners import Cleaned, Memory, Settings, UnreadableDocument, UnusableMemory, clean_html, clean_text
from cleaners.knowledge import Knowledge
from cleaners.markup.libraries import MissingLibrary
from cleaners.memory.store import Lesson, Several, lesson
from cleaners.text.addresses import site_of
from flows.runner import fingerprint_store
from flows.runner.fingerprint_store import DocumentFingerprints
from flows.sinks import Outputs, Sink, Stamp, records
from flows.sources import ANY_FIELDS, Found, Reading, Unusable

FATAL = frozenset({"ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES", "EPERM", "EMFILE", "ENFILE"})
"""Names of errors in writing that the next document would meet as well."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to know besides the document.

    Attributes:
        sink: where the outputs go.
        settings: how to clean.
        rules: the version of the rules, for the ledger.
        max_bytes: larger documents are refused.
        seconds: a document that takes longer ends its worker.
        memory: the file of what is known of sites and earlier documents; there may be none yet.
        openings: the file of what this run's documents tell of each other, once that is known of all.
        repeats: whether what sites repeat is counted, and goes.
        nights: of so many runs back, documents are cleaned again where what their site repeats has changed.
        teaches: whether nothing is written, and a memory learns what there is to be learned.
        reading: which fields of a row are what.
        shard_bytes: the bytes of documents that a shard is made of, where there are shards.
        force: whether results that somebody has edited are made anew; the edited ones stay beside them.
    """

    sink: Sink
    settings: Settings
    rules: str
    max_bytes: int
    seconds: float
    memory: str | None = None
    openings: str | None = None
    repeats: bool = True
    nights: int = 7
    teaches: bool = False
    reading: Reading = ANY_FIELDS
    shard_bytes: int = 64_000_000
    force: bool = False

    @property
    def version(self) -> str:
        """What a document's outputs depend on, besides its bytes and other documents of the run."""
        encoding = f" {self.reading.encoding}" if self.reading.encoding else ""
        return f"{self.rules} {self.settings.digest} {records.SCHEMA}{encoding}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document.

    Attributes:
        document: which one.
        reason: why it is in quarantine; empty where it was cleaned.
        remedy: what to do about that.
        fatal: whether every other document would fare the same.
        sha256: the hash of its bytes.
        size: their number.
        index: its rows in the index, as lines of JSON.
        counts: what a run adds up, see `records.counts`.
        review: why a person should look at it.
        confidence: of what it became, that the story is whole.
        trace: what may tell of other documents; None of one that was cleaned together with them.
        lesson: what a memory learns of it, if one does.
        outputs: what it became, where the worker does not write that.
        number: for how many bad rows it stands.
        files: how its files were left, where it has files of its own.
        edited: the files of it that somebody has edited; it was not written.
        aside: as what they were kept, where it was written all the same.
    """

    document: Found
    reason: str = ""
    remedy: str = ""
    fatal: bool = False
    sha256: str = ""
    size: int = 0
    index: bytes = b""
    counts: records.Row = field(default_factory=dict)
    review: str | None = None
    confidence: float | None = None
    trace: DocumentFingerprints | None = None
    lesson: Lesson | None = None
    outputs: Outputs | None = None
    number: int = 1
    files: tuple[Stamp, ...] = ()
    edited: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Why a person should look at the document, and what to do; empty where nobody needs to."""
        if self.reason:
            return f"in quarantine: {self.reason}; {self.remedy}"
        if self.edited:
            files = ", ".join(self.edited)
            return f"edited, and left as it is: {files}; --force makes it anew, and keeps what is there as NAME.edited"
        return f"for review: {records.for_review(self.review, self.confidence)}" if self.review else ""

    def brief(self) -> Outcome:
        """The outcome as far as people are told of it; the rest may be large."""
        return replace(self, index=b"", trace=None, lesson=None, outputs=None)


Loaded = tuple[Found, bytes | Unusable | None]
"""A document with its bytes, with why there are none, or with None where the worker reads its file."""

_NOWHERE = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the watchdog needs a file that stays open


class Refused(Exception):
    """A document that cannot be cleaned, or whose outputs cannot be written."""

    def __init__(self, reason: str, remedy: str, *, fatal: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.fatal = reason, remedy, fatal


def start() -> None:
    """Make a worker ready: Ctrl-C and SIGTERM are the parent's to handle, and where that is killed the worker ends at once.

    A worker that outlived its run would write beside the next one.
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
    """Clean documents one after the other, then write the outputs of all; the process ends where one takes too long."""
    outcomes = []
    for document, data in documents:
        with _watched(job.seconds):
            outcomes.append(_outcome(document, job, data))
    with _watched(job.seconds):
        return _delivered(outcomes, job)


def clean_one(document: Found, job: Job, data: bytes | Unusable | None = None) -> Outcome:
    """Clean one document and write its outputs."""
    return clean_some(((document, data),), job)[0]


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """End the process after so long, even while a regular expression holds the interpreter: the kernel does it.

    Elsewhere than on POSIX a thread in C does, which takes longer to begin and to end.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)  # nobody handles the signal, so it ends the process
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


def _outcome(document: Found, job: Job, data: bytes | Unusable | None) -> Outcome:
    try:
        return _cleaned(document, job, data)
    except Refused as refused:
        return Outcome(document, refused.reason, refused.remedy, refused.fatal)


def _cleaned(document: Found, job: Job, given: bytes | Unusable | None) -> Outcome:
    if isinstance(given, Unusable):
        raise Refused(given.reason, given.remedy)
    data = read(document, job.max_bytes) if given is None else _checked(given, job.max_bytes)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        cleaned = _clean(document, data, job)
        if document.kind == "text" and not cleaned.articles and not cleaned.removals:
            raise Refused("it holds no text, only white space or control characters", "fetch it again, or remove it")
        if job.teaches:
            learned = lesson(cleaned, document.name, sha256, address(document), site_name(document))
            return Outcome(document, sha256=sha256, size=len(data), lesson=learned)
        rows = records.article_rows(cleaned)
        ledger = _ledger(document, job, cleaned, sha256, len(data))
        articles = tuple(
            (article.body.encode(), records.dumps({"source": document.name, **row}))
            for article, row in zip(cleaned.articles, rows, strict=True)
        )
        counts = {**records.counts(cleaned), "kind": document.kind, "site": _site(document, cleaned)}
        trace = (
            None if job.openings else fingerprint_store.trace(cleaned, document.name, address(document), site_name(document))
        )
    except UnreadableDocument as error:
        reason, _, remedy = str(error).rpartition("; ")
        raise Refused(reason or str(error), remedy if reason else "convert the file to UTF-8") from None
    except (UnusableMemory, MissingLibrary) as error:
        raise _unusable(error) from None
    except Refused:
        raise
    except Exception as error:  # whatever it is, it is a bug, and the other documents are no worse for it
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"cleaning failed: {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
        raise Refused(reason, "this is a bug in bodycopy: please report it with the document") from None
    index = b"".join(records.dumps(_index_row(document, row)) for row in rows)
    outcome = Outcome(document, "", "", False, sha256, len(data), index, counts, cleaned.review, cleaned.confidence, trace)
    return replace(outcome, outputs=Outputs(articles, ledger))


def _clean(document: Found, data: bytes, job: Job) -> Cleaned:
    known = _knowledge(job)
    if document.kind == "text":
        told = {"url": address(document), "encoding": document.encoding, "site": site_name(document)}
        return clean_text(data, **told, settings=job.settings, memory=known, name=document.name)
    from cleaners.page import page_text  # trees and numpy, which texts do not need

    page = page_text(data, document.encoding)  # read here: bytes that are no page belong in quarantine
    told = {"url": document.url, "site": site_name(document)}
    return clean_html(page, **told, settings=job.settings, memory=known, name=document.name)


def address(document: Found) -> str | None:
    """Where a document was published, or at least its site, as far as its source tells."""
    return document.url or site_address(document.name)


def site_name(document: Found) -> str:
    """What its site is called where no address tells: as the source does, or by its folder or file; empty: the whole source.

    >>> site_name(Found("rows.jsonl/17", "rows.jsonl", 9, "text", row=17))
    'rows.jsonl'
    """
    return document.site or document.name.rpartition("/")[0]


def site_address(name: str) -> str | None:
    """The address that a text's name tells of, where it lies in a folder named after its site, as mirrors lay them out.

    >>> site_address("www.example.com/2020/story.txt"), site_address("archive.old/story.txt")
    ('https://www.example.com/', None)
    """
    folders = name.split("/")[:-1]
    addresses = (f"https://{folder}/" for folder in folders if "." in folder)
    return next((address for address in addresses if site_of(address)), None)


def _site(document: Found, cleaned: Cleaned) -> str | None:
    told = (address for article in cleaned.articles for address in article.metadata.get("url", ()))
    return site_of(address(document) or next(told, ""))


def _knowledge(job: Job) -> Knowledge | None:
    """What other documents tell, once all of this run are known: by itself a document is cleaned first."""
    if not job.openings:
        return None
    try:
        known = [_opened(file) for file in (job.memory, job.openings) if file]
    except UnusableMemory as error:
        raise _unusable(error) from None
    return known[0] if len(known) == 1 else Several(*known)


def _unusable(error: UnusableMemory | MissingLibrary) -> Refused:
    """What a memory that will not do, or a library that is missing, means for a document, and for every other one."""
    reason, _, remedy = str(error).rpartition("; ")
    return Refused(reason, remedy, fatal=True)


@lru_cache(maxsize=2)
def _opened(path: str) -> Memory:
    return Memory(path)


def read(document: Found, max_bytes: int) -> bytes:
    """The bytes of a document.

    Raises:
        Refused: they cannot be read, are too many or none.
    """
    try:
        with Path(document.path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise Refused("vanished after the scan", "run again if it should be there") from None
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}", "give read permission, or check the disk") from None
    return _checked(data, max_bytes)


def _checked(data: bytes, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise Refused(*too_large(len(data), max_bytes))
    if not data:
        raise Refused("it is empty", "fetch it again, or remove it")
    if not data.strip():
        raise Refused("it holds nothing but white space", "fetch it again, or remove it")
    return data


def too_large(size: int, max_bytes: int) -> tuple[str, str]:
    """Reason and remedy of a document that is over the limit."""
    return (
        f"{size / 1_000_000:,.1f} MB, over the limit of {max_bytes / 1_000_000:g} MB",
        "raise --max-megabytes, or split the file",
    )


def _ledger(document: Found, job: Job, cleaned: Cleaned, sha256: str, size: int) -> bytes:
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
        "articles": len(cleaned.articles),
        "review": cleaned.review,
        "document_confidence": cleaned.confidence,  # `confidence` is of a removal, a word
    }
    return b"".join(map(records.dumps, [header, *records.ledger_rows(cleaned)]))


def _delivered(outcomes: list[Outcome], job: Job) -> list[Outcome]:
    """Outcomes whose outputs are written, or handed back by the sink; those that somebody has edited are left as they are."""
    outputs = {outcome.document.name: outcome.outputs for outcome in outcomes if outcome.outputs}
    try:
        edited = job.sink.edited(outputs)
        aside = {name: tuple(map(job.sink.set_aside, map(str, paths))) for name, paths in edited.items() if job.force}
        written = {name: made for name, made in outputs.items() if name in aside or name not in edited}
        handed_back = job.sink.deliver(written) if written else {}
        files = {name: job.sink.stamps(name, made) for name, made in written.items()}
    except OSError as error:
        if len(outcomes) > 1:  # some of them may be written
            return [delivered for outcome in outcomes for delivered in _delivered([outcome], job)]
        reason = f"its outputs cannot be written: {error.strerror} ({error.filename})"
        fatal = errno.errorcode.get(error.errno or 0) in FATAL
        return [Outcome(outcomes[0].document, reason, "see that the folder is writable and the disk not full", fatal)]
    return [
        replace(
            outcome,
            outputs=handed_back.get(name),
            files=files.get(name, ()),
            edited=tuple(map(str, edited.get(name, ()))) if name not in aside else (),
            aside=aside.get(name, ()),
        )
        for outcome in outcomes
        for name in (outcome.document.name,)
    ]


def _index_row(document: Found, row: records.Row) -> records.Row:
    return {"source": document.name, **{key: row[key] for key in row if key != "metadata"}}
