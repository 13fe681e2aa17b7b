"""Reading plain English out of WordNet's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.tuning.corpora import CorporaError
from knowledge.tuning.plain import read_glosses

DRILL = "00603981 31 v 01 drill 3 001 @ 00603298 v 0000 01 + 09 00 | "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text("", encoding="utf-8")
    return tmp_path


def test_explanations_and_their_examples_are_read_once(folder: Path) -> None:
    (folder / "data.verb").write_text(
        f'{DRILL}train in the military; "They drilled every day"; "he is drilling"; "too short"  \n'
        f"{DRILL}train in the military  \n",
        encoding="utf-8",
    )
    assert read_glosses(folder) == [
        "train in the military",
        "They drilled every day",
        "he is drilling",
    ]


def test_another_folder_is_refused_by_name(folder: Path) -> None:
    (folder / "data.adj").unlink()
    with pytest.raises(CorporaError, match=r"data\.adj is missing.*WordNet"):
        read_glosses(folder)
