"""The command `bodycopy`, also as `python -m bodycopy`."""

from __future__ import annotations

import sys

from bodycopy.installation import AnotherPackage, check


def main() -> None:
    """Run the command line."""
    try:
        check()
    except AnotherPackage as problem:
        sys.exit(f"bodycopy: {problem}")
    from flows.cli.app import app

    app()


if __name__ == "__main__":
    main()
