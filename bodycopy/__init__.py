"""bodycopy: clean article bodies from scraped news, with a ledger of everything that was removed.

>>> import bodycopy
>>> cleaned = bodycopy.clean_text("Photo: Reuters\\n\\nThe minister said on Monday that the talks would go on for a week.")
>>> cleaned.body
'The minister said on Monday that the talks would go on for a week.'

This package is the public API. The library is in `cleaners`, the command and the Prefect flows are in `flows`; names are loaded
when they are first used, so that `import bodycopy` costs nothing. Prefect deployments enter by `bodycopy.clean_articles` and
`bodycopy.learn_sites`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bodycopy.installation import AnotherPackage, check

if TYPE_CHECKING:
    from bodycopy.frames import clean_frame
    from bodycopy.rows import clean_rows
    from cleaners import (
        Article,
        BodycopyError,
        Break,
        Capture,
        Cleaned,
        Decision,
        Decisions,
        Memory,
        Profile,
        Removal,
        Repair,
        Rule,
        Settings,
        UnreadableDocument,
        UnusableDecisions,
        UnusableMemory,
        UnusableRules,
        UnusableSetting,
        clean_html,
        clean_text,
        read_decisions,
        rules,
        rules_version,
    )
    from flows.deployed import clean_articles
    from flows.learn_sites import learn_sites

__all__ = [
    "AnotherPackage",
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
    "clean_articles",
    "clean_frame",
    "clean_html",
    "clean_rows",
    "clean_text",
    "learn_sites",
    "read_decisions",
    "rules",
    "rules_version",
]

_ELSEWHERE = {
    "clean_articles": "flows.deployed",
    "clean_frame": "bodycopy.frames",
    "clean_rows": "bodycopy.rows",
    "learn_sites": "flows.learn_sites",
}
"""Where the names are that `cleaners` does not have."""


def __getattr__(name: str) -> object:
    """Load a name of the public API when it is first used.

    Raises:
        AttributeError: the API has no such name.
        AnotherPackage: Python finds another `cleaners` or `flows` than bodycopy's.
    """
    if name not in __all__:
        raise AttributeError(f"module 'bodycopy' has no attribute {name!r}; it has {', '.join(__all__)}")
    check()
    return getattr(import_module(_ELSEWHERE.get(name, "cleaners")), name)


def __dir__() -> list[str]:
    return __all__
