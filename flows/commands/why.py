"""Why a line went or stayed: the account of one document, of an output or of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from cleaners import Article, Cleaned, Profile, Settings, UnreadableDocument, rules_version
from cleaners.account.account import Account, Fate, fates
from cleaners.ledger import text_of
from cleaners.line import Line
from cleaners.memory.sqlite_file import DAMAGED
from flows.commands.stored_document import StoredDocument
from flows.errors import CouldNotRun
from flows.review.document_view import ViewedDocument
from flows.runner.decision_files import existing_decisions
from flows.runner.job import Job
from flows.runner.memory_files import existing_memory
from flows.runner.worker import clean_bytes
from flows.sinks import Sink
from flows.sinks.records import problem_of
from flows.sources import ANY_FIELDS, Found, Kind

MAX_CHARS = 1_000_000
"""Characters of a text of which every line is looked at, under every profile; a longer one would take minutes."""
NO_LIMIT = 1 << 40
"""Bytes and seconds: a document that somebody asks about may be as large, and take as long, as it wants."""


@dataclass(frozen=True)
class Inquiry:
    """A document about which somebody asks.

    Attributes:
        name: Its name.
        kind: Text or page.
        account: What cleaning it considered; of results that cannot be made again, what their ledger says.
        settings: How it was cleaned for the account.
        again: Cleans it under other settings; None where that is impossible.
        stored: Its results in an output; None for a file.
        notes: What a reader should know of the answer, in sentences.
    """

    name: str
    kind: Kind
    account: Account
    settings: Settings
    again: Callable[[Settings], Cleaned] | None
    stored: Cleaned | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def is_large(self) -> bool:
        """Whether only single lines are explained, under the profile in question."""
        return len(self.account.text) > MAX_CHARS

    @cached_property
    def profiles(self) -> Mapping[Profile, Cleaned]:
        """The results under each profile; empty where they cannot be made, or where that would take minutes."""
        if self.again is None or self.is_large:
            return {}
        own = self.settings.profile
        return {each: self.account.cleaned if each is own else self.again(under(self.settings, each)) for each in Profile}

    def under_profiles(self, line: Line) -> dict[Profile, tuple[Fate, ...]]:
        """Return what becomes of a line under each profile."""
        return {profile: found for profile, cleaned in self.profiles.items() if (found := self._fates(line, cleaned))}

    def in_output(self, line: Line) -> tuple[Fate, ...]:
        """Return what became of a line in the output; empty where that is not known."""
        return self._fates(line, self.stored) if self.stored else ()

    def _fates(self, line: Line, cleaned: Cleaned) -> tuple[Fate, ...]:
        seen = cleaned.visible or cleaned
        if text_of(seen.body, seen.ledger) != self.account.text:
            return ()
        return tuple(fates(self.account.text, line, seen.removals))


def under(settings: Settings, profile: Profile) -> Settings:
    """Return settings with another profile, for all sites."""
    return settings.changed(lambda given: replace(given, profile=profile))


@dataclass(frozen=True, slots=True)
class Choices:
    """How the user says that documents are cleaned.

    Attributes:
        settings: The settings of the rule file and of the options.
        are_given: Whether an option names any of them; otherwise those of the run are looked for.
        memory: The memory that the run used, if it is not its own.
    """

    settings: Settings
    are_given: bool = False
    memory: Path | None = None

    def settings_of(self, digest: str) -> Settings:
        """Return the settings of a run by their digest, if they are these, the defaults, or either under another profile."""
        if self.are_given:
            return self.settings
        given = (self.settings, Settings())
        profiles = (under(each, profile) for each in given for profile in Profile)
        return next((each for each in (*given, *profiles) if each.digest == digest), self.settings)


def about_output(stored: StoredDocument, choices: Choices) -> Inquiry:
    """Return the inquiry about a document of an output: it is cleaned again, as its run did it as far as that is known.

    Args:
        stored: The document.
        choices: What the user says of the run.

    Raises:
        CouldNotRun: Its results cannot be read, or it cannot be cleaned any more.
    """
    result = _result(stored)
    notes = [stored.problem] if stored.problem else []
    settings = choices.settings_of(str(stored.header.get("settings") or ""))
    kind: Kind = "html" if stored.is_page else "text"
    data, missing = stored.source()
    if data is None:
        notes.append(f"{missing}; the ledger alone answers: it names what went, not what was looked at and stayed")
        return Inquiry(stored.name, kind, Account.of_stored(result), settings, None, result, tuple(notes))
    cleaner = _Cleaner(stored.found(data), data, job_at(stored.sink, choices))
    try:
        account = Account.of(lambda: cleaner(settings))
        if kind == "text" and bool(stored.header.get("markdown")) != (account.cleaned.visible is not None):
            cleaner = cleaner.reading_markdown(markdown=account.cleaned.visible is None)
            account = Account.of(lambda: cleaner(settings))
    except UnreadableDocument as error:
        raise CouldNotRun(f"{stored.name}: {error}") from None
    notes += _changes(stored, result, account.cleaned, settings)
    return Inquiry(stored.name, kind, account, settings, cleaner, result, (*notes, *_size(account)))


@dataclass(frozen=True, slots=True)
class _Cleaner:
    """Cleans one document again, under any settings."""

    document: Found
    data: bytes
    job: Job

    def __call__(self, settings: Settings) -> Cleaned:
        return clean_bytes(self.document, self.data, replace(self.job, settings=settings))

    def reading_markdown(self, *, markdown: bool) -> _Cleaner:
        """Return a cleaner that takes the text for Markdown, or not, whatever its marks say."""
        return replace(self, job=replace(self.job, reading=replace(self.job.reading, markdown=markdown)))


def _result(stored: StoredDocument) -> Cleaned:
    """Return the stored results of a document as cleaning gave them, as far as they are stored.

    Raises:
        CouldNotRun: They cannot be read.
    """
    try:
        viewed = ViewedDocument.of_outputs(stored.outputs)
        removals, suggestions = viewed.findings[: viewed.removals], viewed.findings[viewed.removals :]
        articles = tuple(
            Article(body, row.get("title"), tuple(row.get("authors") or ()), row.get("date"), row.get("language"))
            for body, row in zip(viewed.bodies, viewed.articles, strict=True)
        )
        header = viewed.header
        return Cleaned(
            articles, removals, viewed.captures, viewed.repairs, viewed.breaks, suggestions,
            header.get("review"), header.get("document_confidence"), header.get("encoding"), header.get("site"),
        )  # fmt: skip
    except DAMAGED as error:
        raise CouldNotRun(f"{stored.name}: {problem_of(error)}") from None


def job_at(sink: Sink, choices: Choices) -> Job:
    """Return a job that cleans documents of an output with what its runs know by now of sites and other documents.

    Args:
        sink: The output.
        choices: How documents are cleaned.

    Raises:
        CouldNotRun: The memory or the decisions cannot be read.
    """
    given = str(choices.memory) if choices.memory else None
    known = existing_memory(given, sink.memory) or existing_memory(None, sink.openings)
    return Job(
        sink,
        choices.settings,
        rules_version(),
        max_bytes=NO_LIMIT,
        max_seconds=NO_LIMIT,
        openings=known,
        reading=ANY_FIELDS,
        decisions=existing_decisions(None, sink),
    )


def _changes(stored: StoredDocument, result: Cleaned, now: Cleaned, settings: Settings) -> list[str]:
    """Return what is different from the run, in sentences."""
    header = stored.header
    notes = []
    if header.get("rules") != rules_version():
        notes.append(f"the rules have changed since: the run had {header.get('rules')}, this version has {rules_version()}")
    if header.get("settings") != settings.digest:
        notes.append(
            f"the run had other settings ({header.get('settings')}, these are {settings.digest}): give --rules, --profile, "
            "--ignore or --language as the run had them"
        )
    if result.body != now.body:
        why = "" if notes else ": what other documents, decisions or the title and day of its row say is not the same"
        notes.append(f"cleaned again, the document has another body than in the output{why}; both are shown where they differ")
    return notes


def about_file(name: str, kind: Kind, clean: Callable[[Settings], Cleaned], settings: Settings) -> Inquiry:
    """Return the inquiry about a document that is in no output.

    Args:
        name: Its name.
        kind: Text or page.
        clean: Cleans it.
        settings: How.
    """
    account = Account.of(lambda: clean(settings))
    return Inquiry(name, kind, account, settings, clean, notes=tuple(_size(account)))


def _size(account: Account) -> list[str]:
    """Return what is left out of the account of a large text, as a sentence."""
    if len(account.text) <= MAX_CHARS:
        return []
    return [
        f"the text has {len(account.text):,} characters: above {MAX_CHARS:,} only the lines that hold WORDS are explained, "
        "and under this profile alone"
    ]
