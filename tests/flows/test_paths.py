from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathvalidate import is_valid_filename, is_valid_filepath

from flows import paths as names_module
from flows.errors import CouldNotRun
from flows.paths import MAX_COMPONENT_CHARS, refuse_secrets, restorable_name, safe_name, shown, shown_lines, without_secret
from flows.sources import kind_of

parts = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=150).filter(lambda name: name not in (".", ".."))
folders = st.lists(parts | st.sampled_from(["con", "a", "A", "a.txt", "a "]), max_size=3)
documents = st.builds(
    lambda stem, suffix: stem + suffix,
    parts | st.sampled_from(["con", "a", "A"]),
    st.sampled_from([".txt", ".TXT", ".html", ".htm"]),
)
names = st.builds(lambda above, last: "/".join([*above, last]), folders, documents)


@pytest.mark.parametrize("name", ["a.txt", "000_269c37773ae34b91.txt", "2024/07/a-b_c.html", "a.b/c.d.htm"])
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name", ["A.txt", "con.txt", "nul", "a /b.txt", "a./b.txt", "a:b.txt", "ü.txt", "x" * 300 + ".txt", "x.txt/b.txt"]
)
def test_other_names_are_spelled_plainly_with_a_hash(name: str) -> None:
    assert "~" in safe_name(name)
    assert safe_name(name).isascii()


@given(st.from_regex(r"(con|com1|nul|lpt|clock|[a-z0-9._-]{0,9})(\.[a-z0-9._-]{0,4})?", fullmatch=True))
def test_what_is_surely_safe_is_valid_by_all_the_rules(name: str) -> None:
    if names_module._SAFE.fullmatch(name):
        assert is_valid_filename(name, platform="universal")


@given(names, names)
def test_two_names_never_share_an_output_whatever_the_case(one: str, two: str) -> None:
    if one != two:
        assert safe_name(one).casefold() != safe_name(two).casefold()


@given(names, names)
def test_no_output_lies_inside_another(one: str, two: str) -> None:
    assert not safe_name(one).startswith(safe_name(two) + "/")


@given(names)
def test_outputs_are_valid_everywhere(name: str) -> None:
    safe = safe_name(name)
    assert all(
        is_valid_filepath(part, platform="universal") and len(part) <= MAX_COMPONENT_CHARS + 6 for part in safe.split("/")
    )
    assert safe.count("/") == name.count("/")
    assert kind_of(safe) == kind_of(name)


def test_undecodable_names_have_outputs_of_their_own() -> None:
    assert safe_name("n\udcff.txt") != safe_name("n\udcfe.txt")


def test_names_cannot_speak_to_the_terminal() -> None:
    assert shown("a\x1b[2Jü\udcff\n.txt") == "a\\x1b[2Jü\\udcff\\n.txt"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://bob:pa@ss@example.com/a", "https://bob:***@example.com/a"),
        ("no ftp://bob:x@h:21/a, no s3://k:y@b", "no ftp://bob:***@h:21/a, no s3://k:***@b"),
        ("https://bob@example.com:80/a:b@c", "https://bob@example.com:80/a:b@c"),
    ],
)
def test_passwords_are_taken_out_of_addresses(text: str, told: str) -> None:
    assert without_secret(text) == told


def test_addresses_with_passwords_are_refused_for_what_keeps_them() -> None:
    refuse_secrets("https://example.com/a", "pages/*.html", None, "ftp://bob@example.com/a")
    with pytest.raises(CouldNotRun, match=r"ftp://bob:\*\*\*@example.com has a password in it, which would be kept"):
        refuse_secrets("in", "ftp://bob:secret@example.com")


@pytest.mark.parametrize("name", ["a/b.txt", "Käse/ü.TXT", "n\udcff.txt"])
def test_names_that_files_can_have_are_restored_as_they_are(name: str) -> None:
    assert restorable_name(name) == name


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 300, "é" * 130, "\ud800.txt"])
def test_names_that_no_file_can_have_are_restored_as_safe_ones(name: str, tmp_path: Path) -> None:
    assert restorable_name(name) != restorable_name(name + "x")
    (tmp_path / restorable_name(name)).write_bytes(b"")


def test_what_is_printed_has_no_control_characters_and_no_bidi_overrides() -> None:
    assert shown("a\x1b[31m\u202eb\n") == r"a\x1b[31m\u202eb\n"
    assert shown_lines("a\x1b\tb\n\u202ec\x9b\u3000") == "a\\x1b\tb\n\\u202ec\\x9b\u3000"
