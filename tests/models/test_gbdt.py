"""Models: which file is read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaners.models import gbdt

PACKAGE = Path(gbdt.__file__).parents[1]
PROGRAM = (
    "from cleaners import rules_version; from cleaners.models import gbdt; "
    "print(rules_version(), gbdt.load('line_model/model.json').threshold)"
)


def told(folder: Path | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    if folder:
        monkeypatch.setenv(gbdt.MODELS, str(folder))
    return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()


def test_a_folder_of_models_takes_the_place_of_the_shipped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = told(None, monkeypatch)
    (tmp_path / "line_model").mkdir()
    shutil.copy(PACKAGE / "line_model" / "model.json", tmp_path / "line_model")
    path = tmp_path / "line_model" / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"threshold": 0.25}))
    other = told(tmp_path, monkeypatch)
    assert other[1] == "0.25" != shipped[1]
    assert other[0] != shipped[0], "the version of the rules knows the models"


def test_a_folder_without_that_model_leaves_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gbdt.MODELS, str(tmp_path))
    assert gbdt.read("line_model/model.json") == json.loads((PACKAGE / "line_model" / "model.json").read_text())


def test_no_folder_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gbdt.MODELS, str(tmp_path / "none"))
    with pytest.raises(ValueError, match=r"BODYCOPY_MODELS is .*none.*, which is no folder; name one"):
        gbdt.read("line_model/model.json")
