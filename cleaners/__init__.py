"""bodycopy's library: clean article bodies from scraped news, with a ledger of all that is not in them.

>>> cleaned = clean_text("Photo: Reuters\\n\\nThe minister said on Monday that the talks would go on for a week.")
>>> cleaned.body
'The minister said on Monday that the talks would go on for a week.'
>>> [(removal.rule, removal.text) for removal in cleaned.removals]
[('PC001', 'Photo: Reuters')]
>>> cleaned.restore().startswith("Photo: Reuters")
True
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cleaners import collector, confidence, no_story
from cleaners.document import Document
from cleaners.errors import BodycopyError, UnreadableDocument, UnusableMemory, UnusableRules
from cleaners.knowledge import Knowledge
from cleaners.ledger import Break, Capture, Removal, Repair
from cleaners.memory.reader import Memory
from cleaners.pipeline import clean, rules
from cleaners.repair import repair
from cleaners.result import Article, Cleaned
from cleaners.rule import Profile, Rule, rule_of
from cleaners.settings import Settings
from cleaners.text.decoding import Decoded, decode
from cleaners.version import rules_version

__all__ = [
    "Article",
    "BodycopyError",
    "Break",
    "Capture",
    "Cleaned",
    "Memory",
    "Profile",
    "Removal",
    "Repair",
    "Rule",
    "Settings",
    "UnreadableDocument",
    "UnusableMemory",
    "UnusableRules",
    "clean_html",
    "clean_text",
    "rules",
    "rules_version",
]


def clean_text(
    text: str | bytes,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    encoding: str | None = None,
    memory: Knowledge | None = None,
    name: str | None = None,
    site: str | None = None,
) -> Cleaned:
    """Clean a text that was already extracted from its page.

    Args:
        text: the text; bytes are decoded (byte order mark, UTF-8, `encoding`, detection).
        url: where it came from.
        settings: the user's choices; the standard profile without them.
        encoding: the encoding that was declared with the bytes, if any.
        memory: what is known of its site and of other documents (`Memory(path)`); the result depends on its version too.
        name: what the memory calls this document, so that it is no proof against itself.
        site: what the memory calls its site, where no address tells it.

    A text that is probably no story (a missing value, an error page, HTML) stays, and `review` says what it looks like.

    Raises:
        TypeError: it is neither a string nor bytes, but a missing value, say.
        UnreadableDocument: the bytes are no text.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"the text is {text!r}, a {type(text).__name__}; expected a string or bytes: leave missing values out")
    decoded = decode(text, encoding) if isinstance(text, bytes) else None
    source, repairs = repair(decoded.text if decoded else str(text))
    document = replace(Document.of(source, url=url), memory=memory, name=name or url, given_site=site)
    cleaned = _cleaned(document, settings or Settings(), repairs, decoded)
    reasons = [reason for reason in (no_story.doubt(source), cleaned.review) if reason]
    return replace(cleaned, review="; ".join(reasons) or None)


def clean_html(
    page: str | bytes,
    *,
    url: str | None = None,
    settings: Settings | None = None,
    encoding: str | None = None,
    memory: Knowledge | None = None,
    name: str | None = None,
    site: str | None = None,
) -> Cleaned:
    """Clean a page: find its article, then clean that as a text. `restore()` gives the page's visible text.

    Args:
        page: the HTML; bytes are decoded by mark, declaration and detection.
        url: where it came from.
        settings: the user's choices; the standard profile without them.
        encoding: the encoding that was declared with the bytes (an HTTP header), if any.
        memory: what is known of its site and of other documents, as for a text.
        name: what the memory calls this document, so that it is no proof against itself.
        site: what the memory calls its site, where no address tells it.

    Whatever comes gets an answer: where there is no article, `articles` is empty and `review` says why.
    """
    from cleaners.page import page_text  # trafilatura takes half a second to load; texts do not need it

    try:
        source = page_text(page, encoding)
    except UnreadableDocument as unreadable:
        return Cleaned((), (), (), (), (), (), review=f"no article: {unreadable}")
    with collector.paused():
        return _cleaned_page(source, url, settings or Settings(), memory=memory, name=name or url, given_site=site)


def _cleaned_page(source: str, url: str | None, settings: Settings, **known: Any) -> Cleaned:
    """A page's result; by then all that was read of the page is let go, so the collector has little to look at."""
    from cleaners.page import page_document

    document, repairs = page_document(source, url=url)
    return _cleaned(replace(document, **known), settings, repairs)


def _cleaned(document: Document, settings: Settings, repairs: tuple[Repair, ...], decoded: Decoded | None = None) -> Cleaned:
    """The result of a document, with the settings of its site."""
    settings = settings.for_address(document.url or (document.facts.url if document.facts else None))
    below = settings.review_below
    if below is None:
        below = confidence.review_below("page" if document.facts else "text")
    return _reviewed(clean(document, settings, repairs), decoded, below)


def _reviewed(cleaned: Cleaned, decoded: Decoded | None, below: float) -> Cleaned:
    """The result with its encoding, and with a review where the source was damaged, or the story may not be whole."""
    damaged = sum(len(r.before) for r in cleaned.repairs if (rule := rule_of(r.rule)) and rule.is_damage)
    reasons = [cleaned.review] if cleaned.review else []
    if damaged:
        reasons.append(f"{damaged} characters were undecodable bytes or control characters; check how the file was made")
    sure = None if cleaned.confidence is None else round(cleaned.confidence, 3)  # what is shown is what is compared
    if sure is not None and sure < below:
        reasons.append(f"confidence {sure:g} is below {below:g}")
    encoding = decoded.encoding if decoded else None
    return replace(cleaned, review="; ".join(reasons) or None, confidence=sure, encoding=encoding)
