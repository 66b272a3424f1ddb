"""What the tests of the review share: texts, some of them hostile, and what is asked of results."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from flows.review.app import ReviewApp
from flows.review.filling import LedgerReader, take_manifest
from flows.review.output import ReviewedOutput

TOKEN = "token"
HOST = "127.0.0.1:8470"
SITE = "www.example.com"
STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."
LATER = "Nobody at the harbour had doubted it, and the boats of the island came in one after the other that evening."
HOSTILE = "<script>alert(1)</script><style>*{display:none}</style> \x1b[31mred \u202eesrever"
ARABIC = "قال الوزير يوم الاثنين إن المحادثات ستستمر أسبوعا كاملا في مبنى البلدية القديم المطل على النهر في وسط المدينة."
TEXTS = {
    "one.txt": f"By Jane Doe\n\nPhoto: Reuters\n\n{STORY} Our door is open.\n\nALSO READ: Six things to know\n\n{LATER}",
    "two.txt": f"Photo: Reuters\n\n{LATER}\n\n{STORY}",
    "hostile.txt": f"Photo: Reuters\n\n{STORY}\n\n{HOSTILE}\n\n{LATER}",
    "arabic.txt": f"{ARABIC}\n\n{ARABIC[::-1]}",
}


def read(output: ReviewedOutput) -> str:
    """Read all ledgers at once, and return what could not be done."""
    problem = take_manifest(output.index, output.sink)
    LedgerReader(output.index, output.sink).read()
    return problem


def number(output: ReviewedOutput, name: str) -> int:
    """The number of a document of the site."""
    found = output.index.named(f"{SITE}/{name}")
    assert found
    return found


def entries(output: ReviewedOutput) -> list[dict[str, object]]:
    """The lines of the file of decisions."""
    return [json.loads(line) for line in output.log.path.read_text().splitlines()]


class Client:
    """A browser with the token, that follows redirections."""

    def __init__(self, output: ReviewedOutput) -> None:
        self._app = ReviewApp(output, TOKEN, (HOST,)).asgi

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for a page; a path is one below the token."""
        return self._ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Ask for a change."""
        return self._ask("POST", path, **options)

    def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            usual = {"origin": f"http://{HOST}", "x-bodycopy-token": TOKEN, **(headers or {})}
            options.setdefault("follow_redirects", True)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                address = path if path.startswith("http") else f"/{TOKEN}{path}"
                return await client.request(method, address, headers=usual, **options)

        return asyncio.run(asked())
