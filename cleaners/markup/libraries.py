"""Load the libraries that judge pages: a missing one is an error that says what to install, never a worse result."""

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
    """Turn the import errors inside the block into one that says what to install.

    Args:
        library: The library's name for pip.

    Yields:
        Nothing.

    Raises:
        MissingLibrary: The library, or one that it needs, cannot be loaded.
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

    jusText imports lxml-html-clean for a function that trafilatura does not call. Where an old pip left that library out,
    jusText gets a substitute that raises an error when the function is called.

    Raises:
        MissingLibrary: jusText cannot be loaded.
    """
    with needed("justext"):
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
