"""What decisions are good for besides runs: phrases for a rule file, labels for training, samples for the project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex

from cleaners import Decision, clean_text
from cleaners.decisions import OF_SEGMENTS, plain
from cleaners.text.addresses import site_of
from flows.review.document_view import ViewedDocument
from flows.review.index import Listed
from flows.review.output import ReviewedOutput
from flows.sinks import write_atomic
from flows.sinks.records import dumps

MAX_SAMPLE_CHARS = 20_000
"""Characters of a document that becomes a sample; a sample is to be read by people."""
_KEY = re.compile(r"[^a-z0-9]+")


def phrases(decisions: Iterable[Decision]) -> str:
    """Return decisions that a segment is noise as tables of a rule file, one for each site.

    Args:
        decisions: The decisions that hold.
    """
    by_site: dict[str, set[str]] = {}
    for each in decisions:
        if each.kind in ("phrase", "remove") and any(map(str.isalpha, each.text)):
            by_site.setdefault(each.site, set()).add(plain(each.text))
    parts = ["# Made by `bodycopy review --phrases` of what people have decided. A phrase has to match a whole line.\n"]
    for site, texts in sorted(by_site.items()):
        if site_of(f"https://{site}/") == site:
            hits = "".join(f"    {_toml(text)},\n" for text in sorted(texts))
            patterns = "".join(f"    {_toml(_pattern(text))},\n" for text in sorted(texts))
            parts.append(f"[sites.{_toml(site)}.phrases.any.decided]\nany_of = [\n{patterns}]\nhit = [\n{hits}]\n")
        else:
            parts.append(f"# {len(texts)} about {_toml(site)} are left out: a rule file knows sites by their domain\n")
    return "\n".join(parts)


def _pattern(text: str) -> str:
    """Return the pattern of a text in which any figures may stand in place of its own."""
    escaped = str(regex.escape(text, special_only=True, literal_spaces=True))
    return re.sub(r"\d+", r"\\d{1,9}", escaped)


def labels(output: ReviewedOutput) -> Iterator[bytes]:
    """Yield a line of JSON for each decision about a segment: its text, whether it is noise, and around what it stood.

    Args:
        output: The output, whose decisions and documents are used.
    """
    for each in output.log.decisions().active:
        if each.kind in OF_SEGMENTS:
            listed = _listed(output, each)
            row: dict[str, object] = {
                "text": each.text,
                "label": "story" if each.kind == "keep" else "noise",
                "rule": each.rule or None,
                "site": each.site,
                "language": (listed and listed[0]) or None,
                "document": each.document or None,
                "start": listed[1] if listed else None,
                "of": listed[2] if listed else None,
                "who": each.who,
                "at": each.at,
            }
            yield dumps(row)


def _listed(output: ReviewedOutput, decision: Decision) -> tuple[str, int, int] | None:
    """Return language of the document of a decision, the offset of the segment in it, and its length; None if it is gone."""
    found = _viewed(output, decision.document)
    if found is None:
        return None
    listed, viewed = found
    place = viewed.text.find(decision.text)
    return (listed.language, place, len(viewed.text)) if place >= 0 else None


def _viewed(output: ReviewedOutput, name: str) -> tuple[Listed, ViewedDocument] | None:
    """Return a document by its name, as the index lists it and as it is shown; None if it is gone or damaged."""
    number = output.index.named(name)
    listed = output.index.document(number) if number else None
    try:
        return (listed, output.view(listed)) if listed else None
    except ValueError:
        return None


def write_samples(output: ReviewedOutput, into: Path) -> int:
    """Write a sample for each document about whose segments people have decided: raw text, body and what they decided.

    The body is what the decisions make of it, so a sample fails until the rules do it by themselves. Texts of others must not
    go into a public project as they are; rewrite them first.

    Args:
        output: The output.
        into: The folder, which gets one folder for each document.

    Returns:
        The number of samples.
    """
    of_documents: dict[str, list[Decision]] = {}
    for each in output.log.decisions().active:
        if each.kind in OF_SEGMENTS and each.document:
            of_documents.setdefault(each.document, []).append(each)
    return sum(_write_sample(output, name, decisions, into) for name, decisions in sorted(of_documents.items()))


def _write_sample(output: ReviewedOutput, name: str, decisions: list[Decision], into: Path) -> bool:
    found = _viewed(output, name)
    if found is None:
        return False
    listed, viewed = found
    if viewed.header["format"] != "text" or len(viewed.text) > MAX_SAMPLE_CHARS:
        return False
    url = str(viewed.header.get("url") or f"https://{listed.site}/1")
    wanted = clean_text(viewed.text, url=url, site=listed.site, name=name, decisions=output.log.decisions())
    folder = into / (_KEY.sub("-", name.lower()).strip("-")[:80] or "document")
    folder.mkdir(parents=True, exist_ok=True)
    notes = "".join(
        f"# {each.kind}: {json.dumps(each.text[:200], ensure_ascii=False)} ({each.rule or 'no rule'})\n" for each in decisions
    )
    removed = "".join(f"    {{ rule = {json.dumps(r.rule)}, text = {_toml(r.text)} }},\n" for r in wanted.removals)
    case = f"{notes}lang = {json.dumps(listed.language)}\nurl = {json.dumps(url)}\nremoved = [\n{removed}]\n"
    for file, text in (("raw.txt", viewed.text), ("clean.txt", wanted.body), ("case.toml", case)):
        write_atomic(folder / file, text.encode("utf-8", "backslashreplace"))
    return True


def _toml(text: str) -> str:
    """Return a text as a string of TOML, which JSON's are as well, but for escapes of characters beyond the first plane."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
