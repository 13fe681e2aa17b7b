"""What stands on the help centre's pages."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.content import in_language
from knowledge.facts import FactGroup
from knowledge.rendering import Renderer
from knowledge.responses import FOLDER, Responses
from knowledge.testing import make_base
from server.help.arrangement import Arrangement
from server.help.counts import REASONS, Standing
from server.help.library import Library
from server.help.pages import TEMPLATES, HelpPages
from server.help.search import Found
from tests.support.help_centre import ARTICLES, FACTS, INTENTS, SITE, TODAY, Counted, Held


@pytest.fixture
def library(pages: HelpPages) -> Library:
    library = pages.library()
    assert library is not None
    return library


def article_page(pages: HelpPages, language: str, name: str, **options: Any) -> str:
    library = pages.library()
    assert library is not None
    article = library.article(name, language)
    assert article is not None
    return pages.article(library, language, article, **options).content.decode()


def data(page: str) -> dict[str, dict[str, Any]]:
    """The structured data of a page by type."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return {thing["@type"]: thing for thing in json.loads(found[1])["@graph"]}


def test_an_article_is_short_answer_details_and_date(pages: HelpPages) -> None:
    page = article_page(pages, "en", "fees")
    assert '<h1 id="title">Fees &amp; &lt;limits&gt;</h1>' in page
    assert re.search(r'<div class="short"><p>It costs <strong>2</strong>.</p>', page)
    assert '<time datetime="2026-11-10">Updated November 10, 2026</time>' in page
    assert '<html lang="en" dir="ltr">' in page
    assert 'href="https://acme.example"' in page
    assert 'href="mailto:help@acme.example"' in page


def test_nothing_in_an_article_can_act(pages: HelpPages) -> None:
    page = article_page(pages, "en", "fees")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page


def test_no_style_or_handler_stands_in_the_markup(pages: HelpPages, library: Library) -> None:
    """The content policy forbids them; a browser would drop them silently."""
    for page in (
        article_page(pages, "en", "code", asset="USDT"),
        pages.home(library, "en").content.decode(),
        pages.results(library, "en", "fees", Found(("fees",))).content.decode(),
    ):
        body = page[page.index("<body") :]
        assert " style=" not in body
        assert not re.search(r"\son[a-z]+=", body)


def test_sections_can_be_linked_to(pages: HelpPages) -> None:
    page = article_page(pages, "en", "fees")
    assert '<h2 id="steps">' in page
    assert page.count('href="#steps') == 2
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert all(f'id="{anchor}"' in page for anchor in anchors)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_table_can_be_scrolled_with_the_keyboard(pages: HelpPages) -> None:
    page = article_page(pages, "en", "fees")
    assert '<div class="table" role="group" tabindex="0" aria-labelledby="steps">' in page


def test_the_way_back_leads_over_the_topic(pages: HelpPages) -> None:
    page = article_page(pages, "es", "fees")
    crumbs = page[page.index('class="crumbs"') :]
    assert 'href="/help/es">Centro de ayuda' in crumbs
    assert 'href="/help/es/topic/withdraw-limits-fees">Comisiones y límites de retiro' in crumbs


def test_related_articles_lead_to_answers_and_not_to_questions(pages: HelpPages) -> None:
    page = article_page(pages, "en", "fees")
    related = page[page.index('id="related"') :]
    assert 'href="/help/en/flexible"' in related
    assert 'href="/help/en/apy"' not in related


def test_a_question_back_is_answered_by_a_tap(pages: HelpPages) -> None:
    page = article_page(pages, "en", "apy")
    assert '<a href="/help/en/flexible">Flexible ones</a>' in page
    assert 'id="helpful"' not in page
    assert 'content="noindex"' in page
    assert "FAQPage" not in data(page)


def test_languages_of_an_article_are_told_to_readers_and_search_engines(pages: HelpPages) -> None:
    page = article_page(pages, "es", "fees")
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
    assert alternates == {
        "en": f"{SITE}/help/en/fees",
        "es": f"{SITE}/help/es/fees",
        "x-default": f"{SITE}/help/en/fees",
    }
    assert f'<link rel="canonical" href="{SITE}/help/es/fees">' in page
    switcher = page[page.index("<details") : page.index("</details>")]
    assert re.findall(r'href="/help/(..)/fees"', switcher) == ["en", "es", "pt", "ru", "tr", "vi"]
    assert 'aria-current="true">Español' in switcher


def test_an_article_that_is_only_in_english_says_so_and_is_the_english_page(
    pages: HelpPages,
) -> None:
    page = article_page(pages, "ru", "fees")
    assert '<html lang="ru"' in page
    assert "Этой статьи на вашем языке пока нет" in page
    assert '<article lang="en">' in page
    assert f'<link rel="canonical" href="{SITE}/help/en/fees">' in page
    assert 'hreflang="ru" href="https' not in page
    assert data(page)["Article"]["inLanguage"] == "en"
    assert "Обновлено: 10 ноября 2026 г." in page


