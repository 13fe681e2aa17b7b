"""`teller doctor` tells what customers are not shown, and what will be due."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.doctor import Finding, examine
from server.settings import Settings

TODAY = datetime.now(UTC).date()
LATER = (TODAY + timedelta(days=90)).isoformat()
EARLIER = (TODAY - timedelta(days=1)).isoformat()


def freshness(folder: Path, *, review_by: str = LATER, **manifest: Any) -> Finding:
    build = folder / "current"
    build.mkdir()
    (build / "manifest.json").write_text(json.dumps(manifest))
    article = {"id": "fees", "language": "en", "review_by": review_by}
    (build / "content.json").write_text(json.dumps({"articles": [article]}))
    settings = Settings.load().model_copy(update={"index": folder})
    return next(found for found in examine(settings) if found.what == "freshness")


def test_nothing_withheld_is_well(tmp_path: Path) -> None:
    found = freshness(tmp_path)
    assert (found.good, found.detail) == (True, "nothing withheld")


def test_what_is_withheld_or_due_is_named(tmp_path: Path) -> None:
    warning = "old.en: withheld, it was to be reviewed by 2026-01-01 (owner payments)"
    found = freshness(tmp_path, warnings=[warning], due=["new.en: to be reviewed by 2026-12-20"])
    assert not found.good
    assert "1 withheld: old.en" in found.detail
    assert "1 due within 30 days: new.en" in found.detail


@pytest.mark.parametrize("why", ["it is a draft", "it is for agents alone"])
def test_what_is_withheld_on_purpose_needs_no_mending(tmp_path: Path, why: str) -> None:
    found = freshness(tmp_path, warnings=[f"new.en: withheld, {why} (owner payments)"])
    assert found.good
    assert "new.en" in found.detail


@pytest.mark.parametrize("since", [{"review_by": EARLIER}, {"changes": TODAY.isoformat()}])
def test_a_date_that_passed_since_the_build_asks_for_another(
    tmp_path: Path, since: dict[str, str]
) -> None:
    found = freshness(tmp_path, **since)
    assert (found.good, found.mend) == (False, "make index")


def test_a_change_still_to_come_asks_for_none(tmp_path: Path) -> None:
    assert freshness(tmp_path, changes=LATER).good
