"""The pages in a browser: by keyboard alone, in the dark, enlarged, narrow, with large and hostile documents.

`BODYCOPY_AXE` names a file of axe-core (`axe.min.js`), by which the accessibility of each page is checked as well.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from helpers.browser import BROWSER, Page, browser
from helpers.reviewed import HOSTILE, LATER, SITE, STORY, TOKEN, entries, number, read

from flows.review.app import ReviewApp
from flows.review.output import ReviewedOutput
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed, and BODYCOPY_BROWSER names none"),
]
AXE = os.environ.get("BODYCOPY_AXE", "")
LARGE = 2_000_000
"""Characters of a large document."""


@pytest.fixture
def served(output: ReviewedOutput) -> Iterator[str]:
    """The address of a review that is served."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(ReviewApp(output, TOKEN, (host,)).asgi, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://{host}/{TOKEN}"
    server.should_exit = True
    thread.join(30)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browser(tmp_path / "chromium") as opened:
        yield opened


def test_a_wrong_removal_is_found_understood_and_corrected_by_keyboard(served: str, page: Page, output: ReviewedOutput) -> None:
    page.open(f"{served}/?rule=PC001&search=one.txt")
    page.press("j")
    page.press("Enter")
    page.until("document.readyState == 'complete' && document.querySelector('[data-document]')")
    for _ in range(9):
        page.press("j")
        page.until("document.querySelector('[data-finding-shown]')")
        page.until("document.querySelector('[data-finding-shown]').dataset.findingShown == chosen.dataset.finding")
        if page.run("detail.textContent.includes('PC001')"):
            break
    assert "The line only credits a picture." in page.run("detail.textContent")
    page.press("r")
    page.until("document.querySelector('.unit.gone.will-stay')")
    page.until("detail.textContent.includes('it stays, decided by jane')")
    assert [(each["kind"], each["text"]) for each in entries(output)] == [("keep", "Photo: Reuters")]
    page.press("u")
    page.until("!document.querySelector('.will-stay')")
    page.until("!detail.textContent.includes('it stays, decided by')")
    assert [each["kind"] for each in entries(output)] == ["keep", "undo"]
    page.press("J")
    page.until("document.querySelector('[data-span-shown]')")
    page.press("x")
    page.press("J")
    page.press("x")
    assert page.run("document.getElementById('several-count').textContent") == "2"
    page.press("?")
    assert page.run("document.getElementById('help').open")


def test_hostile_documents_run_nothing(served: str, page: Page, output: ReviewedOutput) -> None:
    page.open(f"{served}/document/{number(output, 'hostile.txt')}")
    shown = page.run("document.querySelector('.source').textContent")
    assert HOSTILE[: HOSTILE.index(" ")] in shown
    assert not page.run("[...document.scripts].some(each => !each.src.endsWith('/static/review.js'))")
    assert page.run("getComputedStyle(document.querySelector('.source')).display") == "block"


def test_right_to_left_text_reads_from_the_right(served: str, page: Page, output: ReviewedOutput) -> None:
    page.open(f"{served}/document/{number(output, 'arabic.txt')}")
    assert page.run("getComputedStyle(document.querySelector('.source p')).direction") == "rtl"


def paths(output: ReviewedOutput) -> list[str]:
    one = number(output, "one.txt")
    rule = "/rule?site=example.com&rule=PC001"
    return ["/", f"/document/{one}?finding=0", rule, "/charts", "/decisions", "/try"]


@pytest.mark.parametrize(("width", "scale", "dark"), [(1280, 1, False), (1280, 1, True), (1280, 2, False), (400, 1, True)])
def test_pages_fit_and_are_accessible(
    served: str, page: Page, output: ReviewedOutput, width: int, scale: float, dark: bool
) -> None:
    page.window(width, scale=scale, dark=dark)
    for path in paths(output):
        page.open(served + path)
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), path
        if AXE:
            page.run(Path(AXE).read_text("utf-8") + ";0")
            found = page.run("axe.run(document).then(done => JSON.stringify(done.violations.map(each => each.id)))")
            assert json.loads(found) == [], path


def test_a_large_document_is_shown_in_parts(
    served: str, page: Page, output: ReviewedOutput, source: Path, run: Callable[..., RunSummary], job: Job
) -> None:
    paragraph = f"{STORY} {LATER}\n\n"
    (source / SITE / "large.txt").write_text(paragraph * (LARGE // len(paragraph)))
    run(source, job=Job(job.sink, job.settings, job.rules, max_bytes=10_000_000, max_seconds=600))
    read(output)
    page.open(f"{served}/document/{number(output, 'large.txt')}?part=2")
    assert "Part 2 of" in page.run("document.querySelector('.pages').textContent")
    assert page.run("document.querySelectorAll('.source p').length") > 50
