"""Rule files: the choices and additions of a user, in `bodycopy.toml` or under `[tool.bodycopy]` of `pyproject.toml`."""

from __future__ import annotations

import difflib
import os
import reprlib
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, NoReturn, TypedDict, cast

import regex
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cleaners.choices import Choices, GivenSettings, RuleFile
from cleaners.errors import UnusableRules
from cleaners.matching import phrase_files
from cleaners.matching.lint import slow_on
from cleaners.matching.phrase_files import PhraseTables
from cleaners.matching.phrases import ANY_OF, Phrase
from cleaners.matching.toml_positions import line_of
from cleaners.registry import known_rules
from cleaners.rule import Confidence, Profile, Rule
from cleaners.stages.custom import FAMILY, MAX_LINE_CHARS, OWN
from cleaners.text.addresses import site_of

NAMES = ("bodycopy.toml", "pyproject.toml")
"""Names of rule files; the first one of them that exists and has rules is read."""
POLICIES = {
    "corrections": "DC002",
    "disclaimers": "DC001",
    "captions": "PC003",
    "agency-captions": "PC002",
    "trailing-agencies": "AG003",
    "bylines": "BY",
    "author-bios": "BY002",
    "dates": "DA",
}
"""Matters of taste that have a name in rule files, each with the rules that it switches."""
MAX_PATTERN_SECONDS = 2.0
"""Time that a pattern may take for one line when its file is read. A usable pattern takes a thousandth of that and a hopeless
one years, so the speed of the machine does not matter. Nothing is timed while documents are cleaned."""
_GIVEN = tuple(GivenSettings.__annotations__)
_CODE = regex.compile(r"U[A-Z]\d{3}")


