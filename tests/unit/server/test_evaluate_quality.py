"""What `teller evaluate quality` measures, and what it refuses before measuring anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from evaluation import quality
from server import evaluate_quality
from server.evaluate_quality import NAMES, run
from server.settings import Settings

Plan = list[tuple[str, str]]


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Plan:
    """What is measured, instead of measuring it."""
    done: Plan = []
    measured = {"date": "d", "engine": "e", "machine": "m", "tested_on": "t", "figures": {}}

    def benchmark(name: str, folder: Path, side: str) -> dict[str, object]:
        done.append((name, side))
        return {**measured, "confusions": [], "reliability": [], "risk_coverage": {}}

    async def routing(*_: object) -> dict[str, object]:
        done.append(("routing", "own"))
        return measured

    def validation() -> dict[str, object]:
        done.append(("validation", "own"))
        return measured

    monkeypatch.setattr(evaluate_quality, "_benchmark", benchmark)
    monkeypatch.setattr(evaluate_quality, "_routing", routing)
    monkeypatch.setattr(evaluate_quality, "_validation", validation)
    monkeypatch.setattr(evaluate_quality, "rounds", lambda *_: [])
    monkeypatch.setattr(quality, "charts", lambda *_: [])
    monkeypatch.setattr(quality, "page", lambda *_: "page\n")
    return done


async def measure(folder: Path, **options: object) -> tuple[int, str]:
    console = Console(record=True, soft_wrap=True, quiet=False)
    settings = {"benchmarks": folder, "peer": False, "only": (), "folder": folder / "docs"}
    status = await run(Settings(), progress=console, **{**settings, **options})  # type: ignore[arg-type]
    return status, console.export_text()


async def test_all_sets_are_measured_and_the_peer_last(plan: Plan, tmp_path: Path) -> None:
    status, _ = await measure(tmp_path, peer=True)
    assert status == 0
    assert plan == [*((name, "own") for name in NAMES), ("banking77-10shot", "peer")]
    assert (tmp_path / "docs" / "quality.md").read_text() == "page\n"


async def test_single_sets_leave_the_others_as_they_were(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "quality.json").write_text('{"sets": {"hwu64": {"own": {"kept": 1}}}}')
    await measure(tmp_path, only=["ru", "routing"], peer=True)
    assert plan == [("routing", "own"), ("ru", "own"), ("ru", "peer")]
    store = json.loads((tmp_path / "docs" / "quality.json").read_text())
    assert store["sets"]["hwu64"] == {"own": {"kept": 1}}
    assert store["sets"]["ru"].keys() == {"own", "peer"}
    assert store["routing"]["date"] == "d"


async def test_without_public_sets_our_own_are_measured(plan: Plan, tmp_path: Path) -> None:
    await measure(tmp_path, benchmarks=None)
    assert plan == [("validation", "own"), ("routing", "own")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"only": ["banking"]}, "--only banking: no such set; known are validation, routing"),
        ({"benchmarks": None, "only": ["ru"]}, "Public sets need their folder"),
        ({"benchmarks": None, "peer": True}, "Public sets need their folder"),
        ({"benchmarks": Path("gone")}, "--benchmarks gone: no such folder"),
    ],
)
async def test_what_cannot_be_measured_is_told_first(
    plan: Plan, tmp_path: Path, options: dict[str, object], said: str
) -> None:
    status, printed = await measure(tmp_path, **options)
    assert status == 1
    assert said in printed
    assert plan == []


async def test_a_broken_store_is_not_overwritten(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "quality.json").write_text("{")
    status, printed = await measure(tmp_path)
    assert status == 1
    assert "quality.json cannot be read" in printed
    assert (tmp_path / "docs" / "quality.json").read_text() == "{"
