"""The command `bodycopy`, also as `python -m bodycopy`."""

from __future__ import annotations

import os
import sys

from bodycopy.installation import AnotherPackage, check


def main() -> None:
    """Run the command line."""
    try:
        check()
    except AnotherPackage as problem:
        sys.exit(f"bodycopy: {problem}")
    # numpy starts a thread for each core when it is loaded. Nothing here needs them, and workers are processes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from flows.cli.app import app

    app()


if __name__ == "__main__":
    main()
