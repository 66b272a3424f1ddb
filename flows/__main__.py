"""`python -m flows` runs the command `bodycopy`."""

from flows.cli.app import app

if __name__ == "__main__":
    app()
