"""Whether the packages `cleaners` and `flows` that Python finds are bodycopy's own."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("cleaners", "flows")
"""Common names: a user's project may have folders that are called the same."""


class AnotherPackage(ImportError):
    """Python finds a package of the user's under the name of one of bodycopy's; the message says what to do."""


def check() -> None:
    """Verify that `cleaners` and `flows` are bodycopy's.

    Raises:
        AnotherPackage: one of them is not.
    """
    home = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        found = find_spec(name)
        place = Path(found.origin).resolve() if found and found.origin else None
        if place is None or place.parent != home / name:
            there = place.parent if place and place.name == "__init__.py" else place or "nothing"
            raise AnotherPackage(
                f"Python finds {there} where it looks for bodycopy's package {name} ({home / name}); work in another folder, "
                "rename that one, or take its place out of PYTHONPATH"
            )
