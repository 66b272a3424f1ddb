"""Phrases: the words of each family, by language, read from `phrases/<family>.toml`.

A file has one table for each language (`any` holds in every language, unknown ones included). Each table in it is a phrase:

    [de.foto-colon]
    rule = "PC001"
    pattern = 'Fotos?: .{2,60}'
    hit = ["Foto: Meier/dpa"]
    miss = ["Ihr Foto: ein Beweis, sagt sie."]

A pattern must match a whole line without the white space at its ends. Case is ignored. `{{name}}` stands for a part from
`words.toml`, which all families share: a list of words or a pattern, of the phrase's language or of `any`.

A phrase with several alternatives lists them under `any_of`, one on each line. `pattern` may then be left out, or it gives
what surrounds the alternatives and has `{{any_of}}` in their place:

    [de.abendzeitung]
    rule = "TE003"
    pattern = '{{any_of}}\\s?:?'
    any_of = [
        'mehr aus der region',
        'das könnte sie (?:auch )?interessieren',
    ]
    hit = ["Das könnte Sie interessieren:"]

A pattern or an alternative may stand on several lines; its line breaks and the white space around them do not count.

An English phrase with `everywhere = true` holds in texts of all languages: `Leave a Reply` and `Related Posts` stand on pages
whose platform nobody translated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property, partial, reduce
from operator import or_
from typing import Any, cast

import regex

from cleaners.disk_cache import kept, kept_pattern
from cleaners.matching import prefilter
from cleaners.matching.claims import Claim, claim, either
from cleaners.matching.phrase_files import PhraseEntry, entries, families, fingerprint, tables
from cleaners.text import calendars

ANY = "any"
"""The table of phrases that hold in every language."""
ENGLISH = "en"
"""The language in which publishing platforms show what nobody translated."""
ANY_OF = "{{any_of}}"
"""Where the alternatives of a phrase stand in its pattern."""
MIN_SHARED_PART_CHARS = 200
"""Characters of a part's pattern from which a second use calls the first one instead of repeating it."""
MAX_LINE_CHARS = 10_000
"""Characters of the longest line that phrases are matched against. A longer line is no stock wording, and lint proves that
each phrase is fast up to this length. So a line's length decides what goes, and never a clock."""
Hit = tuple["Phrase", regex.Match[str]]
"""A phrase that matches, and its match."""


