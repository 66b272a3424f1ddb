"""Make the pictures in docs/pictures, from the invented news of examples/news.

    python docs/make_pictures.py            # all: needs Chromium, in PATH or at BODYCOPY_BROWSER
    python docs/make_pictures.py explain    # the terminal alone

`explain.svg` shows `bodycopy clean --explain` as a terminal does; a test compares it with what this program gives. The others
are pages in a browser: the review of a run, and that run on a Prefect server, which both end with this program.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.request import Request, urlopen

from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.terminal_theme import TerminalTheme

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.browser import Page, browser  # noqa: E402 - both need the path above

from cleaners import clean_text, rules  # noqa: E402
from flows.cli.explain import explain as print_explanation  # noqa: E402

PICTURES = Path(__file__).with_name("pictures")
NEWS = ROOT / "examples" / "news"
STORY = "train.txt"
"""The document in the terminal: a short one."""
REVIEWED = "www.example.com/ferry.txt"
COLUMNS = 96
"""Width of the terminal in the picture."""
NORMAL = [
    (0, 0, 0),
    (255, 120, 117),
    (120, 220, 130),
    (235, 200, 100),
    (120, 170, 255),
    (220, 140, 230),
    (110, 210, 220),
    (230, 230, 230),
]
THEME = TerminalTheme((24, 26, 31), (222, 224, 228), NORMAL)
"""Colours that are easy to read on the dark ground: red on it is too dim in most themes."""
WINDOW = (1280, 860)
"""Pixels of the browser's window."""
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
WAIT_SECONDS = 120

Found = TypeVar("Found")


class Terminal(Console):
    """A console that wraps long lines by itself, as a terminal does with what it is sent."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print in the terminal's width."""
        super().print(*objects, **{**options, "soft_wrap": False})


def explain() -> str:
    """Return the picture of `bodycopy clean --explain`, as SVG that loads nothing."""
    terminal = Terminal(
        record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO(), legacy_windows=False
    )
    terminal.print(f"[bold green]$[/] bodycopy clean --explain {STORY}", highlight=False)
    terminal.print()
    text = (NEWS / "www.example.org" / STORY).read_text("utf-8")
    print_explanation(terminal, clean_text(text), rules())
    own_fonts = re.sub(r"\s*@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("Fira Code", FONTS)
    return terminal.export_svg(title="bodycopy", theme=THEME, code_format=own_fonts, unique_id="explain")


def waited(what: str, look: Callable[[], Found | None]) -> Found:
    """Return what a function finds, asking again until it finds something."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):  # not there yet
            if found := look():
                return found
        time.sleep(0.2)
    raise SystemExit(f"no {what} within {WAIT_SECONDS} seconds")


@contextmanager
def started(*command: str, folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start a Python module as a program in a folder, and end it behind the block."""
    program = [sys.executable, "-m", *command]
    with subprocess.Popen(
        program, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def save(page: Page, name: str) -> None:
    """Write what the window shows."""
    time.sleep(1)  # what moves has come to rest
    data = page.ask("Page.captureScreenshot", format="webp", quality=90)["data"]
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(data))


def run_page(page: Page, api: str) -> None:
    """Take the page of the only run on a Prefect server: its tasks and its tables."""
    request = Request(f"{api}/flow_runs/filter", b"{}", {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        (run,) = json.load(answer)
    page.open(f"{api.removesuffix('/api')}/v2/runs/flow-run/{run['id']}?tab=Artifacts")
    page.until("document.body.innerText.includes('bodycopy-summary')")
    time.sleep(8)  # the chart of its tasks is drawn bit by bit
    save(page, "prefect-run")


def review_pages(page: Page, address: str) -> None:
    """Take the review's queue, and a document of which a line is looked at."""
    waited("review", lambda: urlopen(address, timeout=5).status == 200)
    page.open(address)
    page.until("document.querySelector('[data-row]') && !document.body.innerText.includes('being read')")
    save(page, "review-queue")
    page.open(f"{address}document?name={REVIEWED}")
    page.until("document.querySelector('[data-document]')")
    while "PC001" not in page.run("document.getElementById('detail').textContent"):
        page.press("j")
        time.sleep(0.5)
    save(page, "review-document")


def pages(folder: Path) -> None:
    """Take the pages of a run over the news, in an empty folder."""
    copytree(NEWS, folder / "news")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    api = f"http://127.0.0.1:{port}/api"
    own = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_URL": api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    here: Any = {"folder": folder, "environment": {**os.environ, **own, "DO_NOT_TRACK": "1", "PYTHONPATH": str(ROOT)}}
    with started("prefect", "server", "start", "--port", port, **here), browser(folder / "chromium") as page:
        page.window(*WINDOW)
        page.ask("Emulation.setScrollbarsHidden", hidden=True)
        waited("server", lambda: urlopen(f"{api}/health", timeout=5).status == 200)
        with started("flows", "run", "news", "--out", "clean", **here) as run:
            run.communicate()
        run_page(page, api)
        with started("flows", "review", "clean", **here) as review:
            address = waited("address", lambda: re.search(r"http://\S+", review.stdout.readline() if review.stdout else ""))
            review_pages(page, address[0])


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "explain.svg").write_text(explain(), "utf-8")
    if "explain" not in sys.argv:
        with TemporaryDirectory(prefix="bodycopy-") as made:
            pages(Path(made))
