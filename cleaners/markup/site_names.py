"""Names of a site at the end of its titles: `The ferry sails | The Example`."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import regex

_SEPARATOR = regex.compile(r"\s+(?:[|–—•·:»/-]|::|//|\|\|)\s+|\s*--\s*|\s*[|｜]\s*")
_NO_KEY = regex.compile(r"[\W_]+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ARTICLE = regex.compile(r"^(?:the|der|die|das|le|la|el|il|de|het)\s+", regex.IGNORECASE)
MIN_NAME_LETTERS = 3
"""Letters of a site's name; shorter ones may be words of a title."""
MAX_PARTS = 3
"""Parts that may stand behind a title: a section, the site's name, its slogan's beginning."""


def title_key(text: str) -> str:
    """Return the letters and figures of a title in lower case, by which titles are compared."""
    return str(_NO_KEY.sub("", text.casefold()))


def site_names(names: Iterable[str], url: str | None) -> frozenset[str]:
    """Return the keys of the names of a site: those that the page declares, its host, and the host without its ending.

    >>> sorted(site_names(["The Example"], "https://www.example-times.co.uk/1"))
    ['example', 'exampletimes', 'exampletimescouk', 'theexample']
    """
    found = [key for name in names for key in (_site_key(name), _site_key(_ARTICLE.sub("", name)))]
    host = (urlsplit(url or "").hostname or "").removeprefix("www.")
    labels = host.split(".")
    found += [_site_key(host), *(_site_key(label) for label in labels[:-1])]
    return frozenset(key for key in found if len(key) >= MIN_NAME_LETTERS and key not in _NO_NAMES)


_NO_NAMES = frozenset(("com", "org", "net", "gov", "edu", "news", "amp", "mobile"))
"""Parts of hosts that are no name."""


def without_site(title: str, sites: frozenset[str]) -> str:
    """Return a title without the name of its site behind it, and without a section between both.

    >>> without_site("The ferry sails - Example Times", frozenset({"exampletimes"}))
    'The ferry sails'
    >>> without_site("The ferry - a story", frozenset({"exampletimes"}))
    'The ferry - a story'
    """
    bounds = [(hit.start(), hit.end()) for hit in _SEPARATOR.finditer(title)][-MAX_PARTS:]
    for start, end in bounds:
        if start and _is_site(title[end:], sites):
            return title[:start].rstrip()
    return title


def _is_site(tail: str, sites: frozenset[str]) -> bool:
    """Return whether what stands behind a separator is the site's name."""
    return bool({_site_key(tail), _site_key(_ARTICLE.sub("", tail))} & sites)


def _site_key(name: str) -> str:
    return title_key(name.casefold().translate(_FOLDED))
