from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ARTICLE = """---
id: {id}
title: Withdrawal fees
topic: withdraw_limits_fees
intents: [withdraw_fee]
questions:
  - how much does it cost to withdraw
owner: payments
updated: 2026-11-10
review_by: 2027-05-10
{extra}---
{body}
"""


@pytest.fixture
def write_article(tmp_path: Path) -> Callable[..., Path]:
    """Writes an article file; `extra` adds lines of front matter, `replace` changes the text."""

    def write(
        name: str = "withdrawal-fees",
        *,
        body: str = "It costs {{ facts.fee }}.",
        extra: str = "",
        language: str = "en",
        replace: tuple[str, str] | None = None,
    ) -> Path:
        text = ARTICLE.format(id=name, extra=extra and extra + "\n", body=body)
        if replace:
            assert replace[0] in text
            text = text.replace(*replace)
        path = tmp_path / "articles" / "topic" / f"{name}.{language}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
