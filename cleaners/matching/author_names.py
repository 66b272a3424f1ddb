"""Names of people out of what pages declare as authors.

Goes: tags, `By`, roles, organisations and agencies, places, addresses, full stops. Stays: names in any script.
The words by which a part is no name stand in `phrases/words.toml` (`role`, `organisation`, `place`, `wrote`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import regex

from cleaners.disk_cache import compiled
from cleaners.matching.phrases import words_everywhere

_TAG = regex.compile(r"<[^<>]{0,500}>")
_BRACKETS = regex.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]|/[^/\s]{2,20}/")
_ADDRESS = compiled(r"(?:https?://|www\.)\S+|\S+@\S+|@\w+", regex.IGNORECASE)
_HOST = compiled(r"(?<![\w.@-])(?:[\w-]{2,40}\.){1,3}(?:com|org|net|info|news|tv|\p{Ll}{2})(?![\w.-])")
"""A site that is called by its host: `example.de`."""
_AND = r"(?:and|und|et|&|och|og|ja)\s"
_SEPARATOR = compiled(rf"\s*(?:[,;|•·/、，]\s*(?:{_AND})?|\s[-–—]\s|\s{_AND})\s*", regex.IGNORECASE)
_SHORT_JOINT = regex.compile(r"(?<=\S\s\S.{0,80})\s(?:y|e|и|i|a|en)\s(?=\S+\s+\S)")
"""Words of one letter or two that join names, where each side has two words: in `José Ortega y Gasset` they join one name."""
_OF = regex.compile(r"(?<=\S\s\S.{0,80})\s(?:in|at|for|from|aus|für|bei|pour|para|voor|dla|для|The)\s.*$")
"""A place or a paper behind a name."""
_DENSE_NAMES = regex.compile(r"\p{Han}{2,4}(?:\s\p{Han}{2,4}){1,5}")
"""Chinese names, which need no comma between them."""
_ACRONYM = regex.compile(r"[\p{Lu}\d]{2,5}")
_CASED = regex.compile(r"[\p{Ll}\p{Lu}]")
_CAPITAL = regex.compile(r"\p{Lu}")
_CREDENTIAL = regex.compile(r"(?!(?:I{2,3}|IV|VI{0,3})$)(?:\p{Lu}\.?){2,4}|Ph\.?D\.?")
"""A degree or an agency behind a name: `Jane Doe MS`; no number, as kings and grandsons have it."""
_ENDS = " \t.,:;|-–—•·*\"'“”„«»"
_INITIAL = regex.compile(r"(?:\b\p{L}|\b[JS]r|\p{Lu}\.\p{Lu})\.$")
_MIN_CHARS, _MAX_CHARS = 2, 60
"""Characters of a name; longer values are sentences about the author."""
_MAX_WORDS = 6
_MIN_FULL_WORDS = 2
"""Words of a name with its first name."""


def names(values: Iterable[str], organisations: Iterable[str] = (), language: str | None = None) -> list[str]:
    """Split values into the names of people, each once, in order.

    Args:
        values: What is declared, without references to characters (`&amp;`).
        organisations: Names of the site and its publisher, which are no people.
        language: The language of the page, if it says so. A blank stands inside a Japanese name, and between two Chinese ones.

    >>> names(["By <a href='/jane'>Jane Doe</a>, Staff Writer, and Max Muster | Reuters", "Staff Writer", "MM-Redaktion"])
    ['Jane Doe', 'Max Muster']
    """
    no_people = frozenset(each.casefold().strip() for each in organisations)
    found = (name for value in values for name in _names_of(value, language) if name.casefold() not in no_people)
    return list(dict.fromkeys(found))


def _names_of(value: str, language: str | None) -> list[str]:
    """Read one value. A single word behind a full name or a host is a place: `Jane Doe, Berlin`, `example.de, Berlin`."""
    plain = _ADDRESS.sub(" ", _BRACKETS.sub(" ", _TAG.sub(" ", value)))
    parts = [name for part in _parts(plain, language) if (name := _name(part))]
    if _HOST.search(plain) or any(len(name.split()) >= _MIN_FULL_WORDS for name in parts):
        parts = [name for name in parts if len(name.split()) >= _MIN_FULL_WORDS or not _CASED.search(name)]
    return parts


def is_role(name: str) -> bool:
    """Tell whether a byline's author is no person but a post: `Staff Writer`, `Redaktion`."""
    return any(_last_part(word) in words_everywhere("role") for word in name.split())