class _Part(BaseModel):
    """A table of a rule file; its keys have hyphens, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.replace("_", "-"))


class _Phrase(_Part):
    pattern: str = ANY_OF
    any_of: Annotated[list[str], Field(alias="any_of")] = []
    rule: str = OWN.code
    family: str | None = None
    hit: Annotated[list[str], Field(min_length=1)]
    miss: list[str] = []


class _Rule(_Part):
    name: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    summary: str = "The line is one that a rule of the user's own names."
    confidence: Confidence = "likely"
    goes: str = ""
    stays: str = ""


class _Tables(TypedDict, total=False):
    """What lint reads of a rule file, or of a site in it."""

    phrases: PhraseTables
    sites: Mapping[str, _Tables]


class _Choices(_Part):
    profile: Profile | None = None
    select: list[str] = []
    ignore: list[str] = []
    language: Annotated[str | None, Field(pattern="^[a-z]{2}$")] = None
    loss_budget: Annotated[float | None, Field(ge=0, le=1)] = None
    review_below: Annotated[float | None, Field(ge=0, le=1)] = None
    keep_title: bool | None = None
    policy: dict[str, Literal["remove", "keep"]] = {}
    phrases: dict[str, dict[str, _Phrase]] = {}


class _File(_Choices):
    rules: dict[str, _Rule] = {}
    sites: dict[str, _Choices] = {}


def find(folder: Path) -> Path | None:
    """Return the rule file of a folder; None where it has none.

    Raises:
        UnusableRules: the folder has a `pyproject.toml` that is no TOML.
    """
    for name in NAMES:
        path = folder / name
        if path.is_file() and (name == NAMES[0] or "bodycopy" in _Source(path).tables.get("tool", {})):
            return path
    return None


def read(path: str | os.PathLike[str]) -> RuleFile:
    """Return the rules and choices of a rule file.

    Raises:
        UnusableRules: the file cannot be read, or something in it is wrong.
    """
    source = _Source(Path(path))
    file = source.parsed()
    for code in file.rules:
        if not _CODE.fullmatch(code):
            source.wrong(
                ("rules", code), f"{code!r} cannot be a rule's code", "expected U, a capital and three digits, as in US001"
            )
    own = tuple(
        Rule(code, rule.name, FAMILY, rule.summary, rule.confidence, rule.goes, rule.stays) for code, rule in file.rules.items()
    )
    known = known_rules(own)
    choices = _chosen(file, (), source, known)
    sites = []
    for site, given in file.sites.items():
        if site_of(f"https://{site}/") != site:
            suggestion = site_of(f"https://{site}/") or "one such as example.com"
            source.wrong(("sites", site), f"{site!r} is no registered domain", f"expected {suggestion}")
        sites.append((site, _chosen(given, ("sites", site), source, known)))
    return RuleFile(own, choices, tuple(sites))


def tables_of_phrases(path: Path) -> Iterator[tuple[PhraseTables, tuple[str, ...], str]]:
    """Yield the tables of phrases in a rule file, for lint.

    Yields:
        A table, its path in the file, and the text of the file.
    """
    source = _Source(path)
    found = cast(_Tables, source.found())
    if "phrases" in found:
        yield found["phrases"], (*source.root, "phrases"), source.text
    for site, choices in found.get("sites", {}).items():
        if "phrases" in choices:
            yield choices["phrases"], (*source.root, "sites", site, "phrases"), source.text


def _chosen(choices: _Choices, path: tuple[str, ...], source: _Source, known: Mapping[str, Rule]) -> Choices:
    """Return what a file, or a site in it, chooses and adds."""
    for name in ("select", "ignore"):
        for code in getattr(choices, name):
            if not code or not any(rule.startswith(code) for rule in known):
                source.unknown("rule", code, known, (*path, name))
    for name in choices.policy:
        if name not in POLICIES:
            source.unknown("policy", name, POLICIES, (*path, "policy", name), "")
    given = cast(GivenSettings, {name: value for name in _GIVEN if (value := getattr(choices, name)) is not None})
    policies = tuple((POLICIES[name], verdict == "remove") for name, verdict in choices.policy.items())
    phrases = tuple(_phrases(choices, path, source, known))
    return Choices(given, frozenset(choices.select), frozenset(choices.ignore), policies, phrases)


def _phrases(choices: _Choices, path: tuple[str, ...], source: _Source, known: Mapping[str, Rule]) -> Iterator[Phrase]:
    """Yield the phrases of a file, or of a site in it."""
    for language, entries in choices.phrases.items():
        if not regex.fullmatch(r"any|[a-z]{2}", language):
            source.wrong(
                (*path, "phrases", language), f"{language!r} is no language", "expected two letters, such as en, or any"
            )
        for name, entry in entries.items():
            at = (*path, "phrases", language, name)
            rule = known.get(entry.rule) or source.unknown("rule", entry.rule, known, (*at, "rule"))
            if rule.family not in (*phrase_files.families(), FAMILY):
                source.wrong(
                    (*at, "rule"),
                    f"{rule.code} looks at structure, not at phrases",
                    "name another rule, or one of your own",
                )
            if entry.family not in (None, rule.family):
                source.wrong(
                    (*at, "family"), f"{rule.code} is of the family {rule.family!r}, not {entry.family!r}", "leave family out"
                )
            if (ANY_OF in entry.pattern) != bool(entry.any_of):
                source.wrong(at, f"a phrase has a pattern, or any_of, or both; {ANY_OF} is for patterns beside any_of alone")
            key = f"{language}.{name}"
            phrase = Phrase.of(key, entry.rule, entry.pattern, entry.any_of, hit=entry.hit, miss=entry.miss)
            if problem := _unusable(phrase):
                source.wrong((*at, "pattern"), *problem)
            yield phrase


def _unusable(phrase: Phrase) -> tuple[str, str] | None:
    """Return why a phrase cannot be used, as reason and remedy: its pattern is invalid or too slow; None where it can."""
    try:
        slow = slow_on(phrase, MAX_LINE_CHARS, MAX_PATTERN_SECONDS)
    except (regex.error, ValueError) as error:
        return f"the pattern is none: {error}", ""
    if slow:
        remedy = "make its parts exclude each other, or bound its repeats closer"
        return f"the pattern takes more than {MAX_PATTERN_SECONDS:g} s on {slow}", remedy
    return None


class _Source:
    """A rule file: its text, its tables, and errors that name its lines.

    Raises:
        UnusableRules: the file cannot be read, or is no TOML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text("utf-8")
            self.tables = tomllib.loads(self.text)
        except OSError as error:
            raise UnusableRules(
                f"{path} cannot be read: {error.strerror}", "expected a rule file such as bodycopy.toml"
            ) from None
        except UnicodeDecodeError:
            raise UnusableRules(f"{path} is not UTF-8", "TOML files are: save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise UnusableRules(f"{path} is no TOML: {error}", "quote patterns as '…' or '''…'''") from None
        except (RecursionError, ValueError) as error:  # lists in lists, numbers of thousands of figures
            raise UnusableRules(
                f"{path} cannot be read ({type(error).__name__}: {error})", "expected tables of a few levels"
            ) from None
        self.root = ("tool", "bodycopy") if path.name == NAMES[1] else ()

    def found(self) -> dict[str, object]:
        """Return the tables that are for bodycopy."""
        tables = self.tables
        for name in self.root:
            tables = tables.get(name, {})
        return tables

    def parsed(self) -> _File:
        """Return the content of the file, each value checked for its type.

        Raises:
            UnusableRules: a value is of another type, or a key is unknown.
        """
        try:
            return _File.model_validate(self.found())
        except ValidationError as error:
            first = error.errors()[0]
        path = tuple(part for part in first["loc"])
        if first["type"] == "extra_forbidden":
            self.unknown("key", str(path[-1]), _keys(path[:-1]), path, "")
        where = ".".join(map(str, path))
        came = "" if first["type"] == "missing" else f", not {reprlib.repr(first['input'])}"
        return self.wrong(path, f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}{came}")

    def unknown(
        self,
        kind: str,
        name: str,
        known: Collection[str],
        path: Sequence[str | int],
        hint: str = "'bodycopy rules' lists them all",
    ) -> NoReturn:
        """Raise `UnusableRules` for an unknown name, and suggest the closest known one."""
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = hint or f"there are: {', '.join(sorted(known))}"
        self.wrong(path, f'unknown {kind} "{name}"', (f'did you mean "{close[0]}"? ' if close else "") + hint)

    def wrong(self, path: Sequence[str | int], reason: str, remedy: str = "") -> NoReturn:
        """Raise `UnusableRules` for something wrong at a place of the file.

        Args:
            path: the keys that lead there.
            reason: what is wrong.
            remedy: what to do about it.
        """
        raise UnusableRules(f"{self.path}:{line_of(self.text, (*self.root, *path))}: {reason}", remedy)


def _keys(path: Sequence[str | int]) -> list[str]:
    """Return the keys that a table of the file may have."""
    model: type[BaseModel] = _File
    for at, part in enumerate(path):
        if part == "phrases":
            model = _Phrase
        elif at == 0 and part in ("rules", "sites"):
            model = _Rule if part == "rules" else _Choices
    return [field.alias or name for name, field in model.model_fields.items()]
