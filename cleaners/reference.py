"""The reference of all rules, made from the code: docs/rules.md and what `bodycopy rules --markdown` prints."""

from __future__ import annotations

from cleaners.matching.phrases import ANY, families, languages
from cleaners.pipeline import rules


def markdown() -> str:
    """All rules with a sample of what goes and of what stays, and which family has phrases in which language."""
    return f"{_INTRODUCTION}\n{_rules()}\n\n## Languages\n\n{_LANGUAGES}\n\n{_languages()}\n"


_INTRODUCTION = """# Rules

Made by `bodycopy rules --markdown`; edit the stages, not this page.
`sure` and `likely` act in the standard profile, `sure` alone in the careful one, `unsure` in the thorough one only.
`in company`: authors write such lines as well, so where a text shows no other kind of noise the rule is `unsure`.
"""
_LANGUAGES = """`any` holds in every language, an unknown one included; a language without a mark gets `any` alone.
Families without phrases (glued text, archive pages, titles, truncated stories …) look at structure and hold everywhere."""


def _rules() -> str:
    rows = ["| code | name | family | confidence | goes | stays |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {r.code} | {r.name} | {r.family} | {r.strength} | {_cell(r.goes)} | {_cell(r.stays)} |" for r in rules().values()
    ]
    return "\n".join(rows)


def _languages() -> str:
    known = sorted({language for family in families() for language in languages(family)} - {ANY})
    rows = [f"| family | {ANY} | {' | '.join(known)} |", f"|---|{'---|' * (len(known) + 1)}"]
    for family in families():
        has = languages(family)
        rows.append(f"| {family} | {' | '.join('●' if language in has else '' for language in (ANY, *known))} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    """Text as one cell of a table, with what cannot be seen spelled out."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f"`{shown}`".replace("|", "\\|")