def is_agency(name: str) -> bool:
    """Tell whether a name is that of an agency: `Reuters`."""
    return name.casefold() in words_everywhere("agency")


def without_stop(name: str) -> str:
    """Return a name without the full stop of its line; that of an initial or of `Jr.` stays.

    >>> without_stop("Jane Doe."), without_stop("John Doe Jr.")
    ('Jane Doe', 'John Doe Jr.')
    """
    return name if _INITIAL.search(name) else name.removesuffix(".")


def _last_part(word: str) -> str:
    """Return a word in lower case, and of a compound its last part: `MM-Redaktion` is a `redaktion`."""
    return word.strip(_ENDS).casefold().rpartition("-")[2]


def _parts(value: str, language: str | None) -> Iterator[str]:
    for part in _SEPARATOR.split(" ".join(value.split())):
        for name in _SHORT_JOINT.split(part):
            yield from name.split() if language != "ja" and _DENSE_NAMES.fullmatch(name) else [name]


def _name(part: str) -> str | None:
    """Give the name that a part is, without `By` and what stands behind it; None if it is no name."""
    name = part.strip(_ENDS + "/")
    name = _without_wrote(name)
    name = _OF.sub("", name).strip()
    if part.rstrip().endswith(".") and _INITIAL.search(f"{name}."):
        name += "."
    words = name.split()
    if len(words) > _MIN_FULL_WORDS and words[0].casefold() in words_everywhere("role"):  # Reporter Jane Doe
        words = words[1:]
    elif len(words) > 1 and words[-1] in words_everywhere("role") and not _CASED.search(name):  # 김철수 기자
        words = words[:-1]
    words = _without_degrees(words)
    name = " ".join(words)
    return None if _is_no_name(name, words) else name


def _without_degrees(words: list[str]) -> list[str]:
    """Remove degrees and agencies behind a name. A name in capitals has none that can be told, and a company's `LLC` stays."""
    while len(words) > _MIN_FULL_WORDS and _CREDENTIAL.fullmatch(words[-1]) and not " ".join(words).isupper():
        if _last_part(words[-1]) in _words():
            break
        words = words[:-1]
    return words


def _without_wrote(name: str) -> str:
    """Remove `By`. Before one word alone it may be a part of the name (`Di Marco`, `Von Trapp`), except in English."""
    found = _wrote().match(name)
    if not found:
        return name
    rest = name[found.end() :].strip(_ENDS)
    is_sure = found[0].rstrip()[-1:] in ":：" or found[0].casefold().endswith("by ") or " " in rest or not _CASED.search(rest)
    return rest if is_sure or is_role(rest) else name


def _is_no_name(name: str, words: list[str]) -> bool:
    if not _MIN_CHARS <= len(name) <= _MAX_CHARS or len(words) > _MAX_WORDS:
        return True
    if any(char.isdigit() or char in ":：" for char in name) or _ACRONYM.fullmatch(name):
        return True
    if _CASED.search(name) and not _CAPITAL.search(name) and len(words) == 1:  # a login
        return True
    lower = name.casefold()
    if lower in _whole() or lower.startswith("the "):
        return True
    if not _CASED.search(name) and lower.endswith(_organisations()):
        return True
    return any(_last_part(word) in _words() for word in words)


@cache
def _whole() -> frozenset[str]:
    """Values that are agencies, places or labels as a whole."""
    return words_everywhere("agency") | words_everywhere("place") | words_everywhere("wrote")


@cache
def _words() -> frozenset[str]:
    """Words that no name of a person holds."""
    return words_everywhere("role") | words_everywhere("organisation")


@cache
def _organisations() -> tuple[str, ...]:
    """Words that end the name of an organisation, where no blank stands before them: `例新聞`."""
    return tuple(word for word in sorted(words_everywhere("organisation")) if not _CASED.search(word))


@cache
def _wrote() -> regex.Pattern[str]:
    """A pattern for what stands before a name: `By`, `Text:`, `作者：`."""
    words = sorted(words_everywhere("wrote"), key=lambda word: (-len(word), word))
    spaced = "|".join(regex.escape(word) for word in words if _CASED.search(word))
    dense = "|".join(regex.escape(word) for word in words if not _CASED.search(word))
    return regex.compile(rf"^(?:(?:{spaced})(?:\s*[:：]\s*|\s+)|(?:{dense})(?:\s*[:：/／]\s*|\s+))", regex.IGNORECASE)
