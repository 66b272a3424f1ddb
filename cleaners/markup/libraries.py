"""The libraries that judge pages: a missing one is an error that says what to install, never a quieter result."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from cleaners.errors import MissingLibrary

_CLEAN = "lxml.html.clean"


@contextmanager
def needed(library: str) -> Iterator[None]:
    """Load a library inside.

    Args:
        library: what pip calls it.

    Raises:
        MissingLibrary: it, or one that it needs, cannot be loaded.
    """
    try:
        yield
    except MissingLibrary:
        raise
    except ImportError as error:
        why = str(error).partition("\n")[0]
        raise MissingLibrary(
            f"{library} cannot be loaded ({why}), and pages are not judged without it", f"pip install --upgrade {library}"
        ) from error


def load_justext() -> None:
    """Load jusText, which trafilatura calls.

    jusText wants lxml-html-clean for a function that nobody calls here. Where an old pip left that out, jusText gets a
    stand-in, with which it gives the same: only whoever calls the function meets the error.

    Raises:
        MissingLibrary: jusText cannot be loaded.
    """
    with needed("justext"):
        try:
            import_module(_CLEAN)
        except ImportError:
            stand_in: Any = ModuleType(_CLEAN)
            stand_in.Cleaner = _refuse
            sys.modules[_CLEAN] = stand_in
        try:
            import_module("justext.core")
        finally:
            if getattr(sys.modules.get(_CLEAN), "Cleaner", None) is _refuse:
                del sys.modules[_CLEAN]


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise MissingLibrary("jusText's preprocessor needs lxml-html-clean", "pip install lxml-html-clean")
