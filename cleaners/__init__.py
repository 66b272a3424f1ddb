"""The library of bodycopy: clean article bodies from scraped news, with a ledger of everything that is not in them.

>>> cleaned = clean_text("Photo: Reuters\\n\\nThe minister said on Monday that the talks would go on for a week.")
>>> cleaned.body
'The minister said on Monday that the talks would go on for a week.'
>>> [(removal.rule, removal.text) for removal in cleaned.removals]
[('PC001', 'Photo: Reuters')]
>>> cleaned.restore().startswith("Photo: Reuters")
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from cleaners import collector, confidence, no_story
from cleaners.assembly import WHOLE
from cleaners.decisions import Decision, Decisions
from cleaners.document import Document
from cleaners.errors import (
    BodycopyError,
    UnreadableDocument,
    UnusableDecisions,
    UnusableMemory,
    UnusableRules,
    UnusableSetting,
)
from cleaners.knowledge import Knowledge
from cleaners.ledger import Break, Capture, Removal, Repair
from cleaners.markdown.detection import is_markdown
from cleaners.metadata import Facts
from cleaners.pipeline import clean, rules
from cleaners.repair import hard_wraps, repair
from cleaners.result import Article, Cleaned
from cleaners.rule import Profile, Rule, rule_of
from cleaners.settings import Settings
from cleaners.sparing import spared
from cleaners.text.decoding import Decoded, decode
from cleaners.version import rules_version

if TYPE_CHECKING:
    from cleaners.decision_file import read_decisions
    from cleaners.memory.reader import Memory

__all__ = [
    "Article",
    "BodycopyError",
    "Break",
    "Capture",
    "Cleaned",
    "Decision",
    "Decisions",
    "Memory",
    "Profile",
    "Removal",
    "Repair",
    "Rule",
    "Settings",
    "UnreadableDocument",
    "UnusableDecisions",
    "UnusableMemory",
    "UnusableRules",
    "UnusableSetting",
    "clean_html",
    "clean_text",
    "read_decisions",
    "rules",
    "rules_version",
]

_LOADED_LATER = {"Memory": "cleaners.memory.reader", "read_decisions": "cleaners.decision_file"}
"""Where the names are that a document alone does not need, and their libraries."""


def __getattr__(name: str) -> object:
    """Load one of `_LOADED_LATER` when it is first used."""
    if name not in _LOADED_LATER:
        raise AttributeError(f"module 'cleaners' has no attribute {name!r}")
    return getattr(import_module(_LOADED_LATER[name]), name)


def clean_text(
    text: str | bytes,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    encoding: str | None = None,
    memory: Knowledge | None = None,
    name: str | None = None,
    site: str | None = None,
    decisions: Decisions | None = None,
    markdown: bool | None = None,
    title: str | None = None,
    date: str | None = None,
) -> Cleaned:
    """Clean a text that was already extracted from its page.

    A text that is probably no story (a missing value, an error page, HTML) stays, and `review` says what it looks like.

    Args:
        text: the text. Bytes are decoded by their byte order mark, as UTF-8, as `encoding`, or as the detected encoding.
        url: where the text came from.
        settings: the user's choices; by default those of the standard profile.
        encoding: the encoding that was declared with the bytes.
        memory: what is known of other documents (`Memory(path)`). The result depends on its version as well.
        name: what the memory calls this document, so that it proves nothing against itself; by default its address.
        site: what the memory calls the site, where no address reveals it.
        decisions: what people have decided about sites and documents (`read_decisions(path)`).
        markdown: whether the text is Markdown. Then it is read by its words, and its body is Markdown as well. None takes it
            for Markdown where several different marks say so.
        title: the title, if it is known. It becomes the article's, and a first line with the same words is the headline.
        date: the day of publication, ISO 8601, if it is known. It becomes the article's.

    Returns:
        The articles and the ledger; `restore()` returns the text.

    Raises:
        TypeError: the text is neither a string nor bytes, such as a missing value.
        UnreadableDocument: the bytes are not a text.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"the text is {text!r}, a {type(text).__name__}; expected a string or bytes: leave missing values out")
    decoded = decode(text, encoding) if isinstance(text, bytes) else None
    given = decoded.text if decoded else str(text)
    source, repairs, cleaner = _prepared(given, markdown)
    document = _Known(memory, name or url, site, decisions, title, date).added(Document.of(source, url=url))
    cleaned = _cleaned(document, settings or Settings(), repairs, decoded, cleaner)
    return cleaned if _is_found_whole(cleaned) else _doubted(cleaned, no_story.doubt(source))


