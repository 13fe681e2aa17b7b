"""Structured data stays data."""

from __future__ import annotations

import json

from server.help.structured import breadcrumb, question, script


def test_nothing_ends_the_element_that_holds_it() -> None:
    text = script(question("</script><!-- & x", "<p>a & b</p>", language="en"))
    assert not set("<>&") & set(text)
    said = json.loads(text)["@graph"][0]["mainEntity"][0]
    assert said["name"] == "</script><!-- & x"
    assert said["acceptedAnswer"]["text"] == "<p>a & b</p>"


def test_steps_are_numbered_from_one() -> None:
    items = breadcrumb([("Home", "https://a.example"), ("Fees", "https://a.example/f")])
    assert [(item["position"], item["name"]) for item in items["itemListElement"]] == [
        (1, "Home"),
        (2, "Fees"),
    ]
