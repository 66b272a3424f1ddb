"""Packages that bring stages of their own, found by the entry point group `bodycopy.stages`.

Such a package declares a stage in its `pyproject.toml`; the key is the stage's family, the value is a module or an object with
`FAMILY`, `RULES` and `find`:

    [project.entry-points."bodycopy.stages"]
    polls = "bodycopy_polls"

Its phrases stand in `phrases/<family>.toml` inside the package. This module only finds packages; the registry loads their
stages and gives them a place in the order.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec

GROUP = "bodycopy.stages"


@cache
def stage_points() -> tuple[EntryPoint, ...]:
    """The entry points of stages, sorted by name, so that the order of installation decides nothing."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)))


@cache
def stage_folders() -> tuple[Traversable, ...]:
    """The folders of the packages that bring stages, each once, sorted by the packages' names."""
    return tuple(files(package) for package in sorted({_package(point.module) for point in stage_points()}))


def _package(module: str) -> str:
    """The package that a module is, or stands in."""
    spec = find_spec(module)
    if spec is None:
        raise ModuleNotFoundError(f"no module {module!r}, which an entry point of {GROUP!r} names")
    return module if spec.submodule_search_locations is not None else spec.parent or module
