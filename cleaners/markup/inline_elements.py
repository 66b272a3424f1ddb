"""Which elements stand inside a line of text, and which of these a reader does not read.

HTML has a list of elements for words inside a paragraph (`parser.INLINE`). Pages also use others there: elements of their
own (`<site-link>`), elements that HTML does not know, labels and buttons that explain a term. Such an element must not break
its sentence apart.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from lxml.html import HtmlElement

from cleaners.text.characters import ends_whole

BLOCKS = frozenset([
    "address", "applet", "area", "article", "aside", "audio", "blockquote", "body", "br", "caption", "center", "col",
    "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "embed", "fieldset", "figcaption", "figure", "footer",
    "form", "frame", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "img", "input", "legend",
    "li", "main", "menu", "nav", "noscript", "object", "ol", "optgroup", "option", "p", "picture", "pre", "section", "select",
    "summary", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "tr", "ul", "video",
])  # fmt: skip
"""Elements that are no words of a sentence: blocks, and what is no text."""
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HOLDERS = _HEADINGS | {"p", "li", "td", "th", "dd", "dt", "blockquote", "figcaption"}
"""Elements that mostly hold one text, so that what they hold is a part of it."""
_CONTROL = "button"
"""Most are controls beside a text, so both sides must show that one is a word of a sentence. In a heading, a button opens
the part that it heads."""
_MAX_INSIDE = 12
"""Elements inside an inline one; what holds more is a box."""
_ICON_CLASS = re.compile(r"(?:^|[\s_-])(?:material-(?:icons|symbols)|icon-ligature)", re.IGNORECASE)
"""Classes of fonts whose signs are written as English words (`arrow_forward`)."""
_SYMBOLS = frozenset(["So", "Sk", "Sm", "Co", "Cn"])
"""Unicode categories of pictures, arrows and the private signs of icon fonts. Punctuation is not among them."""
_MAX_ICON_CHARS = 4


def stands_in_text(tag: str, element: HtmlElement, holder: str, before: str) -> bool:
    """Tell whether an element that HTML does not list for it stands inside a sentence.

    Args:
        tag: The element's tag.
        element: The element.
        holder: The tag of the block around it.
        before: The text of the same block that ends where the element begins; empty if there is none.
    """
    if tag in BLOCKS or not (element.text or len(element)):
        return False
    after = (element.tail or "").strip()
    open_before = bool(before.strip()) and not ends_whole(before.strip())
    if tag == _CONTROL:
        found = holder in _HEADINGS or (open_before and bool(after))
    elif holder in _HOLDERS:
        found = bool(after) or open_before
    else:
        found = bool(after) and bool(before.strip())
    return found and _holds_words_only(element)


def _holds_words_only(element: HtmlElement) -> bool:
    inside = list(islice(element.iterdescendants(), _MAX_INSIDE + 1))
    if len(inside) > _MAX_INSIDE or any(not isinstance(each.tag, str) or each.tag in BLOCKS for each in inside):
        return False
    return any(
        text and not text.isspace() for text in (element.text, *(part for each in inside for part in (each.text, each.tail)))
    )


def is_unread(tag: str, element: HtmlElement) -> bool:
    """Tell whether the text of an inline element is no part of the sentence around it.

    This holds for the signs of icons, and for a reading set above its characters (`<rt>`): where no `<rp>` puts brackets
    around it, the two would run into each other.
    """
    if tag == "rt":
        around = (element.getprevious(), element.getnext(), element.getparent())
        return not any(each is not None and each.tag in ("rp", "rtc") for each in around)
    text = element.text
    if not text or len(element) or not (text := text.strip()):
        return False
    if (classes := element.get("class")) and _ICON_CLASS.search(classes):
        return " " not in text
    return len(text) <= _MAX_ICON_CHARS and _is_icon(text, is_decoration=element.get("aria-hidden") == "true")


def _is_icon(text: str, *, is_decoration: bool) -> bool:
    """Tell whether a text is an icon: a private sign, or any picture where the page says that it is decoration."""
    categories = {unicodedata.category(char) for char in text if not char.isspace() and char != "\ufe0f"}
    return categories <= ({"Co"} if not is_decoration else _SYMBOLS)
