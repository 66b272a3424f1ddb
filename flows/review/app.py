"""The web application of the review: its addresses, and what each of them answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from cleaners import UnreadableDocument, clean_html, clean_text
from cleaners.decisions import plain
from flows.errors import CouldNotRun
from flows.review.charts import charts
from flows.review.deciding import Refused, decisions_for
from flows.review.document_view import ViewedDocument, decision_about, metadata_of
from flows.review.index import PAGE_DOCUMENTS, Listed
from flows.review.index_tables import Filters
from flows.review.output import ReviewedOutput
from flows.review.pages import STATIC, asset, family_of, hues_of, page
from flows.review.security import Guarded

MAX_REQUEST_BYTES = 4_000_000
"""Size of a request: a page that is pasted to be explained."""
MAX_DECISIONS = 2_000
"""Decisions that are listed, the newest first; the file has all."""
Answer = Callable[[Request], Response]


class ReviewApp:
    """The application over one output.

    Args:
        output: The output.
        token: The first part of all its paths.
        hosts: The names and ports under which it answers.
    """

    def __init__(self, output: ReviewedOutput, token: str, hosts: tuple[str, ...]) -> None:
        self._output = output
        self._token = token
        answers: tuple[tuple[str, Answer], ...] = (
            ("/", self.queue),
            ("/document", self.named),
            ("/document/{number:int}", self.document),
            ("/finding/{number:int}/{finding:int}", self.finding),
            ("/kept/{number:int}/{start:int}/{end:int}", self.kept),
            ("/rule", self.rule),
            ("/charts", self.charts),
            ("/decisions", self.decisions),
            ("/try", self.try_form),
            ("/static/{name}", self.static),
        )
        routes = [Route(path, _threaded(answer)) for path, answer in answers]
        routes += [
            Route("/decide", self.decide, methods=["POST"]),
            Route("/undo", self.undo, methods=["POST"]),
            Route("/try", self.explain, methods=["POST"]),
        ]
        self._starlette = Starlette(
            routes=[Mount(f"/{token}", routes=routes)],
            lifespan=self._lifespan,
            exception_handlers={CouldNotRun: self._failed},
        )
        self.asgi: ASGIApp = Guarded(self._starlette, token, hosts)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(self._output.start)
        yield
        await run_in_threadpool(self._output.close)

    def _page(self, name: str, **values: object) -> HTMLResponse:
        documents, read = self._output.index.counts()
        shared = {
            "root": f"/{self._token}",
            "token": self._token,
            "out": str(self._output.sink.out),
            "who": self._output.log.who,
            "problem": self._output.problem,
            "documents": documents,
            "unread": documents - read,
            "chosen": {},
            "here": name.removesuffix(".html"),
        }
        return HTMLResponse(page(name, **{**shared, **values}))

    async def _failed(self, _request: Request, error: Exception) -> Response:
        """Answer with why a page cannot be made, and what to do."""
        answer = self._page("message.html", title="This page cannot be made", message=str(error))
        answer.status_code = 500
        return answer

    def queue(self, request: Request) -> Response:
        """Answer with a page of the queue."""
        if "refresh" in request.query_params:
            self._output.refresh()
            return RedirectResponse(f"/{self._token}/")
        filters = Filters.of(request.query_params)
        number = _number(request.query_params.get("page"), 1)
        found, total = self._output.index.queue(filters, number)
        pages = max(1, -(-total // PAGE_DOCUMENTS))
        return self._page(
            "queue.html",
            listed=found,
            total=total,
            facets=self._output.facets(filters),
            chosen=filters.chosen(),
            filters=filters,
            page=number,
            pages=pages,
        )

    def named(self, request: Request) -> Response:
        """Lead to a document by its name, as reports and tables of a run name it."""
        number = self._output.index.named(request.query_params.get("name", ""))
        return RedirectResponse(f"/{self._token}/document/{number}") if number else self._missing()

    def _missing(self) -> Response:
        why = "There is no such document in these results. It may have been cleaned since: refresh the queue."
        answer = self._page("message.html", title="No such document", message=why)
        answer.status_code = 404
        return answer

    def document(self, request: Request) -> Response:
        """Answer with a document."""
        listed = self._output.index.document(request.path_params["number"])
        if listed is None:
            return self._missing()
        filters = Filters.of(request.query_params)
        before, behind = self._output.index.neighbours(listed, filters)
        values = {"listed": listed, "chosen": filters.chosen(), "before": before, "behind": behind}
        try:
            viewed = self._output.view(listed)
        except ValueError as error:
            return self._page("message.html", title=listed.name, message=str(error), **values)
        decided = self._output.decided(listed)
        finding = _number(request.query_params.get("finding"), -1)
        number = _number(request.query_params.get("part"), 1)
        if 0 <= finding < len(viewed.findings) and "part" not in request.query_params:
            number = viewed.part_of(viewed.findings[finding].start)
        shown = self._finding_values(listed, viewed, finding) if 0 <= finding < len(viewed.findings) else None
        own = decided.of_document if decided else ()
        return self._page(
            "document.html", viewed=viewed, part=viewed.part(number, decided), shown=shown, metadata_of=metadata_of,
            own=own, families=_families(viewed), **values
        )  # fmt: skip

    def finding(self, request: Request) -> Response:
        """Answer with what is known of a finding, as a part of the page."""
        return self._about(request, request.path_params["finding"])

    def _about(self, request: Request, number: int) -> Response:
        listed = self._output.index.document(request.path_params["number"])
        try:
            viewed = self._output.view(listed) if listed else None
        except ValueError:
            viewed = None
        if listed is None or viewed is None or not 0 <= number < len(viewed.findings):
            return PlainTextResponse("the document has changed; load the page again", 404)
        return HTMLResponse(page("finding.html", root=f"/{self._token}", **self._finding_values(listed, viewed, number)))

    def _finding_values(self, listed: Listed, viewed: ViewedDocument, number: int) -> dict[str, object]:
        finding = viewed.findings[number]
        index = self._output.index
        documents, spans, words = index.total_at(listed.site, finding.rule)
        decided = self._output.decided(listed)
        return {
            "listed": listed,
            "finding": finding,
            "number": number,
            "is_gone": number < viewed.removals,
            "is_part": viewed.has_part_of_segment(finding.start, finding.end),
            "elsewhere": index.elsewhere(listed.site, finding.rule, finding.text, listed.id),
            "proofs": self._proofs(finding.evidence),
            "at_site": {"documents": documents, "spans": spans, "words": words},
            "family": family_of(finding.rule),
            "decision": decision_about(viewed.words(finding.text), decided),
            "spared": decided.spared.get(finding.rule) if decided else None,
            "is_off": bool(decided and finding.rule in decided.off),
            "hues": hues_of(viewed),
        }

    def _proofs(self, evidence: str) -> list[tuple[str, int]]:
        """Return the documents that evidence names, with their numbers."""
        names = {word.strip(",;'\"") for word in evidence.split()}
        found = ((name, self._output.index.named(name)) for name in sorted(names) if "/" in name or "." in name)
        return [(name, number) for name, number in found if number]

    def kept(self, request: Request) -> Response:
        """Answer with what can be decided about a sentence that stands, as a part of the page."""
        listed = self._output.index.document(request.path_params["number"])
        start, end = request.path_params["start"], request.path_params["end"]
        try:
            viewed = self._output.view(listed) if listed else None
        except ValueError:
            viewed = None
        if listed is None or viewed is None or not 0 <= start < end <= len(viewed.text):
            return PlainTextResponse("the document has changed; load the page again", 404)
        text = viewed.text[start:end].strip()
        values = {
            "listed": listed,
            "text": text,
            "decision": decision_about(viewed.words(text), self._output.decided(listed)),
            "root": f"/{self._token}",
        }
        return HTMLResponse(page("kept.html", start=start, end=end, **values))

    def rule(self, request: Request) -> Response:
        """Answer with the lines that a rule took at a site, to decide about several at once."""
        site, code = request.query_params.get("site", ""), request.query_params.get("rule", "")
        lines = self._output.lines_of_rule(site, code)
        decided = self._output.log.decisions().for_document(site, None)
        return self._page(
            "rule.html", site=site, code=code, lines=lines, exact=decided.exact if decided else {},
            off=bool(decided and code in decided.off), plain=plain,
        )  # fmt: skip

    def charts(self, _request: Request) -> Response:
        """Answer with the charts."""
        return self._page(
            "charts.html", charts=charts(self._output.index, self._output.sink.drift), worst=self._output.index.worst()
        )

    def decisions(self, _request: Request) -> Response:
        """Answer with all decisions, the newest first."""
        active = {each.id for each in self._output.log.decisions().active}
        entries = [(each, each.id in active) for each in reversed(self._output.log.entries())][:MAX_DECISIONS]
        return self._page("decisions.html", entries=entries, path=str(self._output.log.path))

    def try_form(self, _request: Request) -> Response:
        """Answer with the form for a text or a page of one's own."""
        return self._page("try.html")

    def static(self, request: Request) -> Response:
        """Answer with the style sheet or the script."""
        name = request.path_params["name"]
        if name not in STATIC:
            return PlainTextResponse("no such file", 404)
        return Response(asset(name), media_type=STATIC[name])

    async def decide(self, request: Request) -> Response:
        """Carry out a decision, or several."""
        return await self._changed(request, self._decided)

    async def undo(self, request: Request) -> Response:
        """Take decisions back."""
        return await self._changed(request, self._undone)

    async def _changed(self, request: Request, change: Callable[[dict[str, object]], Response]) -> Response:
        """Answer a request that changes something."""
        try:
            asked = json.loads(await _body(request))
            if not isinstance(asked, dict):
                raise Refused("expected a JSON object")
            return await run_in_threadpool(change, asked)
        except (ValueError, RecursionError, CouldNotRun) as error:
            return JSONResponse({"error": str(error)[:500]}, 400)

    def _decided(self, asked: dict[str, object]) -> Response:
        wanted = decisions_for(asked, self._output)
        before = {each.subject: each for each in self._output.log.decisions().active}
        replaced = (before[each.subject] for each in wanted if each.subject in before)
        others = sorted({each.who for each in replaced if each.who != self._output.log.who})
        made = self._output.log.add(wanted)
        return JSONResponse({"ids": [each.id for each in made], "number": len(made), "instead_of": others})

    def _undone(self, asked: dict[str, object]) -> Response:
        names = asked.get("ids")
        if not isinstance(names, list):
            raise Refused("expected the names of decisions")
        return JSONResponse({"number": self._output.log.undo([str(name) for name in names])})

    async def explain(self, request: Request) -> Response:
        """Clean a text or a page, and answer with what went and why, as a part of the page."""
        try:
            asked = json.loads(await _body(request))
            return await run_in_threadpool(self._explained, str(asked["text"]), str(asked.get("url") or ""))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            return PlainTextResponse(f"this cannot be cleaned: {str(error)[:300]}", 400)

    def _explained(self, text: str, url: str) -> Response:
        is_page = text.lstrip()[:1] == "<"
        clean = clean_html if is_page else clean_text
        try:
            cleaned = clean(text, url=url or None, decisions=self._output.log.decisions())
        except UnreadableDocument as error:
            return PlainTextResponse(f"this cannot be cleaned: {error}", 400)
        viewed = ViewedDocument.of_cleaned(cleaned, is_page=is_page)
        return HTMLResponse(page("tried.html", viewed=viewed, part=viewed.part(1), families=_families(viewed)))


def _families(viewed: ViewedDocument) -> list[tuple[str, str, int]]:
    """Return the families of the rules that took something: name, one of their rules, and the number of removals."""
    found: dict[str, list[str]] = {}
    for removal in viewed.findings[: viewed.removals]:
        found.setdefault(family_of(removal.rule), []).append(removal.rule)
    return [(family, codes[0], len(codes)) for family, codes in sorted(found.items(), key=lambda each: -len(each[1]))]


def _threaded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers in a thread, so that none waits for another."""

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


async def _body(request: Request) -> bytes:
    """Return the body of a request.

    Raises:
        Refused: It is too large.
    """
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_REQUEST_BYTES:
            raise Refused(f"more than {MAX_REQUEST_BYTES // 1_000_000} MB at once")
    return data


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else usual
