"""The pages as a browser asks for them: what they show, who may ask, and what is decided."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.reviewed import ARABIC, HOST, LATER, SITE, STORY, TOKEN, Client, entries, number, read

from cleaners import Decision
from flows.review.output import ReviewedOutput
from flows.runner.decision_files import existing_decisions, pin_decisions
from flows.runner.job import Job
from flows.runner.run_summary import RunSummary


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def test_the_queue_lists_documents_with_filters_and_counts(client: Client) -> None:
    page = text(client, "/")
    assert "<strong>4</strong> documents, for review and the least sure first" in page
    assert "hostile.txt" in page
    found = text(client, "/?rule=PC001")
    assert "<strong>3</strong> documents" in found
    assert "arabic.txt" not in found
    assert "<strong>1</strong> document," in text(client, "/?rule=PC001&family=bylines")
    assert "<strong>1</strong> document," in text(client, "/?language=ar")
    assert "<strong>0</strong> documents" in text(client, "/?site=nowhere.org")
    assert "<strong>4</strong> documents" in text(client, "/?run=1&unknown=3&page=99999999999999")


def test_the_text_search_finds_words_names_and_what_went(client: Client) -> None:
    assert "<strong>1</strong> document," in text(client, "/?search=six+things")
    assert "<strong>3</strong> documents" in text(client, "/?search=reuters")
    assert "<strong>1</strong> document," in text(client, "/?search=arabic.txt")
    for odd in ('"', "%", "a AND (", "*", "\\", "'"):
        text(client, f"/?search={odd}")


def test_a_document_shows_what_went_and_its_body(client: Client, output: ReviewedOutput) -> None:
    page = text(client, f"/document/{number(output, 'one.txt')}")
    assert 'class="unit gone' in page
    body = page[page.index('<div class="body">') :]
    assert "Photo: Reuters" not in body[: body.index("</div>")]
    assert "Jane Doe" in page
    answer = client.get(f"/document?name={SITE}/one.txt", follow_redirects=False)
    assert answer.headers["location"] == f"/{TOKEN}/document/{number(output, 'one.txt')}"
    assert "no such document" in text(client, "/document?name=none", 404).lower()
    assert "no such document" in text(client, "/document/999", 404).lower()


def test_a_finding_says_why_and_what_the_rule_took_elsewhere(client: Client, output: ReviewedOutput) -> None:
    one = number(output, "two.txt")
    found = text(client, f"/finding/{one}/0")
    assert "The line only credits a picture." in found
    assert "en.label" in found
    assert "same words" in found
    assert "PC001 took 6 words from 3" in found
    text(client, f"/finding/{one}/77", 404)
    text(client, f"/kept/{one}/0/999999", 404)
    assert "Photo: Reuters" in text(client, f"/document/{one}?finding=0")


def test_hostile_text_is_shown_as_text(client: Client, output: ReviewedOutput) -> None:
    page = text(client, f"/document/{number(output, 'hostile.txt')}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "<code>\\x1b</code>" in page  # as a repair
    assert 'dir="auto"' in page


def test_arabic_text_stays_as_it_is(client: Client, output: ReviewedOutput) -> None:
    assert ARABIC in text(client, f"/document/{number(output, 'arabic.txt')}")


def test_only_the_page_itself_may_ask(client: Client) -> None:
    assert client.get(f"http://{HOST}/").status_code == 403
    assert client.get(f"http://{HOST}/wrong/").status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403
    asked = {"ids": []}
    assert client.post("/undo", json=asked).status_code == 200
    assert client.post("/undo", json=asked, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/undo", json=asked, headers={"origin": "null"}).status_code == 403
    assert client.post("/undo", json=asked, headers={"x-bodycopy-token": "wrong"}).status_code == 403
    assert client.post("/undo", json=asked, headers={"x-bodycopy-token": ""}).status_code == 403


def test_every_answer_forbids_scripts_and_frames_of_others(client: Client) -> None:
    for path in ("/", "/charts", "/decisions", "/try", "/static/review.css", "/nowhere"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    for path in ("/", "/charts", "/decisions", "/try"):
        page = client.get(path).text
        assert " style=" not in page
        assert "http://" not in page.replace("http://www.w3.org", "").replace(f"http://{HOST}", "")
    assert client.get("/static/base.html").status_code == 404
    assert client.get("/static/../app.py").status_code in (403, 404)


def test_a_decision_is_made_carried_out_by_the_next_run_and_undone(
    client: Client, output: ReviewedOutput, source: Path, run: Callable[..., RunSummary], job: Job
) -> None:
    one = number(output, "one.txt")
    viewed = output.view(output.index.document(one))  # type: ignore[arg-type]
    credit = next(n for n, each in enumerate(viewed.findings) if each.rule == "PC001")
    answer = client.post("/decide", json={"kind": "keep", "document": one, "findings": [credit]})
    assert answer.json()["number"] == 1
    (entry,) = entries(output)
    assert (entry["kind"], entry["text"], entry["site"]) == ("keep", "Photo: Reuters", "example.com")
    assert (entry["who"], entry["rule"], entry["document"]) == ("jane", "PC001", f"{SITE}/one.txt")
    assert "will-stay" in text(client, f"/document/{one}")
    assert "it stays, decided by jane" in text(client, f"/finding/{one}/{credit}")

    place = viewed.text.index("Our door is open.")
    span = [place, place + len("Our door is open.")]
    client.post("/decide", json={"kind": "remove", "document": one, "spans": [span]})
    decided = pin_decisions(existing_decisions(None, job.sink), job.sink.state)
    assert run(source, job=replace(job, decisions=decided)).documents == 3
    assert "<strong>4</strong> documents" in text(client, "/?refresh=1")
    read(output)
    assert "<strong>1</strong> document," in text(client, "/?rule=RV002")
    body = (Path(job.sink.out) / "documents" / SITE / "one.txt" / "article-01.txt").read_text()
    assert body.startswith("Photo: Reuters")
    assert "Our door" not in body

    assert client.post("/undo", json={"ids": [str(entry["id"])]}).json() == {"number": 1}
    assert [each.kind for each in output.log.decisions().active] == ["remove"]
    assert "undone or replaced" in text(client, "/decisions")


def test_metadata_the_end_and_a_rule_are_decided_about(client: Client, output: ReviewedOutput) -> None:
    one = number(output, "one.txt")
    article = {"document": one, "article": 1}
    asked: list[dict[str, object]] = [
        {"kind": "title", "value": " A title ", **article},
        {"kind": "authors", "value": "Jane Doe; Max Muster", **article},
        {"kind": "date", "value": "2026-11-30", **article},
        {"kind": "whole", **article},
        {"kind": "off", "rule": "PC001", "site": "example.com"},
    ]
    for each in asked:
        assert client.post("/decide", json=each).status_code == 200
    kinds = {str(each["kind"]): each for each in entries(output)}
    assert kinds["title"]["text"] == "A title"
    assert kinds["authors"]["values"] == ["Jane Doe", "Max Muster"]
    assert kinds["off"]["rule"] == "PC001"
    page = text(client, f"/document/{one}")
    assert "Decided about this document" in page
    assert "never acts here" in text(client, "/rule?site=example.com&rule=PC001")
    assert "will-stay" in page
    assert "PC001 only reports here; another rule may still take these words" in text(client, f"/document/{one}?finding=1")


def test_a_document_says_that_what_a_rule_takes_is_spared(client: Client, output: ReviewedOutput) -> None:
    output.log.add([Decision("", "spare", "example.com", rule="PC001", document=f"{SITE}/one.txt")])
    one, two = (f"/document/{number(output, name)}" for name in ("one.txt", "two.txt"))
    assert "what PC001 takes in this document stays, decided by jane" in text(client, f"{one}?finding=1")
    assert "will-stay" not in text(client, two)
    assert f"<small>{SITE}/one.txt</small>" in text(client, "/decisions")


def test_each_article_of_a_page_shows_its_own_title(source: Path, run: Callable[..., RunSummary], job: Job) -> None:
    archive = Path(__file__).parents[3] / "samples" / "archive" / "en-date-above-link-below" / "raw.txt"
    (source / SITE / "archive.txt").write_text(archive.read_text("utf-8"))
    run(source)
    output = ReviewedOutput(str(job.sink.out), who="jane")
    read(output)
    page = text(Client(output), f"/document/{number(output, 'archive.txt')}")
    output.close()
    articles = page.split('class="card metadata"')[1:]
    assert len(articles) > 1
    assert [article.count("TI001: ") for article in articles] == [1] * len(articles)


def test_several_lines_of_a_rule_at_once(client: Client, output: ReviewedOutput) -> None:
    page = text(client, "/rule?site=example.com&rule=PC001")
    assert page.count('type="checkbox"') == 1
    asked = {"kind": "keep", "site": "example.com", "rule": "PC001", "lines": ["Photo: Reuters", "no such line"]}
    assert client.post("/decide", json=asked).json()["number"] == 1
    assert [each["text"] for each in entries(output)] == ["Photo: Reuters"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "the document is not in the results"),
        ({"kind": "burn", "document": 1}, "no kind of decision"),
        ({"kind": "keep", "document": 1}, "nothing to decide"),
        ({"kind": "keep", "document": 1, "findings": [99]}, "has changed"),
        ({"kind": "keep", "document": 1, "findings": ["x"]}, "invalid literal"),
        ({"kind": "keep", "document": 1, "findings": [0], "stamp": "old"}, "cleaned again since"),
        ({"kind": "remove", "document": 1, "spans": [[5, 2]]}, "has changed"),
        ({"kind": "remove", "document": 1, "spans": [[3, 9]]}, "part of a sentence"),
        ({"kind": "remove", "document": 1, "spans": 7}, ""),
        ({"kind": "off", "rule": "WS001", "site": "s"}, "cannot be turned off"),
        ({"kind": "date", "document": 1, "value": "soon"}, "expected a day"),
        ({"kind": "title", "document": 1, "article": 7, "value": "x"}, "no such article"),
        ({"kind": "title", "document": 1, "value": " "}, "needs 'text'"),
        ({"kind": "keep", "document": 1, "findings": list(range(2000))}, "no more than 1,000"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(
    client: Client, output: ReviewedOutput, asked: dict[str, object], said: str
) -> None:
    answer = client.post("/decide", json=asked)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert not output.log.path.exists()


def test_requests_that_are_none_are_refused(client: Client) -> None:
    for data in (b"", b"{", b"[]", b"[" * 100_000, b"\xff", b"7" * 5_000_000):
        assert client.post("/decide", content=data).status_code == 400
    assert client.post("/try", content=b"{}").status_code == 400


def test_a_text_and_a_page_are_explained(client: Client) -> None:
    found = client.post("/try", json={"text": f"Photo: Reuters\n\n{ARABIC}<script>", "url": "https://example.com/1"}).text
    assert "The line only credits a picture." in found
    assert "<script>" not in found
    assert "Source" in client.post("/try", json={"text": f"<html><body><p>{ARABIC}</p></body></html>"}).text
    assert client.post("/try", json={"text": ""}).status_code in (200, 400)


def test_charts_have_a_picture_and_a_table(client: Client) -> None:
    page = text(client, "/charts")
    assert "Words removed, by family" in page
    assert '<svg viewBox="0 0 720' in page
    assert "credits" in page


def test_another_reviewer_s_decisions_are_seen_and_a_damaged_file_is_named(client: Client, output: ReviewedOutput) -> None:
    row = {"id": "x", "kind": "keep", "site": "example.com", "text": "Photo: Reuters", "who": "max", "at": "2026-11-30"}
    output.log.path.write_text(json.dumps(row))  # without a line end, as an editor may leave it
    assert "max" in text(client, "/decisions")
    one = number(output, "one.txt")
    other = {"kind": "remove", "document": one, "findings": [1]}
    assert client.post("/decide", json=other).json()["instead_of"] == ["max"]
    assert client.post("/decide", json=other).json()["instead_of"] == []
    assert client.post("/decide", json={"kind": "whole", "document": one}).status_code == 200
    assert [each["kind"] for each in entries(output)] == ["keep", "remove", "remove", "whole"]
    output.log.path.write_text("{")
    answer = client.post("/decide", json={"kind": "whole", "document": one})
    assert answer.status_code == 400 or answer.json()["number"] == 1
    assert "line 1" in text(client, "/decisions", 500)


def test_markdown_is_decided_about_by_its_words(
    client: Client, output: ReviewedOutput, source: Path, run: Callable[..., RunSummary], job: Job
) -> None:
    credit = "**Photo:** [Reuters](https://example.org/a)"
    (source / SITE / "note.md").write_text(f"# A crane\n\n{STORY}\n\n{credit}\n\n{LATER}\n")
    run(source)
    read(output)
    note = number(output, "note.md")
    listed = output.index.document(note)
    assert listed
    viewed = output.view(listed)
    gone = next(place for place, each in enumerate(viewed.findings) if "Photo" in each.text)
    for asked in ({"kind": "keep", "findings": [gone]}, {"kind": "whole", "article": 1}):
        answer = client.post("/decide", json={"document": note, "stamp": viewed.stamp, **asked})
        assert answer.status_code == 200, answer.text
    assert [each["text"] for each in entries(output) if each["kind"] == "keep"] == ["Photo: Reuters"]
    assert "will-stay" in text(client, f"/document/{note}")
    decided = pin_decisions(existing_decisions(None, job.sink), job.sink.state)
    run(source, job=replace(job, decisions=decided))
    assert credit in (Path(job.sink.out) / "documents" / SITE / "note.md" / "article-01.txt").read_text()
