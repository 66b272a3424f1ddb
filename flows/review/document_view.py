"""A document as the review shows it: its source in pieces, each with what was found about it, in parts of bearable size."""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from cleaners import Break, Capture, Cleaned, Removal, Repair
from cleaners.decisions import Decision, SiteDecisions, folded, plain
from cleaners.ledger import from_row, text_of
from cleaners.markdown.view import View
from cleaners.memory.sqlite_file import DAMAGED
from cleaners.result import PARAGRAPH_BREAK
from cleaners.text.segments import segments
from cleaners.text.tokens import BLANKS
from flows.sinks import Outputs
from flows.sinks.records import ANEW, SCHEMA, Row, article_rows, ledger_of

PART_CHARS = 40_000
"""Characters of a document that are shown at once: a browser shows that many pieces without delay."""
MAX_SEGMENTED_CHARS = 5_000
"""Characters of a line that is taken apart into sentences; a longer one is one piece."""
_VISIBLE = frozenset("\t\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u00ad")
"""Characters that Python calls unprintable and that are shown as they are: spaces, and what joins or parts letters."""

Kind = Literal["kept", "gone", "doubt"]
"""What became of a piece: it is in a body, it was removed, or it stands although a rule doubts it."""
Will = Literal["", "stay", "go"]
"""What becomes of a piece in the next run, because somebody has decided; empty where nobody has."""