@dataclass(frozen=True)
class Phrase:
    """A wording to look for.

    Attributes:
        key: language and name (`de.foto-colon`); the evidence in the ledger.
        rule: the code of the rule that it proves.
        source: the pattern as one string, with `{{parts}}` and with its alternatives filled in.
        hit: lines that it must match.
        miss: lines that it must not match.
        frame: the pattern with `{{any_of}}` in place of the alternatives; empty without alternatives.
        any_of: the alternatives, each as one string.
    """

    key: str
    rule: str
    source: str
    hit: tuple[str, ...]
    miss: tuple[str, ...]
    frame: str = ""
    any_of: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        key: str,
        rule: str,
        pattern: str | None,
        any_of: Sequence[str] = (),
        *,
        hit: Sequence[str] = (),
        miss: Sequence[str] = (),
    ) -> Phrase:
        """Make a phrase from the values of an entry in a phrase file, its pattern and alternatives each on one line.

        Args:
            key: language and name.
            rule: the code of the rule that it proves.
            pattern: the entry's pattern; None if it has alternatives alone.
            any_of: the entry's alternatives.
            hit: lines that it must match.
            miss: lines that it must not match.

        >>> Phrase.of("de.foto", "PC001", "(?:das )?{{any_of}}:?", ["foto", "bild"]).source
        '(?:das )?(?:foto|bild):?'
        """
        frame = one_line(ANY_OF if pattern is None else pattern)
        alternatives = tuple(map(one_line, any_of))
        if not alternatives:
            return cls(key, rule, frame, tuple(hit), tuple(miss))
        return cls(key, rule, framed(frame, alternatives), tuple(hit), tuple(miss), frame, alternatives)

    @property
    def language(self) -> str:
        """The language whose table holds it, or `any`."""
        return self.key.partition(".")[0]

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        """The pattern, compiled at its first use; named groups are captures (`author`, `date`)."""
        return pattern(self.source, self.language)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What holds for every line that it matches: one of these, each for an alternative."""
        sources = [framed(self.frame, [alternative]) for alternative in self.any_of] or [self.source]
        return tuple(claim(source, partial(_claim, self.language)) for source in sources)


def framed(frame: str, alternatives: Sequence[str]) -> str:
    """A pattern with its alternatives in place of `{{any_of}}`; alternatives without a frame need no group."""
    joined = "|".join(alternatives)
    return joined if frame == ANY_OF else frame.replace(ANY_OF, f"(?:{joined})")


def one_line(text: str) -> str:
    """A pattern without its line breaks and the white space around them; blanks within a line, and at its ends, count."""
    return "".join(line.strip() for line in text.split("\n")) if "\n" in text else text


@cache
def phrases(family: str, language: str | None) -> tuple[Phrase, ...]:
    """List the phrases of a family that hold in a language.

    Args:
        family: the stem of a phrase file.
        language: two letters; None if the language is unknown.

    Returns:
        The language's own phrases, then those of every language, then the English ones that stand untranslated on pages of
        all languages (`everywhere` in the file). A language that is unknown, or has no table, gets the latter two alone.
    """
    own = _phrases(family, language) if language else ()
    return own + _phrases(family, ANY) + (() if language == ENGLISH else _untranslated(family))


def match(family: str, rule: str, language: str | None, text: str, start: int = 0, end: int | None = None) -> Hit | None:
    """Match the whole of `text[start:end]` against the phrases of a family and rule. `Line.match` remembers the answer.

    Args:
        family: the stem of a phrase file.
        rule: the code of the rule that the phrases prove.
        language: two letters; None if the language is unknown.
        text: a line.
        start: where the span begins, in code points of the text.
        end: where it ends; None for the text's end.

    Returns:
        The first phrase that matches, with its match; None if none does, or if the span is longer than `MAX_LINE_CHARS`.
    """
    known = book(language)
    bits = known.possible(text[start:end], known.rules.get((family, rule), 0))
    return known.first(bits, text, start, end) if bits else None


def all_matches(language: str | None, text: str) -> list[tuple[str, Phrase]]:
    """Return every phrase of a language that matches the whole of a text, with its family: what a stage could go by."""
    known = book(language)
    found = dict.fromkeys(known.phrases[number] for number in prefilter.numbers(known.possible(text)))
    by_rule = {rule: family for family, rule in known.rules}
    return [(by_rule[phrase.rule], phrase) for phrase in found if phrase.pattern.fullmatch(text)]


def may_match(family: str, language: str | None, text: str) -> bool:
    """Whether any phrase of a family may match a text: fast, and no for most lines."""
    known = book(language)
    return bool(known.possible(text, known.families.get(family, 0)))


class Book:
    """All phrases that hold in a language. A set of them is an int with one bit for each alternative of each phrase.

    Attributes:
        phrases: the phrase of each bit.
        rules: the phrases of each rule, by (family, code).
        families: the phrases of each family.
        index: what rules them out for a text, by its words, its signs and its length.
    """

    def __init__(self, language: str | None) -> None:
        entries, tables = kept(f"phrases-{language or ANY}", fingerprint(), partial(_listed, language))
        self.phrases: list[Phrase] = []
        self.rules: dict[tuple[str, str], int] = {}
        self.families: dict[str, int] = {}
        for family, count, values in entries:
            phrase = Phrase(*values)
            bits = (1 << count) - 1 << len(self.phrases)
            self.families[family] = self.families.get(family, 0) | bits
            self.rules[family, phrase.rule] = self.rules.get((family, phrase.rule), 0) | bits
            self.phrases += [phrase] * count
        self._of: dict[tuple[tuple[str, str], ...], int] = {}
        self.index = prefilter.Index(prefilter.Tables(*tables))

    def of(self, rules: tuple[tuple[str, str], ...]) -> int:
        """Return the phrases of several rules, each given as (family, code)."""
        if rules not in self._of:
            self._of[rules] = reduce(or_, (self.rules.get(rule, 0) for rule in rules), 0)
        return self._of[rules]

    def possible(self, text: str, among: int = -1) -> int:
        """Return the phrases, of all or of those `among` which to look, that a text does not rule out."""
        return self.index.candidates(text, among) if len(text) <= MAX_LINE_CHARS else 0

    def first(self, bits: int, text: str, start: int = 0, end: int | None = None) -> Hit | None:
        """Return the first of some phrases that matches the whole of `text[start:end]`; None if none does."""
        tried = None
        for number in prefilter.numbers(bits):
            phrase = self.phrases[number]
            if phrase is not tried and (found := phrase.pattern.fullmatch(text, start, end)):
                return phrase, found
            tried = phrase
        return None


def _listed(language: str | None) -> tuple[list[tuple[str, int, tuple[Any, ...]]], tuple[Any, ...]]:
    """Return the phrases of a language, each as its family, the number of its claims and its fields, and the claims' tables."""
    found = [(family, phrase) for family in families() for phrase in phrases(family, language)]
    entries = [(family, len(phrase.claims), _fields(phrase)) for family, phrase in found]
    return entries, tuple(prefilter.Tables.of([claim for _, phrase in found for claim in phrase.claims]))


def _fields(phrase: Phrase) -> tuple[Any, ...]:
    return tuple(getattr(phrase, field.name) for field in fields(phrase))


@cache
def book(language: str | None) -> Book:
    """Return the phrases that hold in a language; None if the language is unknown."""
    return Book(language)


