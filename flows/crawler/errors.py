"""What goes wrong with an address: why, what to do, and whether it is worth another try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that gave no page.

    Attributes:
        address: what was asked for, or the place where an address was expected.
        reason: what came instead.
        remedy: what to do.
    """

    address: str
    reason: str
    remedy: str


class Trouble(Exception):
    """An address cannot be fetched.

    Attributes:
        reason: what came instead of a page.
        remedy: what to do.
        again: it may pass: another try is worth it.
        pause: the seconds that the server asks to wait before it.
        host: the same is to be expected of the host's other addresses.
    """

    def __init__(self, reason: str, remedy: str, *, again: bool = False, pause: float = 0, host: bool = False) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy
        self.again = again
        self.pause = pause
        self.host = host

    def at(self, address: str) -> Failure:
        """The failure of an address that met this trouble."""
        return Failure(address, self.reason, self.remedy)
