"""The errors that users meet. Each one says what happened, what was expected, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class BodycopyError(Exception):
    """Base class of the errors whose message is written for users.

    Attributes:
        reason: what happened, and what was expected instead.
        remedy: what the user can do about it; empty where the reason says it.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason, remedy)  # both are arguments, so that the error can be pickled
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the whole message: reason and remedy, joined by a semicolon."""
        return f"{self.reason}; {self.remedy}" if self.remedy else self.reason


class UnusableRules(BodycopyError, ValueError):
    """A rule file that cannot be used. The reason begins with the file and, where there is one, the line."""


class UnusableDecisions(BodycopyError, ValueError):
    """A file of decisions that cannot be used. The reason begins with the file and, where there is one, the line."""


class UnusableSetting(BodycopyError, ValueError):
    """A setting whose value is out of range, or that names a rule which does not exist."""


class UnusableStage(BodycopyError, ValueError):
    """A stage of another package that lacks something, or that uses a family or a code of another stage."""


class UnreadableDocument(BodycopyError, ValueError):
    """Input that is not a text and therefore cannot be cleaned."""


class UnusableMemory(BodycopyError, ValueError):
    """A file that is not a site memory, or one that cannot be read or written."""


class BusyMemory(UnusableMemory):
    """A site memory that another process is writing."""


class MissingLibrary(BodycopyError, ImportError):
    """A library that page cleaning, or an adapter, needs and that cannot be imported."""


@contextmanager
def needed(by: str, library: str) -> Iterator[None]:
    """Turn the import errors inside the block into one that says what to install.

    Args:
        by: what needs the library.
        library: its name for pip.

    Yields:
        Nothing.

    Raises:
        MissingLibrary: the library, or one that it needs, cannot be loaded.
    """
    try:
        yield
    except MissingLibrary:
        raise
    except ImportError as error:
        why = str(error).partition("\n")[0]
        reason = f"{by} needs {library}, which cannot be loaded ({why})"
        raise MissingLibrary(reason, f"pip install --upgrade {library}") from error
