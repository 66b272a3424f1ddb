"""The exit codes of the command, and their explanation in the help of each verb."""

from __future__ import annotations

EXIT_CODES = (
    "Exit codes: 0 all went well · 1 could not run · 2 the command was mistyped · 3 done, with documents in quarantine "
    "or an alarm (run), not restored (restore), left out (export), not fetched (fetch), not changed (undo, redo), or "
    "phrases that fail (rules --lint) · 130 stopped with Ctrl-C · 143 stopped with SIGTERM"
)
"""The last paragraph of each verb's help."""
DIFF_EXIT_CODES = "Exit codes: 0 all is equal · 1 documents differ · 2 trouble: something cannot be read or compared"
"""The last paragraph of the help of `diff`."""
FAILED = 1
INCOMPLETE = 3
"""The exit code of a command that did its work, except for some documents."""
