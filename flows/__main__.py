"""`python -m flows` is `bodycopy`."""

from flows.cli.app import app

if __name__ == "__main__":
    app()
