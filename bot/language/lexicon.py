"""The words for assets and networks, from lexicon.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("lexicon.yml")


@dataclass(frozen=True)
class Asset:
    """A coin or token; `ordinary` where its ticker is an ordinary word, too."""

    ticker: str
    names: tuple[str, ...]
    ordinary: bool
    network: str | None


@dataclass(frozen=True)
class Lexicon:
    """All assets by ticker, and each network's words."""

    assets: Mapping[str, Asset]
    networks: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = _FILE) -> Lexicon:
        """Read the file; a key that is not known is an error."""
        # BaseLoader keeps every scalar a string: NOT, ON and numbers are tickers here.
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        assets: dict[str, Asset] = {}
        for ticker, row in data["assets"].items():
            unknown = set(row) - {"names", "ordinary", "network"}
            if unknown:
                raise ValueError(f"{path}: {ticker}: {', '.join(sorted(unknown))} is not known")
            assets[ticker] = Asset(
                ticker,
                tuple(row.get("names") or ()),
                row.get("ordinary") == "true",
                row.get("network"),
            )
        networks = {code: tuple(words) for code, words in data["networks"].items()}
        return cls(assets, networks)
