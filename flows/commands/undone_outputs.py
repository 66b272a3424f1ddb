"""The outputs of one document, with what a rule did undone or done again."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cleaners import Article, Break, Capture, Cleaned, Removal, Repair
from cleaners.ledger import Entry, as_row, from_row, text_of
from cleaners.memory.sqlite_file import DAMAGED
from cleaners.text.tokens import count_words
from cleaners.undoing import NeedsCleaning, put_back, take_again
from flows.runner.manifest_values import ManifestEntry
from flows.sinks import Outputs, Stamp
from flows.sinks.records import SCHEMA, Row, dumps, ledger_of, load_rows, rule_counts, suggestion_row

NOTE = "undone"
"""The field of headers of ledgers, and of rows of the index, that says what was put back since a run wrote them."""
Said = tuple[Entry, bool]
"""What a line of a ledger says, and whether it is a suggestion."""
_STALE = "undone, "
"""The beginning of the version of outputs that no run has made as they are: the next one makes them anew."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """Who undid a rule in a document, and when.

    Attributes:
        rule: The rule's code.
        who: Who undid it.
        at: When, in ISO 8601.
        decision: The name of the decision by which the next run does the same.
    """

    rule: str
    who: str
    at: str
    decision: str

    @property
    def evidence(self) -> str:
        """What the evidence of the suggestions ends with that removals have become."""
        return f"; put back by {self.who} on {self.at[:10]}"


@dataclass(frozen=True)
class Result:
    """A document with everything that its ledger says.

    Attributes:
        header: The header of its ledger.
        metadata: The metadata of its articles as they were read.
        cleaned: Its articles and its ledger.
        text: The text that offsets count in.
        lines: The lines of its ledger as they were read, by what they say.
    """

    header: Row
    metadata: Sequence[Row]
    cleaned: Cleaned
    text: str
    lines: Mapping[Said, bytes]

    @classmethod
    def of(cls, outputs: Outputs) -> Result:
        """Return the result that outputs hold.

        Raises:
            ValueError: They are damaged or were edited; the message says so.
            NeedsCleaning: They are Markdown.
        """
        try:
            header, rows = ledger_of(outputs)
            said = [_said(row) for row in rows]
            own = (line + b"\n" for line in outputs.ledger.splitlines()[1:])  # an editor may have taken the last line end
            lines = dict(zip(said, own, strict=True))
            metadata = [load_rows(row)[0] for _, row in outputs.articles]
            if header.get("markdown") or (header["format"] == "html" and any("markdown" in row for row in metadata)):
                raise NeedsCleaning("its body is also written as Markdown")
            articles = [_article(body.decode(), row) for (body, _), row in zip(outputs.articles, metadata, strict=True)]
            cleaned = _cleaned(tuple(articles), said)
            text = text_of(cleaned.body, [*cleaned.removals, *cleaned.breaks])
            _check(header, cleaned, text)
            return cls(header, metadata, cleaned, text, lines)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"its ledger or a body is damaged ({error}); run again with --force") from None
        except ValueError:
            raise
        except DAMAGED as error:
            raise ValueError(f"its ledger is damaged ({type(error).__name__}: {error}); run again with --force") from None

    def undone(self, undoing: Undoing) -> Result:
        """Return the result without what a rule did.

        Raises:
            NeedsCleaning: Only cleaning the document can tell.
        """
        captures = [as_row(capture) for capture in self.cleaned.captures if capture.rule == undoing.rule]
        note = {"rule": undoing.rule, "who": undoing.who, "at": undoing.at, "decision": undoing.decision, "captures": captures}
        header = {**self.header, NOTE: [*self.header.get(NOTE, ()), note]}
        page = self.header["format"] == "html"
        return replace(
            self, header=header, cleaned=put_back(self.cleaned, self.text, undoing.rule, undoing.evidence, is_page=page)
        )

    def notes(self) -> list[tuple[Undoing, tuple[Capture, ...]]]:
        """Return what was undone since a run wrote the document, each with the metadata that a rule had noted."""
        found = []
        for row in self.header.get(NOTE, ()):
            captures = tuple(each for each in map(from_row, row["captures"]) if isinstance(each, Capture))
            found.append((Undoing(*(str(row[name]) for name in Undoing.__slots__)), captures))
        return found

    def redone(self, undoing: Undoing) -> Result:
        """Return the result with what a rule had done before it was undone.

        Raises:
            NeedsCleaning: Only cleaning the document can tell.
        """
        captures = next(found for known, found in self.notes() if known == undoing)
        left = [row for row in self.header[NOTE] if row["decision"] != undoing.decision or row["rule"] != undoing.rule]
        header = {**self.header, NOTE: left}
        if not left:
            del header[NOTE]
        page = self.header["format"] == "html"
        cleaned = take_again(self.cleaned, self.text, undoing.rule, undoing.evidence, captures, is_page=page)
        return replace(self, header=header, cleaned=cleaned)

    def outputs(self) -> Outputs:
        """Return the result as bytes; what it does not know of the articles is as it was."""
        articles = []
        for row, article, columns in zip(self.metadata, self.cleaned.articles, self._columns, strict=True):
            more: Row = {"metadata": {name: list(found) for name, found in sorted(article.metadata.items())}}
            if "markdown" in row:
                more["markdown"] = article.markdown
            articles.append((article.body.encode(), dumps({**row, **columns, **more})))
        return Outputs(tuple(articles), b"".join([dumps(self.header), *self._ledger()]))

    def _ledger(self) -> Iterator[bytes]:
        """Yield the lines of the ledger, those that have not changed as they were read: to make them anew takes long."""
        for entry in self.cleaned.ledger:
            yield self.lines.get((entry, False)) or dumps(as_row(entry))
        for found in self.cleaned.suggestions:
            yield self.lines.get((found, True)) or dumps(suggestion_row(found))

    def entry(self, before: ManifestEntry, files: tuple[Stamp, ...]) -> ManifestEntry:
        """Return the entry of the manifest; its version is one that no run makes while anything is undone.

        Args:
            before: The entry so far.
            files: The stamps of the files of the document as they are now.
        """
        rows = load_rows(before.rows)
        codes = {undoing.rule: undoing.evidence for undoing, _ in self.notes()}
        undone = {NOTE: put_back_counts(self.cleaned.suggestions, codes)} if codes else {}
        last = {**undone, "rules": self._taken}  # the rules stand last
        changed = []
        for row, columns in zip(rows, self._columns, strict=True):
            kept = {name: value for name, value in row.items() if name not in (NOTE, "rules")}
            changed.append(dumps({**kept, **columns, **last}))
        version = before.version.removeprefix(_STALE)
        return replace(before, rows=b"".join(changed), version=_STALE + version if codes else version, files=files)

    @cached_property
    def _columns(self) -> list[Row]:
        """The columns of each article that follow from bodies and ledger."""
        lost = sum(words for _, words in self._taken.values())
        return [
            {
                "title": article.title,
                "authors": list(article.authors),
                "date": article.date,
                "truncated": article.truncated,
                "words": count_words(article.body),
                "lost_words": lost,
            }
            for article in self.cleaned.articles
        ]

    @cached_property
    def _taken(self) -> dict[str, list[int]]:
        """The number of removals, and of their words, by the code of the rule."""
        return rule_counts(self.cleaned)


def stale(entry: ManifestEntry) -> ManifestEntry:
    """Return the entry of a document that the next run has to clean in any case."""
    return replace(entry, version=_STALE + entry.version.removeprefix(_STALE))


def put_back_counts(suggestions: Iterable[Removal], codes: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the number of spans that were put back, and of their words, by the code of the rule.

    Args:
        suggestions: The suggestions of a document.
        codes: By code, the end of the evidence of what was put back.
    """
    found = {code: [0, 0] for code in codes}
    for each in suggestions:
        if each.rule in codes and each.evidence.endswith(codes[each.rule]):
            found[each.rule][0] += 1
            found[each.rule][1] += count_words(each.text)
    return found


