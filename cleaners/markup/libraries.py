"""Load the libraries that judge pages: a missing one is an error that says what to install, never a worse result."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from cleaners.errors import MissingLibrary, needed

_CLEAN = "lxml.html.clean"


PAGES = "judging pages"
"""What the libraries here are for, in errors."""


def load_justext() -> None:
    """Load jusText, which trafilatura calls.

    jusText imports lxml-html-clean for a function that trafilatura does not call. Where an old pip left that library out,
    jusText gets a substitute that raises an error when the function is called.

    Raises:
        MissingLibrary: jusText cannot be loaded.
    """
    with needed(PAGES, "justext"):
        try:
            import_module(_CLEAN)
        except ImportError:
            substitute: Any = ModuleType(_CLEAN)
            substitute.Cleaner = _refuse
            sys.modules[_CLEAN] = substitute
        try:
            import_module("justext.core")
        finally:
            if getattr(sys.modules.get(_CLEAN), "Cleaner", None) is _refuse:
                del sys.modules[_CLEAN]


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise MissingLibrary("jusText's preprocessor needs lxml-html-clean", "pip install lxml-html-clean")
