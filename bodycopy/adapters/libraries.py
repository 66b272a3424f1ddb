"""Load the tools that adapters are for: a missing one is an error that says what to install."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cleaners.errors import MissingLibrary


@contextmanager
def needed(adapter: str, package: str) -> Iterator[None]:
    """Turn the import errors inside the block into one that says what to install.

    Args:
        adapter: the module that needs the library.
        package: the library's name for pip.

    Yields:
        Nothing.

    Raises:
        MissingLibrary: the library, or one that it needs, cannot be loaded.
    """
    try:
        yield
    except ImportError as error:
        why = str(error).partition("\n")[0]
        raise MissingLibrary(f"{adapter} needs {package}, which cannot be loaded ({why})", f"pip install {package}") from error