def test_countries_that_an_article_holds_for_stand_under_its_answer(
    pages: HelpPages, held: Held
) -> None:
    assert held.content is not None
    there = [
        dataclasses.replace(article, jurisdiction=("Germany", "<b>Norway</b>"))
        for article in held.content.articles
    ]
    facts = FactGroup({**FACTS, "terms": {"Germany": {"ru": "Германия"}}})
    held.content = dataclasses.replace(
        held.content, articles=tuple(there), renderer=Renderer(facts)
    )
    page = article_page(pages, "en", "fees")
    sentence = "This holds for customers in Germany and &lt;b&gt;Norway&lt;/b&gt;."
    assert f'<p class="note">{sentence}</p>' in page
    # Whoever reads the answer in a search engine reads where it holds.
    answer = data(page)["FAQPage"]["mainEntity"][0]["acceptedAnswer"]["text"]
    assert answer.endswith(f"<p>{sentence}</p>\n")
    foreign = article_page(pages, "ru", "fees")
    assert '<p class="note" lang="ru">Это относится к клиентам из' in foreign
    assert "Германия" in foreign


def test_an_article_that_holds_everywhere_names_no_country(pages: HelpPages) -> None:
    assert 'class="note"' not in article_page(pages, "en", "fees")


def test_search_engines_get_answer_article_and_way(pages: HelpPages) -> None:
    things = data(article_page(pages, "en", "fees"))
    assert things["FAQPage"]["mainEntity"][0] == {
        "@type": "Question",
        "name": "Fees & <limits>",
        "acceptedAnswer": {"@type": "Answer", "text": "<p>It costs <strong>2</strong>.</p>\n"},
    }
    assert things["Article"]["dateModified"] == "2026-11-10"
    assert things["Article"]["description"] == "It costs 2."
    items = things["BreadcrumbList"]["itemListElement"]
    assert [item["name"] for item in items] == [
        "Help centre",
        "Withdrawal fees and limits",
        "Fees & <limits>",
    ]
    assert items[2]["item"] == f"{SITE}/help/en/fees"


def test_messengers_get_a_preview(pages: HelpPages) -> None:
    page = article_page(pages, "es", "fees")
    said = dict(re.findall(r'<meta property="og:([a-z_]+)" content="([^"]*)"', page))
    assert said == {
        "type": "article",
        "title": "Comisiones",
        "description": "Cuesta 2.",
        "url": f"{SITE}/help/es/fees",
        "site_name": "Acme",
        "locale": "es_ES",
    }


def test_coins_can_be_chosen_where_an_article_knows_them(pages: HelpPages) -> None:
    assert "<select" not in article_page(pages, "en", "fees")
    plain = article_page(pages, "en", "code")
    assert re.findall(r"<option>(\w+)</option>", plain) == ["BTC", "USDT"]
    assert 'name="network"' not in plain
    chosen = article_page(pages, "en", "code", asset="USDT")
    assert re.findall(r'<option value="(\w+)">', chosen) == ["TRC20", "ERC20"]


def test_the_home_page_holds_every_topic_with_its_count(pages: HelpPages, library: Library) -> None:
    page = pages.home(library, "en").content.decode()
    assert 'action="/help/en/search"' in page
    topics = re.findall(r'href="/help/en/topic/([\w-]+)">[^<]+</a>.*?unseen">([^<]+)<', page)
    assert topics == [
        ("withdraw-limits-fees", "1 article"),
        ("savings-earn", "2 articles"),
        ("two-factor", "2 articles"),
    ]
    assert "Withdrawals and transfers" in page
    assert data(page)["WebSite"]["potentialAction"]["target"]["urlTemplate"] == (
        f"{SITE}/help/en/search?q={{query}}"
    )


def test_featured_articles_come_first_and_withheld_ones_not_at_all(
    pages: HelpPages, library: Library
) -> None:
    page = pages.home(library, "es").content.decode()
    featured = page[page.index('id="featured"') : page.index('id="topics"')]
    assert re.findall(r'href="/help/es/([\w-]+)"', featured) == ["fees"]
    assert "Most read" not in page


def test_the_home_page_follows_what_is_read_and_helps(
    pages: HelpPages, library: Library, counted: Counted
) -> None:
    before = pages.home(library, "en")
    assert pages.home(library, "en") is before
    counted.standing = Standing(
        1,
        {("code", "en"): 3, ("fees", "en"): 9, ("apy", "en"): 20, ("old", "en"): 50},
        {("flexible", "es"): (9, 10), ("fees", "en"): (1, 10)},
    )
    page = pages.home(library, "en").content.decode()
    read = page[page.index('id="most_read"') : page.index('id="most_helpful"')]
    assert re.findall(r'href="/help/en/([\w-]+)"', read) == ["fees", "code"]
    helpful = page[page.index('id="most_helpful"') : page.index("</main>")]
    assert re.findall(r'href="/help/en/([\w-]+)"', helpful) == ["flexible"]