def _check(header: Row, cleaned: Cleaned, text: str) -> None:
    """Check that bodies and ledger give the source.

    Raises:
        ValueError: They do not.
    """
    if header["schema"] > SCHEMA:
        raise ValueError(f"its ledger is of schema {header['schema']}, this version reads up to {SCHEMA}; update bodycopy")
    source = cleaned.restore() if cleaned.repairs else text
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    if len(cleaned.articles) != header["articles"] or digest != header["text_sha256"]:
        raise ValueError("it was edited: what bodies and ledger give is not the source")


def _article(body: str, row: Row) -> Article:
    metadata = {name: tuple(values) for name, values in row["metadata"].items()}
    known = {name: row[name] for name in ("title", "date", "language", "truncated")}
    return Article(body, authors=tuple(row["authors"]), metadata=metadata, **known)


def _said(row: Row) -> Said:
    """Return what a row of a ledger says."""
    is_suggestion = row["kind"] == "suggestion"
    return from_row({**row, "kind": "removal"} if is_suggestion else row), is_suggestion


def _cleaned(articles: tuple[Article, ...], said: Sequence[Said]) -> Cleaned:
    """Return the result of what a ledger says, as far as it says it."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for entry, is_suggestion in said:
        found["suggestion" if is_suggestion else type(entry)].append(entry)
    removals, captures, repairs, breaks = (tuple(found[kind]) for kind in (Removal, Capture, Repair, Break))
    return Cleaned(articles, removals, captures, repairs, breaks, tuple(found["suggestion"]))
