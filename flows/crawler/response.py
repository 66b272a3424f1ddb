"""Responses of servers, and what a response without a page means."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from flows.crawler.errors import FetchError

OVERLOADED = frozenset({429, 502, 503, 504})
"""Statuses of a server that may answer later."""
REFUSED = frozenset({401, 402, 403, 407, 451})
GONE = frozenset({404, 410})
MAX_PAUSE_SECONDS = 120.0
"""A server that wants us to come back later than that gets no further request in this fetch."""
MAX_STATUS_CHARS = 80


@dataclass(frozen=True, slots=True)
class Response:
    """The response of a server.

    Attributes:
        url: The address that answered, after all redirects.
        status: The status code.
        head: The status line without its end.
        headers: Names and values, as they came.
        body: The body, decompressed; empty where the status is not 200.
        ip: The IP address that we were connected to.
    """

    url: str
    status: int
    head: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    ip: str

    def header(self, name: str) -> str:
        """Return the value of a header; empty without it."""
        wanted = name.lower().encode("ascii")
        found = next((value for key, value in self.headers if key.lower() == wanted), b"").strip()
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError:
            return found.decode("latin-1")

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def declared_bytes(self) -> int | None:
        """The size of the body by its header, before decompression; None where it is not declared."""
        declared = self.header("content-length")
        return int(declared[:19]) if declared.isdecimal() else None


def refusal(response: Response, now: float) -> FetchError:
    """Return the error of a response whose status is not 200.

    Args:
        response: The response.
        now: The time, in seconds since 1970.
    """
    status = response.head.partition(b" ")[2].decode("latin-1")[:MAX_STATUS_CHARS]
    if response.status in OVERLOADED:
        pause = _retry_after(response, now)
        if pause > MAX_PAUSE_SECONDS:
            reason = f"{status}, and to come back in {pause:,.0f} seconds"
            return FetchError(reason, "fetch again after that", concerns_host=True)
        remedy = "try later, with a longer --delay"
        return FetchError(status, remedy, is_temporary=True, pause_seconds=pause, concerns_host=True)
    if response.status in REFUSED:
        return FetchError(status, "the server does not let us in: ask its owner, or take the address out")
    if response.status in GONE:
        return FetchError(status, "the page is gone: take the address out")
    return FetchError(status, "expected 200: open it in a browser, or try later")


def _retry_after(response: Response, now: float) -> float:
    """Return the seconds to wait by the Retry-After header, a number or a date; 0 without a valid one."""
    value = response.header("retry-after")
    if value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
