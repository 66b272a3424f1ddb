"""Prefect's log on the console of a served deployment and of its runs: one line per record, without tracebacks.

Prefect's pages have the whole log. `environment.settle` tells Prefect the handler's name, and Prefect loads it in each process.
"""

from __future__ import annotations

import copy
import logging

from prefect.logging.handlers import PrefectConsoleHandler

from flows.paths import shown, without_secret

MAX_LINE_CHARS = 500
"""Characters of a line. Prefect logs whole events that it cannot send."""


class LineHandler(PrefectConsoleHandler):
    """Prefect's handler of the console, which prints one line per record."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record; other handlers get it unchanged."""
        super().emit(one_line(record))


def one_line(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy of a record whose message is its first line and the error of its traceback."""
    message = record.getMessage().strip()
    first, _, rest = message.partition("\n")
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and str(error) not in first and repr(error) not in first:
        first += f": {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    elif "Traceback" in rest:
        first += f" {rest.splitlines()[-1]}"
    short = copy.copy(record)
    line = shown(without_secret(first))
    short.msg = line if len(line) <= MAX_LINE_CHARS else f"{line[:MAX_LINE_CHARS]}…"
    short.args, short.exc_info, short.exc_text = None, None, None
    return short
