"""Sources are parsed once: what each kind of text means."""

from pathlib import Path

import pytest

from flows.paths import anywhere
from flows.sources import SourceLocation
from flows.sources.location import SourceKind, is_address


@pytest.mark.parametrize(
    ("text", "kind", "protocol", "path", "glob"),
    [
        ("pages", "local", None, "pages", ()),
        ("~/pages/*/[ab].html", "local", None, "~/pages/*/[ab].html", ("*", "[ab].html")),
        ("./pages/**/2024/*.txt", "local", None, "./pages/**/2024/*.txt", ("**", "2024", "*.txt")),
        ("file:///pages/*.html", "local", "file", "/pages/*.html", ("*.html",)),
        ("local://pages", "local", "local", "pages", ()),
        ("s3://bucket/news", "store", "s3", "bucket/news", ()),
        ("S3://bucket/news/*.jsonl/", "store", "s3", "bucket/news/*.jsonl/", ("*.jsonl",)),
        ("simplecache::s3://bucket/news", "store", "simplecache::s3", "bucket/news", ()),
        ("https://example.com/feed?a=*", "web", "https", "example.com/feed?a=*", ()),
        ("HTTP://example.com", "web", "http", "example.com", ()),
        ("urls:list.txt", "url_list", None, "list.txt", ()),
        ("urls:https://example.com", "url_list", None, "https://example.com", ()),
        ("C:/pages", "local", None, "C:/pages", ()),
        ("", "local", None, "", ()),
    ],
)
def test_what_a_source_means(text: str, kind: SourceKind, protocol: str | None, path: str, glob: tuple[str, ...]) -> None:
    location = SourceLocation.parse(text)
    assert location == SourceLocation(text, kind, protocol, path, glob)
    assert SourceLocation.parse(location) is location
    assert location.is_fetched == (kind in ("web", "url_list"))


def test_only_addresses_have_a_protocol_at_their_beginning() -> None:
    assert [path for path in ("s3://a", "zip::s3://a", "a/b", "/a://b", "a b://c", "") if is_address(path)] == [
        "s3://a",
        "zip::s3://a",
    ]


def test_a_source_that_is_valid_in_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert anywhere("pages/*.html") == str(tmp_path / "pages/*.html")
    assert anywhere(Path("pages")) == str(tmp_path / "pages")
    assert anywhere("urls:list.txt") == f"urls:{tmp_path / 'list.txt'}"
    for address in ("s3://bucket/news", "https://example.com", "file:///pages", "zip::s3://bucket/a.zip"):
        assert anywhere(address) == address
