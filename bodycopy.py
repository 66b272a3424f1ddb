"""The command `bodycopy`, and the flows under the names that deployments know.

Both are in the package `flows`, and so may somebody's own folder be called: where Python finds that one first, a line says so,
in the terminal as in the log of a deployment's run.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FLOWS = {"clean_articles": "flows.deployed", "learn_sites": "flows.learn_sites"}


class AnotherFlows(ImportError):
    """Python finds another `flows` than ours first; the message is for the user."""


def check() -> None:
    """See that `flows` is ours.

    Raises:
        AnotherFlows: it is not.
    """
    library, found = find_spec("cleaners"), find_spec("flows")
    beside = Path(library.origin) if library and library.origin else Path(__file__)  # an editable install copies this file
    ours = beside.resolve().parent.parent / "flows"
    place = Path(found.origin).resolve() if found and found.origin else None
    if place is None or place.parent != ours:
        there = place.parent if place and place.name == "__init__.py" else place or "nothing"
        raise AnotherFlows(
            f"Python finds {there} where it looks for bodycopy's package flows ({ours}); work in another folder, rename that "
            "one, or take its place out of PYTHONPATH"
        )


def main() -> None:
    """Run the command line."""
    try:
        check()
    except AnotherFlows as problem:
        sys.exit(f"bodycopy: {problem}")
    from flows.cli.app import app

    app()


def __getattr__(name: str) -> Any:
    """A flow, for Prefect, which asks for it as an attribute."""
    if name not in FLOWS:
        raise AttributeError(name)
    check()
    return getattr(__import__(FLOWS[name], fromlist=[name]), name)


if __name__ == "__main__":
    main()
