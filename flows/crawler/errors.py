"""Errors of fetching: why an address cannot be fetched, what to do, and whether another attempt may succeed."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.errors import BodycopyError
from flows.errors import Problem


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that gave no page.

    Attributes:
        address: The address, or the place where one was expected.
        problem: Why, and what to do about it.
    """

    address: str
    problem: Problem


class FetchError(BodycopyError):
    """An address that cannot be fetched.

    Attributes:
        is_temporary: Whether another attempt may succeed.
        pause_seconds: How long the server wants us to wait before that.
        concerns_host: Whether the other addresses of the host will probably fail as well.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        *,
        is_temporary: bool = False,
        pause_seconds: float = 0,
        concerns_host: bool = False,
    ) -> None:
        super().__init__(reason, remedy)
        self.is_temporary = is_temporary
        self.pause_seconds = pause_seconds
        self.concerns_host = concerns_host

    def at(self, address: str) -> Failure:
        """Return the failure of an address that met this error."""
        return Failure(address, Problem.of(self))
