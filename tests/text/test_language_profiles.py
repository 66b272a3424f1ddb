"""The profiles of languages: the chances are those of langdetect's own table."""

import shutil
from pathlib import Path

import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from cleaners.text.language_profiles import Profiles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("profiles")
    for name in ("de", "en", "ru"):
        shutil.copy(Path(PROFILES_DIRECTORY, name), folder / name)
    return folder


def test_every_chance_is_the_one_in_the_table_of_langdetect(folder: Path) -> None:
    factory = DetectorFactory()
    factory.load_profile(str(folder))
    profiles = Profiles(folder)
    assert profiles.languages == factory.langlist
    assert profiles.keys() == factory.word_lang_prob_map.keys()
    assert all(profiles[gram] == tuple(chances) for gram, chances in factory.word_lang_prob_map.items())


def test_an_n_gram_of_no_language_is_not_there(folder: Path) -> None:
    profiles = Profiles(folder)
    assert "the" in profiles
    assert "\u0e01" not in profiles
