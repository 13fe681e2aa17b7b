"""Checks that stand between an edit and the customers: `python -m knowledge.checks` for the whole
content.

Errors stop a build. Warnings are reported: an article past its review date is withheld, and the
customers get no stale answer.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from knowledge.articles import Article, load_articles
from knowledge.content import FALLBACK_LANGUAGE
from knowledge.errors import KnowledgeError, RenderingError
from knowledge.facts import FactGroup, load_facts
from knowledge.intents import Handling, Intents
from knowledge.passages import Passage
from knowledge.rendering import Renderer, known_assets
from knowledge.translated import load_translated
from knowledge.untranslated import left_in_english, marked, unused
from knowledge.words import fold

REPOSITORY = Path(__file__).resolve().parent.parent
# Owners get this long to look at what is about to be withheld.
DUE_DAYS = 30

# A number with a unit is the exchange's: it belongs into facts.yml. Jinja is cut out before
# looking.
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_UNIT = (
    r"percent|usdt|usdc|usd|eur|gbp|btc|eth|bnb|trx|xrp|dollars?|euros?|hours?|days?|minutes?|seconds?|weeks?|months?|"
    r"years?|business days?|working days?|confirmations?|x leverage|kb|mb|"
    r"horas?|d[ií]as?|minutos?|segundos?|semanas?|mes(?:es)?|a[nñ]os?|confirmaci[oó]n(?:es)?|confirmaç(?:ão|ões)|"
    r"ч|час\w*|мин\w*|сек\w*|дн\w*|день|недел\w*|месяц\w*|лет|год\w*|подтвержден\w*|"
    r"saat|gün|dakika|saniye|hafta|yıl|onay|giờ|phút|giây|ngày|tuần|tháng|năm"
)
_NUMBER = re.compile(
    rf"(?<![\w.])[€$£]?\d[\d,.]*(?:\s?(?:{_UNIT})\b|\s?%)|(?<![\w.])[€$£]\d", re.IGNORECASE
)


@dataclass(frozen=True)
class Report:
    """The outcome: `published` may be indexed, `withheld` (article.language) are not shown to
    customers, `due` says what has to be looked at within the next weeks, the soonest first.
    """

    published: tuple[Article, ...]
    withheld: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    due: tuple[str, ...] = ()


def check(
    articles: Sequence[Article],
    facts: FactGroup,
    intents: Intents,
    *,
    today: date,
    withdrawn: Collection[str] = (),
    filled: Collection[str] = (),
    translated: Sequence[Passage] = (),
) -> Report:
    """Check the articles against the facts, the intents and each other, as of `today`. Those in
    `filled` (`id.language`) are known to render with these facts: an edit is checked in a moment.

    `translated` are phrasings in languages that an article is not written in.

    That the table of intents names an article which was `withdrawn` (by id) is only a warning: who
    withdraws one cannot edit the table, and it does no harm.
    """
    unfilled = [article for article in articles if article.name not in filled]
    faults = list(renders(unfilled, facts))
    places = {_place(article): article.key for article in unfilled}
    reasons = {
        places[fault.partition(": ")[0]]: f"it uses {path}, and {facts.validity.lapsed[path]}"
        for fault in faults
        if (path := facts.validity.needed_by(fault)) is not None
    } | {
        article.key: reason
        for article in articles
        if (reason := article.withheld(today)) is not None
    }
    published = tuple(article for article in articles if article.key not in reasons)
    withheld = [article for article in articles if article.key in reasons]
    errors = [
        *links(articles),
        *without_english(articles),
        *phrasings(articles, [each for each in translated if each.article not in withdrawn]),
        *asked_for(articles, translated, withdrawn),
        *intents_named(articles, intents, withdrawn),
        *(fault for fault in faults if facts.validity.needed_by(fault) is None),
        *numbers(articles),
    ]
    warnings = [
        f"{_place(article)}: withheld, {reasons[article.key]} (owner {article.owner})"
        for article in withheld
    ]
    warnings.extend(
        f"data/intents.yml: {row.name} names the article {name}, which was withdrawn"
        for row in intents.values()
        for name in row.articles
        if name in withdrawn
    )
    # A warning too: who takes a country out of an article in the console cannot edit the terms.
    warnings.extend(unused(facts, (place for each in articles for place in each.jurisdiction)))
    warnings.extend(uncovered(published, intents))
    return Report(
        published,
        tuple(article.name for article in withheld),
        errors,
        warnings,
        due(published, facts, today=today),
    )


def due(articles: Iterable[Article], facts: FactGroup, *, today: date) -> tuple[str, ...]:
    """What ends or begins within DUE_DAYS: reviews, and the validity of facts."""
    last = today + timedelta(days=DUE_DAYS)
    reviews = [
        (each.review_by, f"{each.name}: to be reviewed by {each.review_by} (owner {each.owner})")
        for each in articles
        if today <= each.review_by <= last
    ]
    changes = [
        (day, f"{path} {what} on {day}")
        for day, path, what in facts.validity.changes
        if day <= last
    ]
    return tuple(text for _, text in sorted([*reviews, *changes]))


def links(articles: Iterable[Article]) -> Iterator[str]:
    """Follow-ups and choices that lead nowhere."""
    articles = list(articles)
    known = {article.id for article in articles}
    for article in articles:
        for name in article.follow_ups:
            if name not in known:
                yield f"{_place(article)}: the follow-up {name} does not exist"
            elif name == article.id:
                yield f"{_place(article)}: it is its own follow-up"
        for option in article.choices.options if article.choices else ():
            if option.article not in known:
                yield f"{_place(article)}: the choice {option.article} does not exist"


def without_english(articles: Iterable[Article]) -> Iterator[str]:
    """Articles that no customer of another language could fall back on."""
    articles = list(articles)
    english = {article.id for article in articles if article.language == FALLBACK_LANGUAGE}
    for article in articles:
        if article.id not in english:
            yield f"{_place(article)}: there is no {article.id}.{FALLBACK_LANGUAGE}.md"


def phrasings(articles: Iterable[Article], translated: Iterable[Passage] = ()) -> Iterator[str]:
    """The same title or phrasing twice in one language: the index could not tell the articles
    apart.
    """
    seen: dict[tuple[str, str], str] = {}
    for place, language, article, text in _phrased(articles, translated):
        other = seen.setdefault((language, " ".join(re.findall(r"\w+", fold(text)))), article)
        if other != article:
            yield f"{place}: the phrasing {text!r} is also one of {other}"


def _phrased(
    articles: Iterable[Article], translated: Iterable[Passage]
) -> Iterator[tuple[str, str, str, str]]:
    """Place, language, article and text of every title and phrasing."""
    for article in articles:
        for text in (article.title, *article.questions):
            yield _place(article), article.language, article.id, text
    for passage in translated:
        place = f"knowledge/phrasings/{passage.language}: {passage.article}"
        yield place, passage.language, passage.article, passage.text


def asked_for(
    articles: Iterable[Article], translated: Iterable[Passage], withdrawn: Collection[str] = ()
) -> Iterator[str]:
    """Phrasings of articles that do not exist and were not withdrawn either."""
    known = {article.id for article in articles} | set(withdrawn)
    for language, name in dict.fromkeys((each.language, each.article) for each in translated):
        if name not in known:
            yield f"knowledge/phrasings/{language}: the article {name} does not exist"


def intents_named(
    articles: Iterable[Article], intents: Intents, withdrawn: Collection[str] = ()
) -> Iterator[str]:
    """Topics and intents that the table does not know, and articles of the table that do not
    exist and were not withdrawn either.
    """
    articles = list(articles)
    known = {article.id for article in articles} | set(withdrawn)
    for article in articles:
        if article.topic not in intents.topics:
            yield f"{_place(article)}: the topic {article.topic} is not in data/intents.yml"
        for name in article.intents:
            if name not in intents:
                yield f"{_place(article)}: the intent {name} is not in data/intents.yml"
    for row in intents.values():
        for name in row.articles:
            if name not in known:
                yield f"data/intents.yml: {row.name} names the article {name}, which does not exist"


def uncovered(articles: Iterable[Article], intents: Intents) -> Iterator[str]:
    """Intents that are to be answered and have no article."""
    covered = {name for article in articles for name in article.intents}
    for row in intents.with_handling(Handling.ANSWER):
        if row.name not in covered and not row.articles:
            yield f"data/intents.yml: no article answers {row.name}"


def renders(articles: Iterable[Article], facts: FactGroup) -> Iterator[str]:
    """Articles that cannot be filled, or that would show a term in English: in general, for each
    asset, and for each asset on each of its networks.
    """
    articles = list(articles)
    renderers = {
        language: Renderer(marked(facts, language))
        for language in {article.language for article in articles}
    }
    assets = known_assets(facts)
    networks = _networks(facts)
    for article in articles:
        cases: list[tuple[str | None, str | None]] = [(None, None), ("UNKNOWN", "UNKNOWN")]
        if "{%" in article.body or "{{" in article.body:
            cases.extend((asset, None) for asset in assets)
            cases.extend((None, network) for network in networks)
        if "network" in article.body:
            cases.extend(_pairs(facts, assets, networks))
        problems: dict[str, str] = {}
        for asset, network in cases:
            try:
                rendered = renderers[article.language].render(article, asset=asset, network=network)
            except RenderingError as error:
                # One missing fact fails for many assets alike: it is told once.
                problems.setdefault(str(error).rpartition("filled: ")[2], str(error))
            else:
                if not rendered.short:
                    problems.setdefault(
                        "empty", f"its short answer is empty (asset {asset}, network {network})"
                    )
                for word in left_in_english(rendered.short + rendered.details):
                    problems.setdefault(
                        word, f"it shows {word!r} in English; add the filter `term`"
                    )
        yield from (f"{_place(article)}: {problem}" for problem in problems.values())


def numbers(articles: Iterable[Article]) -> Iterator[str]:
    """Numbers with a unit typed into an article instead of looked up in the facts."""
    for article in articles:
        text = _JINJA.sub(lambda match: "\n" * match[0].count("\n"), article.body)
        for line in text.splitlines():
            for match in _NUMBER.finditer(line):
                yield f"{_place(article)}: the number {match[0].strip()!r} belongs into facts.yml"


def _networks(facts: FactGroup) -> tuple[str, ...]:
    networks = facts.get("networks") or ()
    return tuple(networks)


def _pairs(
    facts: FactGroup, assets: Sequence[str], networks: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Each asset on each network it is listed with, and on one that it is not."""
    for asset in assets:
        entry = facts["assets"][asset] if isinstance(facts["assets"], FactGroup) else None
        own = tuple(entry.get("networks", networks)) if isinstance(entry, FactGroup) else networks
        other = next((network for network in networks if network not in own), None)
        yield from ((asset, network) for network in (*own, *((other,) if other else ())))