def test_a_topic_lists_its_articles_with_their_beginnings(
    pages: HelpPages, library: Library
) -> None:
    page = pages.topic(library, "es", "withdraw_limits_fees").content.decode()
    assert "1 artículo" in page
    assert "Cuesta 2." in page
    assert f'hreflang="ru" href="{SITE}/help/ru/topic/withdraw-limits-fees"' in page


def test_results_are_specific_for_the_coin_that_was_named(
    pages: HelpPages, library: Library
) -> None:
    found = Found(("code", "fees", "apy", "old"))
    rows = pages.listed(library, "en", "code for tether?", found)
    assert [row["id"] for row in rows] == ["code", "fees", "flexible", "fixed"]
    assert rows[0]["url"] == "/help/en/code?asset=USDT"
    assert rows[0]["excerpt"] == "For USDT on all."
    assert rows[1]["url"] == "/help/en/fees"
    assert pages.listed(library, "en", "btc or usdt code", found)[0]["asset"] is None


def test_a_search_in_another_language_is_offered_there(pages: HelpPages, library: Library) -> None:
    page = pages.results(library, "en", "комиссия", Found(("fees",), "ru")).content.decode()
    assert 'href="/help/ru/search?q=%D0%BA' in page
    assert "Search in Русский" in page


def test_stale_articles_are_on_no_page(
    held: Held, pages: HelpPages, library: Library, counted: Counted
) -> None:
    assert library.article("old", "en") is None
    assert library.article("fresh", "en") is not None
    for file in (
        pages.home(library, "en"),
        pages.topic(library, "en", "two_factor"),
        pages.results(library, "en", "x", Found(("old", "fresh"))),
        pages.sitemap(library),
    ):
        assert b"/old" not in file.content
    assert b"/fresh" in pages.sitemap(library).content


def test_an_article_goes_the_day_after_its_review_was_due(responses: Responses) -> None:
    day = [TODAY]
    pages = HelpPages(Held(), responses, today=lambda: day[0])
    library = pages.library()
    assert library is not None
    assert library.article("fresh", "en") is not None
    day[0] = date(2026, 11, 23)
    later = pages.library()
    assert later is not None
    assert later.article("fresh", "en") is None


def test_drafts_and_what_is_for_agents_is_on_no_page(responses: Responses) -> None:
    hidden = [
        dataclasses.replace(ARTICLES[-1], id="draft", state="draft"),
        dataclasses.replace(ARTICLES[-1], id="inside", audience="agents"),
    ]
    held = Held()
    held.content = make_base([ARTICLES[0], *hidden], INTENTS, facts=FACTS)
    library = HelpPages(held, responses, today=lambda: TODAY).library()
    assert library is not None
    assert library.ids == ("fees",)


def test_a_new_build_makes_new_pages(held: Held, pages: HelpPages, library: Library) -> None:
    first = pages.home(library, "en")
    changed = [
        dataclasses.replace(article, title="Changed") if article.id == "fees" else article
        for article in ARTICLES
    ]
    english = in_language(changed, "en")
    held.content = make_base(english, INTENTS, facts=FACTS, build="build-2")
    new = pages.library()
    assert new is not None
    assert pages.home(new, "en").etag != first.etag


def test_a_language_from_right_to_left_is_laid_out_so(held: Held, tmp_path: Path) -> None:
    texts = yaml.safe_load((FOLDER / "en.yml").read_text(encoding="utf-8"))
    for name in ("en", "ar"):
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(texts), encoding="utf-8")
    pages = HelpPages(held, Responses.load(tmp_path), today=lambda: TODAY)
    assert '<html lang="ar" dir="rtl">' in article_page(pages, "ar", "fees")
    style = (TEMPLATES / "help.css").read_text(encoding="utf-8")
    sided = re.findall(r"(?:margin|padding|border)-(?:left|right)|[;{ ](?:left|right):", style)
    assert sided == []


def test_everything_around_the_articles_is_in_the_readers_language(
    pages: HelpPages, library: Library, responses: Responses
) -> None:
    used = {name.removeprefix("help.") for name in responses.names() if name.startswith("help.")}
    for language in responses.languages:
        for key in used:
            assert responses.say(
                f"help.{key}",
                language,
                **dict.fromkeys(responses.placeholders(f"help.{key}", language), "x"),
            )
        months = responses.say("help.months", language).split(",")
        assert len(months) == 12
    for group in Arrangement.load().groups:
        assert f"group.{group.name}" in used
    assert {f"reason.{name}" for name in REASONS} <= used


def test_every_sentence_has_its_place() -> None:
    """A text that no page says would be translated for nothing."""
    folder = TEMPLATES.parent
    said = " ".join(
        path.read_text(encoding="utf-8")
        for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]
    )
    texts = Responses.load()
    keys = [name.removeprefix("help.") for name in texts.names() if name.startswith("help.")]
    plain = [key for key in keys if not key.startswith(("group.", "reason.", "articles_"))]
    left = [
        key
        for key in plain
        if f'"{key}"' not in said and f'"{key.removesuffix("_title")}"' not in said
    ]
    assert left == []