class Mark(NamedTuple):
    """A span of the text about which something was found.

    Attributes:
        kind: `gone`, `doubt`, or `noted` for metadata.
        start: Its first offset.
        end: The offset behind its last character.
        number: The number of the finding, or of the capture.
    """

    kind: Literal["gone", "doubt", "noted"]
    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line.

    Attributes:
        start: Its first offset in the document's text.
        end: The offset behind its last character.
        text: Its characters.
        kind: What became of it.
        finding: The number of its removal or suggestion in the document; -1 where it has none.
        rule: The code of the rule that found it; empty where none did.
        field: The metadata that was taken from it; empty where none was.
        will: What becomes of it in the next run.
    """

    start: int
    end: int
    text: str
    kind: Kind
    finding: int = -1
    rule: str = ""
    field: str = ""
    will: Will = ""


@dataclass(frozen=True)
class Part:
    """A part of a document.

    Attributes:
        number: Its number, from 1.
        of: The number of parts.
        lines: Its lines.
    """

    number: int
    of: int
    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class ViewedDocument:
    """A document with everything that its ledger says.

    Attributes:
        text: The source after its repairs.
        header: The header of its ledger.
        articles: The metadata of its articles.
        bodies: Their bodies.
        findings: Removals and then suggestions, each by offset.
        removals: How many of the findings are removals.
        captures: What became metadata.
        repairs: What was repaired.
        breaks: Where white space between paragraphs was normalised.
    """

    text: str
    header: Row
    articles: tuple[Row, ...]
    bodies: tuple[str, ...]
    findings: tuple[Removal, ...]
    removals: int
    captures: tuple[Capture, ...]
    repairs: tuple[Repair, ...] = field(default=())
    breaks: tuple[Break, ...] = field(default=(), repr=False)

    @classmethod
    def of_outputs(cls, outputs: Outputs) -> ViewedDocument:
        """Return the document of stored results.

        Raises:
            ValueError: They are damaged, or of a later version.
        """
        try:
            header, rows = ledger_of(outputs)
            if header["schema"] > SCHEMA:
                raise ValueError(
                    f"its ledger is of schema {header['schema']}, this version reads up to {SCHEMA}; update bodycopy"
                )
            entries = [from_row(row) for row in rows if row["kind"] not in ("document", "suggestion")]
            doubtful = [from_row({**row, "kind": "removal"}) for row in rows if row["kind"] == "suggestion"]
            bodies = tuple(body.decode() for body, _ in outputs.articles)
            text = text_of("\n\n".join(bodies), entries)
            articles = tuple(json.loads(metadata) for _, metadata in outputs.articles)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"its ledger or a body is damaged ({error}); {ANEW}") from None
        except ValueError:
            raise
        except DAMAGED as error:
            raise ValueError(f"its ledger is damaged ({type(error).__name__}: {error}); {ANEW}") from None
        removals = [entry for entry in entries if isinstance(entry, Removal)]
        suggestions = [entry for entry in doubtful if isinstance(entry, Removal)]
        captures = tuple(entry for entry in entries if isinstance(entry, Capture))
        repairs = tuple(entry for entry in entries if isinstance(entry, Repair))
        breaks = tuple(entry for entry in entries if isinstance(entry, Break))
        found = (*_ordered(removals), *_ordered(suggestions))
        return cls(text, header, articles, bodies, found, len(removals), captures, repairs, breaks)

    @classmethod
    def of_cleaned(cls, cleaned: Cleaned, *, is_page: bool) -> ViewedDocument:
        """Return the document of a result that is stored nowhere."""
        header: Row = {
            "source": "",
            "format": "html" if is_page else "text",
            "review": cleaned.review,
            "document_confidence": cleaned.confidence,
            "site": cleaned.site,
            "markdown": cleaned.visible is not None,
        }
        found = (*_ordered(cleaned.removals), *_ordered(cleaned.suggestions))
        bodies = tuple(article.body for article in cleaned.articles)
        text = text_of(cleaned.body, cleaned.ledger)
        number = len(cleaned.removals)
        return cls(text, header, tuple(article_rows(cleaned)), bodies, found, number, cleaned.captures, cleaned.repairs)

    @property
    def site(self) -> str:
        """The site of the document."""
        return str(self.header.get("site") or "")

    def words(self, text: str) -> str:
        """Return a piece of the text as stages saw it: of Markdown, what a reader sees."""
        return View.of(text).text if self.header.get("markdown") else text

    def body(self, article: int) -> str:
        """Return the body of an article, counted from 1, as stages saw it."""
        body = self.bodies[article - 1]
        return PARAGRAPH_BREAK.join(View.of(body).lines) if self.header.get("markdown") else body

    @cached_property
    def stamp(self) -> str:
        """A hash of what the findings follow from: if it changes, their numbers may be those of others."""
        names = ("sha256", "rules", "settings", "proofs", "decisions")
        return f"{zlib.crc32(repr([self.header.get(name) for name in names]).encode()):08x}"

    @cached_property
    def bounds(self) -> tuple[int, ...]:
        """The offsets at which parts begin, and the end of the text. Parts end at the end of a line, if that is near."""
        found, place = [0], 0
        while len(self.text) - place > PART_CHARS:
            end = self.text.find("\n", place + PART_CHARS, place + 2 * PART_CHARS) + 1
            place = end or place + PART_CHARS
            found.append(place)
        return (*found, len(self.text)) if found[-1] < len(self.text) or len(found) == 1 else tuple(found)

    def part_of(self, place: int) -> int:
        """Return the number of the part in which an offset is, from 1."""
        return max(1, min(bisect_right(self.bounds, place), len(self.bounds) - 1))

    def part(self, number: int, decided: SiteDecisions | None = None) -> Part:
        """Return a part.

        Args:
            number: Its number, from 1; others give the first or the last one.
            decided: What people have decided since, which the next run obeys.
        """
        of = len(self.bounds) - 1
        number = max(1, min(number, of))
        start, end = self.bounds[number - 1], self.bounds[number]
        lines = []
        others = self._others(start, end)
        for line in self.text[start:end].splitlines(keepends=True):
            if line.strip(BLANKS):
                lines.append(tuple(self._pieces(start, start + len(line.rstrip("\r\n")), others, decided)))
            start += len(line)
        return Part(number, of, tuple(lines))

    @cached_property
    def _gone(self) -> tuple[list[int], list[int]]:
        """The offsets at which removals begin and end."""
        removals = self.findings[: self.removals]
        return [each.start for each in removals], [each.end for each in removals]

    def _pieces(self, start: int, end: int, others: Sequence[Mark], decided: SiteDecisions | None) -> Iterator[Piece]:
        """Yield the pieces of a line: what was removed, doubted or noted, and the rest in sentences."""
        starts, ends = self._gone
        numbers = range(bisect_right(ends, start), bisect_left(starts, end))
        marks = [Mark("gone", starts[number], ends[number], number) for number in numbers]
        marks += (mark for mark in others if mark.start < end and mark.end > start)
        cuts = {start, end}
        for mark in marks:
            cuts |= {max(start, mark.start), min(end, mark.end)}
        if end - start <= MAX_SEGMENTED_CHARS:
            gone = [mark for mark in marks if mark.kind == "gone"]
            sentences = (start + place for place, _ in segments(self.text[start:end]))
            cuts |= {place for place in sentences if not any(mark.start < place < mark.end for mark in gone)}
        places = sorted(cuts)
        for first, last in pairwise(places):
            yield self._piece(first, last, marks, decided)

    def _others(self, start: int, end: int) -> list[Mark]:
        """Return what was doubted or noted within a span."""
        doubted = ((number, self.findings[number]) for number in range(self.removals, len(self.findings)))
        found = [Mark("doubt", each.start, each.end, number) for number, each in doubted]
        found += (Mark("noted", each.start, each.end, number) for number, each in enumerate(self.captures))
        return [mark for mark in found if mark.start < end and mark.end > start]

    def _will(self, text: str, decided: SiteDecisions | None, rule: str = "") -> Will:
        return will_of(self.words(text), decided, rule) if decided else ""

    def _piece(self, start: int, end: int, marks: Sequence[Mark], decided: SiteDecisions | None) -> Piece:
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        found = next((mark for mark in over if mark.kind == "gone"), None)
        found = found or next((mark for mark in over if mark.kind == "doubt"), None)
        field = next((self.captures[mark.number].field for mark in over if mark.kind == "noted"), "")
        text = self.text[start:end]
        if found is None:
            return Piece(start, end, text, "kept", field=field, will=self._will(text, decided))
        finding = self.findings[found.number]
        kind: Kind = "gone" if found.kind == "gone" else "doubt"
        return Piece(start, end, text, kind, found.number, finding.rule, field, self._will(finding.text, decided, finding.rule))

    def has_part_of_segment(self, start: int, end: int) -> bool:
        """Return whether a span begins or ends inside of a sentence of its line."""
        begin = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", end)
        line = self.text[begin : stop if stop >= 0 else len(self.text)]
        spans = [(begin + a, begin + b) for a, b in segments(line)]
        start, end = trimmed(self.text, start, end)
        return start not in {a for a, _ in spans} or end not in {b for _, b in spans}


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without white space at its ends."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip(BLANKS)), end - len(words) + len(words.rstrip(BLANKS))


def will_of(text: str, decided: SiteDecisions | None, rule: str = "") -> Will:
    """Return what the next run does with a segment, because somebody has decided about it or about the rule that found it."""
    if decision := decision_about(text, decided):
        return "stay" if decision.kind == "keep" else "go"
    return "stay" if decided and (rule in decided.spared or rule in decided.off) else ""


def decision_about(text: str, decided: SiteDecisions | None) -> Decision | None:
    """Return what somebody has decided about a segment, by its words or as a phrase."""
    if decided is None or not decided.segments:
        return None
    return decided.exact.get(plain(text.strip(BLANKS))) or decided.phrases.get(folded(text))


def visible(text: str) -> str:
    """Return a text in which control characters and overrides of direction are shown as escapes.

    >>> visible("a\\x1b[31mb\\u202ec")
    'a\\\\x1b[31mb\\\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(c if c in _VISIBLE or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def metadata_of(article: Row) -> Mapping[str, Sequence[str]]:
    """Return the captured values of an article, and where each comes from."""
    found = article.get("metadata") or {}
    return {str(name): [str(value) for value in values] for name, values in dict(found).items()}


def _ordered(findings: Sequence[Removal]) -> list[Removal]:
    return sorted(findings, key=lambda each: (each.start, each.end))