@cache
def words(name: str, language: str | None) -> frozenset[str]:
    """A list of `words.toml` in lower case: the language's words and those of every language."""
    lists = _word_tables()
    return frozenset(word.lower() for key in (language, ANY) if key for word in lists.get(key, {}).get(name, ()))


@cache
def words_everywhere(name: str) -> frozenset[str]:
    """A list of `words.toml` in lower case, in all languages."""
    return frozenset(word.lower() for table in _word_tables().values() for word in table.get(name, ()))


@cache
def pattern(source: str, language: str | None) -> regex.Pattern[str]:
    """Compile a pattern with `{{parts}}` of `words.toml`, as phrases are compiled.

    A long part that occurs more than once is defined once, as a group `<part>_`, and called after that. This halves the time
    of compiling, which is most of what the first document in a language costs.

    Args:
        source: a regular expression on one line.
        language: two letters; None if the language is unknown.

    Returns:
        The compiled pattern, which ignores case.

    Raises:
        ValueError: there is no such part in `words.toml`.
        regex.error: the source is no regular expression.
    """
    language = language or ANY
    return kept_pattern(f"{language} {source}", fingerprint(), partial(compiled, source, language))


def compiled(source: str, language: str) -> regex.Pattern[str]:
    """Compile a pattern as `pattern` does, without keeping it for the next process."""
    counts = Counter(_PART.findall(source))
    shared = sorted(name for name, count in counts.items() if count > 1 and len(_part(name, language)) > MIN_SHARED_PART_CHARS)
    defined = "".join(f"(?P<{name}_>{_part(name, language)})" for name in shared)
    called = _PART.sub(lambda found: f"(?&{found[1]}_)" if found[1] in shared else found[0], source)
    return regex.compile((f"(?(DEFINE){defined})" if shared else "") + _expanded(called, language), regex.IGNORECASE)


@cache
def _word_tables() -> Mapping[str, Mapping[str, str | list[str]]]:
    """The parts of `words.toml` by language; a language without months or weekdays in it has those of its calendar."""
    return kept("words", fingerprint(), _read_word_tables)


def _read_word_tables() -> dict[str, dict[str, str | list[str]]]:
    own = cast("Mapping[str, Mapping[str, str | list[str]]]", tables("words"))
    codes = dict.fromkeys((*own, *calendars.languages()))
    return {code: {**calendars.names(code), **own.get(code, {})} for code in codes}


def phrase_of(key: str, entry: PhraseEntry) -> Phrase:
    """The phrase of an entry of a phrase file, as TOML gives it."""
    return Phrase.of(
        key, entry["rule"], entry.get("pattern"), entry.get("any_of", ()), hit=entry.get("hit", ()), miss=entry.get("miss", ())
    )


@cache
def _phrases(family: str, language: str) -> tuple[Phrase, ...]:
    return tuple(_read(language, entries(family, language)))


@cache
def _untranslated(family: str) -> tuple[Phrase, ...]:
    return tuple(_read(ENGLISH, entries(family, ENGLISH, everywhere=True)))


def _read(language: str, found: Mapping[str, PhraseEntry]) -> Iterator[Phrase]:
    for name, entry in found.items():
        yield phrase_of(f"{language}.{name}", entry)


_PART = regex.compile(r"\{\{(\w+)\}\}")


def _expanded(source: str, language: str) -> str:
    return str(_PART.sub(lambda found: f"(?:{_part(found[1], language)})", source))


@cache
def _part(name: str, language: str) -> str:
    alternatives = [
        # The longest word first: an alternation takes the first that fits.
        "|".join(regex.escape(word, special_only=True) for word in sorted(part, key=len, reverse=True))
        if isinstance(part, list)
        else _expanded(part, language)
        for part in _sources(name, language)
    ]
    return "|".join(alternatives)


@cache
def _claim(language: str, part: str, at_edge: bool, at_end: bool) -> Claim:
    """What holds for every text that a part matches."""
    found = []
    for source in _sources(part, language):
        words = "|".join(regex.escape(word, special_only=True) for word in source) if isinstance(source, list) else source
        found.append(claim(words, partial(_claim, language), at_edge, at_end))
    return either(found)


def _sources(name: str, language: str) -> list[str | list[str]]:
    """What a part consists of: a pattern or a list of words, of the language and of every language."""
    words = _word_tables()
    parts = [words[key][name] for key in dict.fromkeys((language, ANY)) if name in words.get(key, {})]
    if name in (calendar := calendars.parts(language)):
        parts.append(calendar[name])
    found = [one_line(part) if isinstance(part, str) else part for part in parts]
    if not found:
        known = sorted({name for table in words.values() for name in table})
        raise ValueError(f"no part {{{{{name}}}}} for language {language!r} in words.toml; there are: {', '.join(known)}")
    return found