def _place(article: Article) -> str:
    return article.source or article.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the content of a checkout; prints what is wrong and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.checks", description="Check articles, facts and intents."
    )
    parser.add_argument(
        "--root", type=Path, default=REPOSITORY, help="the checkout (default: this one)"
    )
    root: Path = parser.parse_args(arguments).root
    out = sys.stdout.write
    try:
        articles = load_articles(root / "knowledge" / "articles")
        facts = load_facts(root / "knowledge" / "facts.yml")
        intents = Intents.load(root / "data" / "intents.yml")
        translated = load_translated(root / "knowledge" / "phrasings")
    except KnowledgeError as error:
        out(f"{error}\n")
        return 1
    today = datetime.now(UTC).date()
    report = check(articles, facts, intents, today=today, translated=translated)
    counts: dict[str, int] = defaultdict(int)
    for article in report.published:
        counts[article.language] += 1
    for warning in report.warnings:
        out(f"warning: {warning}\n")
    for text in report.due:
        out(f"due: {text}\n")
    for problem in report.errors:
        out(f"error: {problem}\n")
    held = ", ".join(f"{count} {language}" for language, count in sorted(counts.items())) or "none"
    out(f"{len(report.errors)} errors, {len(report.warnings)} warnings; articles: {held}\n")
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
