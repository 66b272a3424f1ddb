"""The reference of all rules, made from the code: docs/rules.md, and what `bodycopy rules CODE` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TypedDict

from cleaners.matching.phrase_files import families, languages
from cleaners.matching.phrases import ANY, phrases
from cleaners.registry import known_rules, stages
from cleaners.rule import Rule

PRECISION = "precision.json"
"""The file in this package that says what each rule took from held-out texts, and how much of that is noise."""
NOT_IGNORED = ("repairs", "layout")
"""Families that no setting turns off."""


class _Precision(TypedDict):
    """What a rule took from held-out texts: the number of removals, and of those that are noise."""

    removed: int
    right: int


def explanation(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Explain a rule.

    Args:
        rule: one of the library's rules, of another package's or of the user's.

    Returns:
        Labels and texts, in the order in which a person reads them; a label without a text is left out.
    """
    found = (
        ("", rule.summary),
        ("goes:", shown(rule.goes)),
        ("stays:", shown(rule.stays)),
        ("why:", rule.why),
        ("wrong:", rule.wrong),
        ("then:", _remedy(rule)),
        ("needs:", _needs(rule)),
        ("languages:", _languages_of(rule)),
        ("right:", _precision(rule)),
    )
    return tuple((label, text) for label, text in found if text)


def markdown() -> str:
    """All rules: a table, the languages of each family, and each rule in full.

    Returns:
        The text of docs/rules.md.
    """
    rules = tuple(known_rules().values())
    parts = (_INTRODUCTION, _table(rules), "## Languages", _LANGUAGES, _languages(), *_sections(rules))
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """# Rules

Made by `bodycopy rules --markdown`; edit the stages, not this page.
`sure` and `likely` act in the standard profile, `sure` alone in the careful one, `unsure` in the thorough one only.
`in company`: authors write such lines as well, so where a text shows no other kind of noise the rule is `unsure`.

`bodycopy rules PC001` prints one rule in full, `bodycopy rules PC` a family."""
_LANGUAGES = """`any` holds in every language, an unknown one included; a language without a mark gets `any` alone.
Families without phrases (glued text, archive pages, titles, truncated stories …) look at structure and hold everywhere."""


def _table(rules: Iterable[Rule]) -> str:
    rows = ["| code | name | family | confidence | goes | stays |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {rule.code} | {rule.name} | {rule.family} | {rule.strength} | {_cell(rule.goes)} | {_cell(rule.stays)} |"
        for rule in rules
    ]
    return "\n".join(rows)


def _languages() -> str:
    known = sorted({language for family in families() for language in languages(family)} - {ANY})
    rows = [f"| family | {ANY} | {' | '.join(known)} |", f"|---|{'---|' * (len(known) + 1)}"]
    for family in families():
        has = languages(family)
        rows.append(f"| {family} | {' | '.join('●' if language in has else '' for language in (ANY, *known))} |")
    return "\n".join(rows)


def _sections(rules: Iterable[Rule]) -> Iterator[str]:
    """Each family with what its stage says of itself, and its rules in full."""
    about = {stage.FAMILY: (stage.__doc__ or "").partition("\n")[0] for stage in stages()}
    by_family: dict[str, list[Rule]] = {}
    for rule in rules:
        by_family.setdefault(rule.family, []).append(rule)
    for family, own in by_family.items():
        yield f"## {family}"
        if about.get(family):
            yield about[family]
        for rule in own:
            yield f"### {rule.code} {rule.name}"
            yield "\n".join(_line(label, text) for label, text in explanation(rule))


def _line(label: str, text: str) -> str:
    if not label:
        return f"{text}\n"
    return f"- **{label}** {_cell(text) if label in ('goes:', 'stays:') else text}"


def _remedy(rule: Rule) -> str:
    """What to do where a rule is wrong."""
    if rule.family in NOT_IGNORED:
        return "Nothing turns it off; the ledger has the characters that stood there, and `restore` gives them back."
    if rule.confidence == "unsure":
        return "It only reports, unless the profile `thorough`, a policy or `always` lets it act."
    return f'Set `ignore = ["{rule.code}"]` in bodycopy.toml, for all documents or for a site; the rule then only reports.'


def _needs(rule: Rule) -> str:
    company = "another kind of noise in the same text; alone it only reports" if rule.needs_company else ""
    return "; ".join(filter(None, (rule.needs, company)))


@cache
def _languages_of(rule: Rule) -> str:
    """The languages that the rule's phrases cover; empty if it goes by no phrases."""
    if rule.family not in families():
        return "all; it looks at structure"
    covered = [
        language
        for language in languages(rule.family)
        if any(phrase.rule == rule.code and phrase.language == language for phrase in phrases(rule.family, language))
    ]
    named = ", ".join(sorted(language for language in covered if language != ANY))
    if ANY in covered:
        return f"all; more wordings in {named}" if named else "all"
    return named or "all; it looks at structure"


def _precision(rule: Rule) -> str:
    """How often a rule was right on held-out texts; empty if that is not measured."""
    counts = _measured().get(rule.code)
    if not counts or not counts["removed"]:
        return ""
    return f"{counts['right']:,} of {counts['removed']:,} on held-out texts ({counts['right'] / counts['removed']:.0%})"


@cache
def _measured() -> Mapping[str, _Precision]:
    file = files("cleaners").joinpath(PRECISION)
    if not file.is_file():
        return {}
    found: Mapping[str, _Precision] = json.loads(file.read_text("utf-8"))
    return found


def shown(text: str) -> str:
    """A text with the characters that cannot be seen spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _cell(text: str) -> str:
    """Text as code in a cell of a table."""
    return f"`{shown(text)}`".replace("|", "\\|")
