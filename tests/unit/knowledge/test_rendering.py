"""An article is filled with facts, safely, and says what is missing."""

from __future__ import annotations

import pytest

from knowledge.errors import RenderingError
from knowledge.facts import FactGroup
from knowledge.rendering import Renderer, known_assets, split
from knowledge.testing import make_article

FACTS = FactGroup({"fees": {"USDT": {"TRC20": 1.5}, "BTC": {"BTC": 0.0002}}, "rate": 0.035})


def render(body: str, **entities: str) -> str:
    return Renderer(FACTS).render(make_article("a", body=body), **entities).short


def test_the_short_answer_ends_at_the_first_heading() -> None:
    rendered = split("Short.\n\n- list\n\n## Steps\n1. Go\n\n## More\nx")
    assert rendered.short == "Short.\n\n- list"
    assert rendered.details == "## Steps\n1. Go\n\n## More\nx"
    assert split("Only short.").details == ""


def test_facts_become_numbers_that_people_read() -> None:
    assert render("{{ facts.fees.BTC.BTC | amount }} and {{ facts.rate | percent }}") == (
        "0.0002 and 3.5 %"
    )


def test_an_asset_makes_the_answer_specific() -> None:
    body = "{% if asset and asset in facts.fees %}For {{ asset }}{% else %}For all{% endif %}"
    assert render(body, asset="USDT") == "For USDT"
    assert render(body, asset="XYZ") == "For all"
    assert render(body) == "For all"


def test_statements_on_lines_of_their_own_leave_no_lines_behind() -> None:
    body = (
        "{% for coin in facts.fees %}\n- {{ coin }}\n{% endfor %}\nEnd{% if asset %}!{% endif %}\nx"
    )
    assert render(body) == "- USDT\n- BTC\nEnd\nx"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ facts.fees.XYZ }}", r"facts\.fees\.XYZ is not in facts\.yml"),
        ("{{ facts.fees[asset].TRC20 }}", r"\(asset DOGE\).*facts\.fees\.DOGE"),
        ("{{ nothing }}", "nothing"),
        ("{% if %}", "cannot be filled"),
        ("{{ facts.rate | unknown }}", "unknown"),
        ("{{ 'x' | amount }}", "cannot be filled"),
    ],
)
def test_what_cannot_be_filled_names_article_and_fact(body: str, says: str) -> None:
    with pytest.raises(RenderingError, match=r"article a\.en.*"):
        render(body, asset="DOGE")
    with pytest.raises(RenderingError, match=says):
        render(body, asset="DOGE")


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ facts.__init__.__globals__ }}",
        "{{ facts.plain.__globals__ }}",
        "{% set x = facts.plain().update({}) %}{{ cycler.__init__.__globals__ }}",
    ],
)
def test_an_article_cannot_reach_the_program(body: str) -> None:
    with pytest.raises(RenderingError):
        render(body)


def test_an_article_writes_numbers_as_its_language_does() -> None:
    body = (
        "{{ 1250.5 | amount }} {{ facts.rate | percent }} {{ 3 | counted('день', 'дня', 'дней') }}"
    )
    renderer = Renderer(FACTS)
    russian, english = (
        renderer.render(make_article("a", language=language, body=body)).short
        for language in ("ru", "en")
    )
    assert russian.replace("\N{NO-BREAK SPACE}", " ") == "1 250,5 3,5 % 3 дня"
    assert english == "1,250.5 3.5 % 3 дня"


def test_assets_are_known_however_the_facts_list_them() -> None:
    assert known_assets({"assets": {"BTC": {}, "ETH": {}}}) == ("BTC", "ETH")
    assert known_assets({"assets": ["BTC", {"ticker": "ETH"}]}) == ("BTC", "ETH")
    assert known_assets({}) == ()