def clean_html(
    page: str | bytes,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    encoding: str | None = None,
    memory: Knowledge | None = None,
    name: str | None = None,
    site: str | None = None,
    decisions: Decisions | None = None,
    title: str | None = None,
    date: str | None = None,
) -> Cleaned:
    """Clean a page: find its article, then clean it as a text.

    Every page has a result. Where there is no article, `articles` is empty and `review` says why. The content of an article
    without a page around it (`<p>…</p><figure>…`) is a page too, and all of it but captions, boxes and the like is the story.

    Args:
        page: the HTML. Bytes are decoded by their byte order mark, their declaration, or as the detected encoding.
        url: where the page came from.
        settings: the user's choices; by default those of the standard profile.
        encoding: the encoding that was declared with the bytes, in an HTTP header.
        memory: what is known of other documents (`Memory(path)`). The result depends on its version as well.
        name: what the memory calls this document, so that it proves nothing against itself; by default its address.
        site: what the memory calls the site, where no address reveals it.
        decisions: what people have decided about sites and documents (`read_decisions(path)`).
        title: the title, if it is known. It becomes the article's in place of the page's own.
        date: the day of publication, ISO 8601, if it is known. It becomes the article's in place of the page's own.

    Returns:
        The articles and the ledger; `restore()` returns the visible text of the page.
    """
    from cleaners.page import page_text  # trafilatura takes half a second to load; texts do not need it

    try:
        source = page_text(page, encoding)
    except UnreadableDocument as unreadable:
        return Cleaned((), (), (), (), (), (), review=f"no article: {unreadable}")
    with collector.paused():
        return _cleaned_page(source, url, settings or Settings(), _Known(memory, name or url, site, decisions, title, date))


def _doubted(cleaned: Cleaned, doubt: str | None) -> Cleaned:
    """Return a result that is for review because of a doubt as well."""
    reasons = [reason for reason in (doubt, cleaned.review) if reason]
    return replace(cleaned, review="; ".join(reasons) or None)


_Cleaner = Callable[[Document, Settings, tuple[Repair, ...]], Cleaned]
"""What cleans a document of one kind."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a caller knows of a document besides its source."""

    memory: Knowledge | None
    name: str | None
    site: str | None
    decisions: Decisions | None
    title: str | None = None
    date: str | None = None

    def added(self, document: Document) -> Document:
        """Return the document with it."""
        facts = document.facts
        if self.title or self.date:
            title = " ".join(repair(self.title or "", wraps=None)[0].split())
            facts = (facts or Facts()).given(title, self.date)
        known = replace(document, memory=self.memory, name=self.name, given_site=self.site, facts=facts)
        if self.decisions is None:
            return known
        return replace(known, decided=self.decisions.for_document(known.site, self.name))


def _prepared(given: str, markdown: bool | None) -> tuple[str, tuple[Repair, ...], _Cleaner]:
    """Return a text after its repairs, the repairs, and what cleans it: as a text, or as Markdown."""
    if is_markdown(given) if markdown is None else markdown:
        from cleaners.markdown.wraps import wraps
        from cleaners.markdown_input import clean_markdown

        return *repair(given, wraps=wraps), partial(clean_markdown, is_detected=markdown is None)
    return *repair(given, wraps=hard_wraps), clean


def _cleaned_page(source: str, url: str | None, settings: Settings, known: _Known) -> Cleaned:
    """Return the result of a page. The tree of the page is freed by then, so the garbage collector has little to look at."""
    from cleaners.page import page_document

    document, repairs = page_document(source, url=url)
    document = known.added(document)
    if known.memory:
        from cleaners.memory.places import with_places

        document = with_places(document)
    return _cleaned(document, settings, repairs)


def _cleaned(
    document: Document,
    settings: Settings,
    repairs: tuple[Repair, ...],
    decoded: Decoded | None = None,
    cleaner: _Cleaner = clean,
) -> Cleaned:
    """Return the result of a document, with the settings of its site."""
    settings = settings.for_address(document.url or (document.facts.url if document.facts else None))
    if document.decided and document.decided.off:
        known = document.decided.off & rules(settings).keys()  # a rule file may have lost one
        settings = replace(settings, ignore=settings.ignore | known)
    below = settings.review_below
    if below is None:
        below = confidence.review_below("page" if document.facts and document.facts.signals else "text")
    cleaned = cleaner(document, settings, repairs)
    if again := spared(document, settings, cleaned):
        cleaned = cleaner(*again, repairs)
    return _reviewed(cleaned, decoded, below)


def _reviewed(cleaned: Cleaned, decoded: Decoded | None, below: float) -> Cleaned:
    """Return the result with its encoding, and for review where the source was damaged or the story may not be whole.

    Where somebody has found every article to be whole, nobody needs to look again.
    """
    damaged = sum(len(r.before) for r in cleaned.repairs if (rule := rule_of(r.rule)) and rule.is_damage)
    reasons = [cleaned.review] if cleaned.review else []
    if damaged:
        reasons.append(f"{damaged} characters were undecodable bytes or control characters; check how the file was made")
    sure = None if cleaned.confidence is None else round(cleaned.confidence, 3)  # compared as it is shown
    if sure is not None and sure < below:
        reasons.append(f"confidence {sure:g} is below {below:g}")
    encoding = decoded.encoding if decoded else None
    if _is_found_whole(cleaned):
        reasons = []
    return replace(cleaned, review="; ".join(reasons) or None, confidence=sure, encoding=encoding)


def _is_found_whole(cleaned: Cleaned) -> bool:
    """Return whether somebody has found every article of a document to be whole."""
    found = sum(capture.field == WHOLE for capture in cleaned.captures)
    return found > 0 and found == len(cleaned.articles)
