"""Stand-ins for libraries that are not there: just so much of their interfaces as the adapters use."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pytest


def adapter(monkeypatch: pytest.MonkeyPatch, name: str, library: str, **stand_ins: dict[str, object]) -> ModuleType:
    """Import an adapter with its library, or with a stand-in where it is not installed.

    Args:
        monkeypatch: pytest's.
        name: the adapter's module, below `bodycopy.adapters`.
        library: the package that the adapter needs.
        stand_ins: the modules that stand in, with `__` for the dots of their names, and what is in each.
    """
    if find_spec(library) is None:
        for spelled, inside in stand_ins.items():
            place = spelled.split("__")
            for length in range(1, len(place) + 1):
                whole = ".".join(place[:length])
                monkeypatch.setitem(sys.modules, whole, sys.modules.get(whole) or ModuleType(whole))
            vars(sys.modules[".".join(place)]).update(inside)
    monkeypatch.delitem(sys.modules, f"bodycopy.adapters.{name}", raising=False)
    return import_module(f"bodycopy.adapters.{name}")
