"""Data frames: the same results as rows, in a frame of the same library, with its index and types."""

from __future__ import annotations

from typing import Any

import pytest

from bodycopy import BodycopyError, clean_frame, clean_rows
from bodycopy.row_cleaner import RESULTS

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}"


def test_pandas_keeps_index_columns_and_types() -> None:
    pandas: Any = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"text": [RAW, None, STORY], "n": pandas.array([1, None, 3], dtype="Int64"), "title": ["a", "b", "c"]},
        index=["x", "y", "x"],
    )
    before = frame.copy()
    done = clean_frame(frame)
    pandas.testing.assert_frame_equal(frame, before)
    assert list(done.columns) == ["text", "n", "given_title", *RESULTS]
    assert (list(done.index), str(done.n.dtype)) == (["x", "y", "x"], "Int64")
    rows = clean_rows({"text": frame.text.tolist()})
    assert {name: done[name].tolist() for name in RESULTS if name != "confidence"} == {
        name: rows[name] for name in RESULTS if name != "confidence"
    }
    assert done.confidence.isna().tolist() == [False, True, False]
    assert [str(done[name].dtype) for name in ("truncated", "confidence", "body")] == ["bool", "float64", "object"]


def test_pandas_without_rows_and_with_labels_that_are_no_strings() -> None:
    pandas: Any = pytest.importorskip("pandas")
    assert list(clean_frame(pandas.DataFrame({"text": [], 7: []})).columns) == ["text", 7, *RESULTS]
    twice = pandas.DataFrame([[RAW, RAW]], columns=["text", "text"])
    with pytest.raises(BodycopyError, match="the batch has several columns 'text'"):
        clean_frame(twice)
    with pytest.raises(BodycopyError, match="no column 'text'; its columns: 'story', 7"):
        clean_frame(pandas.DataFrame({"story": [RAW], 7: [1]}))


def test_pandas_with_missing_values_of_every_kind() -> None:
    pandas: Any = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": pandas.Series([RAW, None, float("nan"), pandas.NA, pandas.NaT], dtype=object)})
    done = clean_frame(frame)
    assert done.body.tolist() == [STORY, None, None, None, None]
    assert done.review.tolist()[1:] == [f"no text: column 'text' is {what}" for what in ("None", "NaN", "<NA>", "NaT")]
    assert clean_frame(frame.astype("string")).body.tolist() == [STORY, None, None, None, None]


def test_polars_has_types_even_where_all_is_missing() -> None:
    polars: Any = pytest.importorskip("polars")
    frame = polars.DataFrame({"text": [RAW, None], "date": ["1 May", "2 May"]})
    done = clean_frame(frame)
    assert done.columns == ["text", "given_date", *RESULTS]
    assert done["body"].to_list() == [STORY, None]
    assert done["removals"].to_list() == clean_rows({"text": [RAW, None]})["removals"]
    nothing = clean_frame(frame.clear())
    assert nothing.schema == clean_frame(frame[1:]).schema == done.schema
    assert polars.concat([nothing, done]).height == 2


def test_what_is_no_frame() -> None:
    with pytest.raises(
        BodycopyError, match=r"the frame is a builtins.dict; expected a DataFrame of pandas or of polars, or a Table"
    ):
        clean_frame({"text": [RAW]})


def test_a_lazy_frame_is_to_be_collected() -> None:
    polars: Any = pytest.importorskip("polars")
    with pytest.raises(BodycopyError, match=r"LazyFrame; expected a DataFrame.*; collect a lazy frame first"):
        clean_frame(polars.LazyFrame({"text": [RAW]}))


def test_arrow_has_types_even_where_all_is_missing() -> None:
    pyarrow: Any = pytest.importorskip("pyarrow")
    table = pyarrow.table({"text": [RAW, None], "date": ["1 May", "2 May"]}, metadata={"made by": "hand"})
    done = clean_frame(table)
    assert done.column_names == ["text", "given_date", *RESULTS]
    rows = clean_rows({"text": [RAW, None]})
    assert {name: done[name].to_pylist() for name in RESULTS} == {name: rows[name] for name in RESULTS}
    assert clean_frame(table.slice(1)).schema == clean_frame(table.slice(2)).schema == done.schema
    assert done.schema.metadata == {b"made by": b"hand"}


DAMAGED = f"Photo: Reuters \ud800\n\nZürich’s “ferry” is late \udcff too. {STORY}".encode("utf-8", "surrogatepass")
"""A text with bytes that are no UTF-8. Results hold valid Unicode alone, as these libraries do."""


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_undecodable_bytes_end_nothing(library: str) -> None:
    module: Any = pytest.importorskip(library)
    frame = (module.table if library == "pyarrow" else module.DataFrame)({"text": [DAMAGED, b"\xff\xfe\x00"]})
    rows = clean_rows({"text": [DAMAGED, b"\xff\xfe\x00"]})
    done = clean_frame(frame)
    assert list(map(str, done["body"])) == list(map(str, rows["body"]))
    str(rows).encode()


def test_half_a_character_in_a_text_ends_nothing() -> None:
    rows = clean_rows(
        {"text": [f"Photo: Reuters \ud800\n\n{STORY} \udcff", "\ud800"], "title": ["\ud800", "\udfff"]}, title="title"
    )
    "".join(str(rows[name]) for name in RESULTS).encode()
