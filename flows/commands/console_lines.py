"""What Prefect logs on the console of a served deployment and of its runs: a line each, without tracebacks.

Prefect's pages have the whole log. `environment.settle` names the handler to Prefect, which loads it in each process.
"""

from __future__ import annotations

import copy
import logging

from prefect.logging.handlers import PrefectConsoleHandler

from flows.paths import shown, without_secret

MOST_CHARS = 500
"""Characters of a line: Prefect prints whole events where it cannot send them."""


class LineHandler(PrefectConsoleHandler):
    """Prefect's handler of the console, with a line for each record."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record in a line; what other handlers get is not changed."""
        super().emit(in_a_line(record))


def in_a_line(record: logging.LogRecord) -> logging.LogRecord:
    """A record whose message is the first line of a given one's, and of its traceback the last line, which is the error."""
    message = record.getMessage().strip()
    first, _, rest = message.partition("\n")
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and str(error) not in first and repr(error) not in first:
        first += f": {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    elif "Traceback" in rest:
        first += f" {rest.splitlines()[-1]}"
    said = copy.copy(record)
    line = shown(without_secret(first))
    said.msg = line if len(line) <= MOST_CHARS else f"{line[:MOST_CHARS]}…"
    said.args, said.exc_info, said.exc_text = None, None, None
    return said
