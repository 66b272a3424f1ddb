"""Lines of shards are joined and parted as bytes; what is spelled otherwise is read as JSON."""

import json

import pytest

from flows.sinks.base import Outputs
from flows.sinks.records import dumps
from flows.sinks.shard_lines import article_lines, articles_of, ledger_lines, ledgers_of

NAME = 'a "b", "body": "c", é.txt'
BODY = 'He wrote {"title": "x", "body": "y"}, "body": "z".\n\nAnd \\"left\\".'
METADATA = {"source": NAME, "article": 1, "carried": {"x": "1", "body": "2"}, "title": "\udcff"}
HEADER = {"kind": "document", "schema": 2, "source": NAME, "articles": 1}
ENTRY = {"kind": "removal", "rule": "PC001", "start": 0, "end": 1, "text": '{"source": "x", '}
OUTPUTS = Outputs(((BODY.encode(), dumps(METADATA)),), dumps(HEADER) + dumps(ENTRY) + dumps({**ENTRY, "text": "\udcff"}))


def read(articles: list[bytes], ledgers: list[bytes]) -> dict[str, Outputs]:
    bodies = articles_of(articles)
    return {name: Outputs(tuple(bodies[name]), ledger) for name, ledger in ledgers_of(ledgers).items()}


def test_outputs_come_back_from_their_lines() -> None:
    articles, ledgers = list(article_lines(NAME, OUTPUTS)), list(ledger_lines(NAME, OUTPUTS))
    assert [json.loads(line) for line in articles] == [{**METADATA, "body": BODY}]
    assert [json.loads(line) for line in ledgers][:2] == [HEADER, {"source": NAME, **ENTRY}]
    assert read(articles, ledgers) == {NAME: OUTPUTS}


def test_lines_that_are_spelled_otherwise_say_the_same() -> None:
    def others(lines: list[bytes]) -> list[bytes]:
        rows = map(json.loads, lines)
        return [json.dumps(dict(reversed(row.items())), separators=(",", ":")).encode() + b"\r\n" for row in rows]

    ours = list(article_lines(NAME, OUTPUTS)), list(ledger_lines(NAME, OUTPUTS))
    found = read(others(ours[0]), others(ours[1]))[NAME]
    assert [body for body, _ in found.articles] == [BODY.encode()]
    assert json.loads(found.articles[0][1]) == METADATA
    assert [json.loads(line) for line in found.ledger.splitlines()] == [
        json.loads(line) for line in OUTPUTS.ledger.splitlines()
    ]
    compact = Outputs(
        tuple((body, row.replace(b": ", b":")) for body, row in found.articles), found.ledger.replace(b": ", b":")
    )
    assert [json.loads(line) for line in article_lines(NAME, compact)] == [json.loads(line) | {} for line in ours[0]]


@pytest.mark.parametrize("missing", [2, 30])
def test_a_line_that_is_cut_short_is_no_line(missing: int) -> None:
    articles, ledgers = list(article_lines(NAME, OUTPUTS)), list(ledger_lines(NAME, OUTPUTS))
    with pytest.raises(ValueError, match=r"line 1|Unterminated|delimiter"):
        articles_of([articles[0][:-missing]])
    with pytest.raises(ValueError, match=r"line 1|Unterminated|delimiter"):
        ledgers_of([*ledgers[:-1], ledgers[-1][:-missing]])


def test_a_byte_order_mark_before_the_first_line_is_no_damage() -> None:
    articles, ledgers = list(article_lines(NAME, OUTPUTS)), list(ledger_lines(NAME, OUTPUTS))
    assert read([b"\xef\xbb\xbf" + articles[0]], [b"\xef\xbb\xbf" + ledgers[0], *ledgers[1:]])[NAME].ledger == OUTPUTS.ledger


def test_documents_whose_lines_are_apart_keep_them() -> None:
    lines = list(ledger_lines("a", Outputs((), dumps({**HEADER, "source": "a"}) + dumps(ENTRY))))
    others = list(ledger_lines("b", Outputs((), dumps({**HEADER, "source": "b"}))))
    assert ledgers_of([lines[0], *others, lines[1]])["a"] == dumps({**HEADER, "source": "a"}) + dumps(ENTRY)
