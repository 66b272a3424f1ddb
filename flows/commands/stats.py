"""Statistics of an output: what was removed, by family, site, language and rule, read from the index that the review has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cleaners import Rule
from flows.errors import CouldNotRun
from flows.review.index import ReviewIndex
from flows.review.index_tables import NO_SITE, Filters, condition
from flows.review.output import ReviewedOutput

DECILES = 9
"""Values that part the confidences of documents into ten groups of the same size."""
LAST = "last"
"""Stands for the last run that had anything to clean."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some documents.

    Attributes:
        name: The site, the language or the run that they share.
        documents: Their number.
        words_in: Their words.
        words_out: The words of their articles.
        review: How many of them a person should look at.
    """

    name: str
    documents: int
    words_in: int
    words_out: int
    review: int

    @property
    def lost(self) -> float:
        """The share of the words that was removed, 0 to 1."""
        return 1 - self.words_out / self.words_in if self.words_in else 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """What a rule, or a family of rules, removed.

    Attributes:
        name: The code of the rule, or the family.
        about: The name of the rule; of a family, empty.
        documents: From how many documents.
        removals: How many spans.
        words: Their words.
    """

    name: str
    about: str
    documents: int
    removals: int
    words: int


@dataclass(frozen=True, slots=True)
class OutputStats:
    """The statistics of an output.

    Attributes:
        all: All documents that were asked about.
        without_article: How many of them have no article.
        families: What families removed, the most words first.
        rules: What rules removed, the most words first.
        sites: The documents by site, the most first.
        languages: The documents by language, the most first.
        runs: The documents by the number of the run that cleaned them, the last first.
        deciles: The nine confidences that part the documents into ten groups of the same size, the least first; empty where
            there are fewer documents.
        problem: What could not be read, in words; empty if all could.
    """

    all: Group
    without_article: int
    families: tuple[Removed, ...]
    rules: tuple[Removed, ...]
    sites: tuple[Group, ...]
    languages: tuple[Group, ...]
    runs: tuple[Group, ...]
    deciles: tuple[float, ...]
    problem: str = ""

    def as_json(self) -> str:
        """Return the statistics as a JSON object."""
        groups = {name: [_row(group) for group in getattr(self, name)] for name in ("sites", "languages", "runs")}
        removed = {name: [asdict(each) for each in getattr(self, name)] for name in ("families", "rules")}
        totals = {name: value for name, value in _row(self.all).items() if name != "name"}
        more = {"without_article": self.without_article, "confidence_deciles": self.deciles, "problem": self.problem}
        return json.dumps({**totals, **more, **removed, **groups}, ensure_ascii=False, indent=2)


def stats(out: str, *, state: Path | None = None, site: str = "", since: str = "") -> OutputStats:
    """Return the statistics of an output.

    Args:
        out: The folder of the results.
        state: The folder of what runs remember, if it is not in the output folder.
        site: Only documents of this site; empty for all.
        since: Only documents that this run or a later one has cleaned: a number, or `last`; empty for all.

    Raises:
        CouldNotRun: There are no results on this machine, or no such run.
    """
    output = ReviewedOutput(out, state=state)
    try:
        output.count()
        filters = Filters(site=site, since=_run(output.index, since) if since else "")
        return _stats(output.index, filters, output.problem)
    finally:
        output.close()


def _run(index: ReviewIndex, given: str) -> str:
    newest = int(index.connection.execute("SELECT coalesce(max(run), 0) FROM document").fetchone()[0])
    number = newest if given == LAST else int(given) if given.isdecimal() else 0
    if not 0 < number <= newest:
        raise CouldNotRun(
            f"--since is {given!r}, expected a run from 1 to {newest}, or {LAST}", "bodycopy stats lists the runs"
        )
    return str(number)


def _stats(index: ReviewIndex, filters: Filters, problem: str) -> OutputStats:
    where, values = condition(filters)
    (documents,) = _groups(index, "''", where, values)
    query = f"SELECT count(*) FROM document WHERE {where} AND articles = 0"
    return OutputStats(
        documents,
        int(index.connection.execute(query, values).fetchone()[0]),
        tuple(_by_family(index, where, values)),
        tuple(_removed(index, "rule", where, values, lambda code: _name(index.rules.get(code)))),
        tuple(_groups(index, "site", where, values, by="GROUP BY 1")),
        tuple(_groups(index, "language", where, values, by="GROUP BY 1")),
        tuple(sorted(_groups(index, "run", where, values, by="GROUP BY 1"), key=lambda group: -int(group.name))),
        tuple(_deciles(index, where, values)),
        problem,
    )


def _groups(index: ReviewIndex, column: str, where: str, values: Sequence[object], *, by: str = "") -> Iterator[Group]:
    """Yield documents by a column, the largest group first."""
    query = (
        f"SELECT {column}, count(*), coalesce(sum(words + taken), 0), coalesce(sum(words), 0), coalesce(sum(review != ''), 0)"
        f" FROM document WHERE {where} {by} ORDER BY 2 DESC, 1"
    )
    for name, *numbers in index.connection.execute(query, values):
        yield Group(str(name) if name not in ("", None) else NO_SITE, *map(int, numbers))


def _removed(
    index: ReviewIndex, column: str, where: str, values: Sequence[object], about: Callable[[str], str]
) -> Iterator[Removed]:
    """Yield what was removed by rule, the most words first."""
    query = (
        f"SELECT {column}, count(*), sum(removals), sum(taken.words) FROM taken"
        f" WHERE document IN (SELECT id FROM document WHERE {where}) GROUP BY 1 ORDER BY 4 DESC, 1"
    )
    for code, documents, removals, words in index.connection.execute(query, values):
        yield Removed(code, about(code), int(documents), int(removals), int(words))


def _by_family(index: ReviewIndex, where: str, values: Sequence[object]) -> Iterable[Removed]:
    """Return what was removed by family, the most words first."""
    sums: dict[str, list[int]] = {}
    for rule in _removed(index, "rule", where, values, lambda _: ""):
        counts = sums.setdefault(index.family(rule.name), [0, 0])
        counts[0] += rule.removals
        counts[1] += rule.words
    query = f"SELECT family, count(*) FROM family WHERE document IN (SELECT id FROM document WHERE {where}) GROUP BY 1"
    documents = dict(index.connection.execute(query, values))
    found = (Removed(family, "", documents.get(family, 0), *counts) for family, counts in sums.items())
    return sorted(found, key=lambda each: (-each.words, each.name))


def _deciles(index: ReviewIndex, where: str, values: Sequence[object]) -> Iterator[float]:
    """Yield the confidences below which one to nine tenths of the documents are."""
    some = f"FROM document WHERE {where} AND confidence IS NOT NULL"
    number = int(index.connection.execute(f"SELECT count(*) {some}", values).fetchone()[0])
    if number > DECILES:
        for tenth in range(1, DECILES + 1):
            query = f"SELECT confidence {some} ORDER BY confidence, id LIMIT 1 OFFSET ?"
            place = tenth * number // (DECILES + 1)
            yield float(index.connection.execute(query, [*values, place]).fetchone()[0])


def _name(rule: Rule | None) -> str:
    return rule.name if rule else ""


def _row(group: Group) -> dict[str, object]:
    return {**asdict(group), "lost": round(group.lost, 4)}
