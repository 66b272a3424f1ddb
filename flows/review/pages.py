"""The pages of the review, made of templates. All text of documents is escaped; control characters are shown as escapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from cleaners import Rule
from cleaners import rules as all_rules
from flows.review.charts import HUES
from flows.review.document_view import ViewedDocument, visible

ASSETS = files("flows.review").joinpath("assets")
"""The templates, the style sheet and the script."""
STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
"""The files that browsers ask for, with their types."""


def page(name: str, **values: object) -> str:
    """Return a page.

    Args:
        name: The template.
        values: What it shows.
    """
    return _environment().get_template(name).render(values)


def asset(name: str) -> str:
    """Return a file of the assets."""
    return ASSETS.joinpath(name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(asset)
    )
    environment.filters |= {
        "visible": visible,
        "hue": hue,
        "number": lambda value: f"{value:,}",
        "percent": percent,
        "code": code,
    }
    environment.globals |= {"query": query, "rule_of": rule_of, "hues_of": hues_of}
    return environment


def hues_of(viewed: ViewedDocument) -> Mapping[str, int]:
    """Return the number of the colour of each family that was found in a document: the most frequent ones differ."""
    counts = Counter(family_of(finding.rule) for finding in viewed.findings)
    ordered = sorted(counts, key=lambda family: (-counts[family], family))
    return {family: place % HUES for place, family in enumerate(ordered)}


def hue(code: str, hues: Mapping[str, int]) -> int:
    """Return the number of the colour of a rule's family in a document."""
    return hues.get(family_of(code), 0)


def rule_of(code: str) -> Rule | None:
    """Return a rule; None for one that this version does not have."""
    return all_rules().get(code)


def family_of(code: str) -> str:
    """Return the family of a rule; the rules of users have none of their own."""
    rule = all_rules().get(code)
    return rule.family if rule else "custom"


def code(text: str) -> Markup:
    """Return text in which what stands between backticks is code.

    >>> str(code("Add `<b>` to its `miss`."))
    'Add <code>&lt;b&gt;</code> to its <code>miss</code>.'
    """
    parts = (
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(text.split("`"))
    )
    return Markup().join(parts)


def percent(part: int, whole: int) -> str:
    """Return a share in percent."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def query(chosen: Mapping[str, str], **changes: object) -> str:
    """Return the query of an address, with some values changed; empty values are left out."""
    values = {**chosen, **{name: str(value or "") for name, value in changes.items()}}
    return "?" + urlencode({name: value for name, value in values.items() if value}, errors="surrogatepass")
