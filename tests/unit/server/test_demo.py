"""The demo page's figures come from the facts, whatever facts there are."""

from __future__ import annotations

from server.demo import highlights


def test_figures_are_the_facts_own() -> None:
    facts = {
        "trading_fees": {"tiers": [{"spot_maker": 0.001}]},
        "savings": {"flexible": {"rates": {"USDT": {"apy": 0.046}}}},
        "withdrawal": {"fees": {"USDT": {"TRC20": {"fee": 1}}}},
    }
    assert [each["value"] for each in highlights(facts)] == ["0.1 %", "4.6 %", "1 USDT"]


def test_other_facts_leave_figures_out() -> None:
    assert highlights({"trading_fees": {"tiers": []}, "savings": None}) == []
