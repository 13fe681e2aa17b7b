"""Publishing builds beside the live index, checks, and swaps in one step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge import checks
from knowledge.base import KnowledgeBase
from knowledge.builds import builds, current, previous, switch
from knowledge.classifier import ArticleClassifier
from knowledge.content import FORMAT, Content
from knowledge.corpora.entries import literal
from knowledge.errors import (
    ArticlesInvalidError,
    ChecksFailedError,
    EncoderMismatchError,
    IndexUnavailableError,
)
from knowledge.overlay import Revised
from knowledge.publish import Published, Sources, publish
from knowledge.testing import WordEncoder, make_article

TODAY = date(2026, 12, 1)
Write = Callable[..., Path]


@pytest.fixture
def sources(tmp_path: Path, write_article: Write) -> Sources:
    write_article()
    (tmp_path / "facts.yml").write_text("fee: 2\n")
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
    )
    return Sources(tmp_path / "articles", tmp_path / "facts.yml", tmp_path / "intents.yml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(root: Path, sources: Sources, *, reuse: bool = False) -> Published:
    return publish(root, sources, WordEncoder(), WordEncoder.hash, today=TODAY, reuse=reuse)


def opened(root: Path) -> KnowledgeBase:
    return KnowledgeBase.open(root / "current", WordEncoder(), WordEncoder.hash)


def test_what_is_published_is_answered_from(root: Path, sources: Sources) -> None:
    published = run(root, sources)
    base = opened(root)
    assert base.build == published.build == current(root)
    best = base.searchers["en"].search("how much does it cost to withdraw")[0]
    assert best.article == "withdrawal-fees"
    article = base.article("withdrawal-fees", "es")
    assert article is not None
    assert base.renderer.render(article).short == "It costs 2."


def test_the_manifest_says_what_is_inside(root: Path, sources: Sources) -> None:
    manifest = run(root, sources).manifest
    assert manifest["encoder"] == "words"
    assert manifest["articles"] == 1
    assert manifest["passages"] == 3
    assert set(manifest["article_hashes"]) == {"withdrawal-fees.en"}
    assert manifest["gate"]["fitted"] is False


def test_when_a_person_is_called_is_fitted_on_labelled_messages(
    root: Path, sources: Sources, tmp_path: Path
) -> None:
    (tmp_path / "intents.yml").write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees}\n"
        "complaint: {topic: complaint_feedback, handling: handoff, label: C, needs_human: true}\n"
    )
    rows = []
    for at in range(300):
        needed = at % 3 == 0
        row = {"text": f"message {at}", "language": "en", "needed": needed, "truth": []}
        row |= {"needs_human": 0.8 if needed else 0.1}
        rows.append(row | {"ranking": [["complaint" if needed else "withdraw_fee", 0.7]]})
    tones = tmp_path / "tones.jsonl"
    tones.write_text("\n".join(json.dumps(row) for row in rows))
    manifest = run(root, replace(sources, tones=tones)).manifest
    assert manifest["need"]["en"] == {
        "examples": 300,
        "needed": 100,
        "recall": 1.0,
        "alarms": 0.0,
    }
    assert opened(root).gate.need.threshold == manifest["need"]["threshold"]


def test_a_build_needs_nothing_beside_it(root: Path, sources: Sources) -> None:
    run(root, sources)
    sources.facts.unlink()
    sources.intents.unlink()
    assert opened(root).intents["withdraw_fee"].label == "Fees"
    assert Content.load(root / "current").languages_of("withdrawal-fees") == ("en",)


def test_a_language_is_answered_from_its_own_articles_and_english_ones(
    root: Path, sources: Sources, tmp_path: Path, write_article: Write
) -> None:
    limits = write_article("limits", replace=("Withdrawal fees", "Limits"))
    limits.write_text(limits.read_text().replace("how much does it cost to withdraw", "limits"))
    write_article(language="es", body="Cuesta {{ facts.fee }}.")
    for language in ("es", "tr"):
        path = tmp_path / "nlu" / f"withdraw_limits_fees.{language}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("nlu:\n- intent: withdraw_fee\n  examples: |\n    - comision\n")
    published = run(root, replace(sources, messages=tmp_path / "nlu"))
    base = opened(root)

    found = {
        language: {article.id: article.language for article in base.searcher(language).articles}
        for language in ("en", "es", "tr", "fr")
    }
    assert found["es"] == {"withdrawal-fees": "es", "limits": "en"}
    assert set(found["en"].values()) == set(found["tr"].values()) == {"en"}
    assert base.gate.languages == {"en", "es", "tr"}
    assert found["fr"] == found["en"]
    assert published.manifest["articles"] == 3
    [best] = base.searcher("es").search("comision", count=1)
    assert best.article == "withdrawal-fees"


def test_a_translated_article_is_found_by_its_english_phrasings_too(
    root: Path, sources: Sources, write_article: Write
) -> None:
    limits = write_article("limits", replace=("how much does it cost to withdraw", "at most"))
    limits.write_text(limits.read_text().replace("Withdrawal fees", "Limits"))
    translated = write_article(language="es", body="Cuesta {{ facts.fee }}.")
    translated.write_text(
        translated.read_text()
        .replace("Withdrawal fees", "Comisiones")
        .replace("how much does it cost to withdraw", "cuanto cuesta sacar")
    )
    run(root, sources)
    spanish = opened(root).searcher("es")
    for text in ("cuanto cuesta", "cost to withdraw"):
        [best] = spanish.search(text, count=1)
        assert (best.article, best.title) == ("withdrawal-fees", "Comisiones")
    assert opened(root).searcher("en").known_words("cuanto cuesta sacar") == 0


def test_an_article_without_english_stops_it(
    root: Path, sources: Sources, write_article: Write
) -> None:
    write_article("nur", language="es", replace=("Withdrawal fees", "Otro"))
    with pytest.raises(ChecksFailedError, match=r"no nur\.en\.md"):
        run(root, sources)


def test_a_changed_fact_changes_the_answer_when_published(root: Path, sources: Sources) -> None:
    run(root, sources)
    sources.facts.write_text("fee: 9\n")
    before = opened(root)
    run(root, sources)
    article = before.articles[0]
    assert before.renderer.render(article).short == "It costs 2."
    assert opened(root).renderer.render(article).short == "It costs 9."


def test_the_build_before_is_kept_and_older_ones_go(root: Path, sources: Sources) -> None:
    names = [run(root, sources).build for _ in range(4)]
    assert builds(root) == names[-2:]
    assert current(root) == names[-1]


def test_rolling_back_is_one_step(root: Path, sources: Sources) -> None:
    first, second = run(root, sources).build, run(root, sources).build
    switch(root, first)
    assert opened(root).build == first
    with pytest.raises(IndexUnavailableError, match=second):
        switch(root, "19990101-gone")


@pytest.mark.parametrize(
    ("facts", "error"), [("free: 1\n", ChecksFailedError), ("fee: [", Exception)]
)
def test_content_that_fails_changes_nothing(
    root: Path, sources: Sources, facts: str, error: type[Exception]
) -> None:
    live = run(root, sources).build
    sources.facts.write_text(facts)
    with pytest.raises(error):
        run(root, sources)
    assert current(root) == live
    assert [path.name for path in root.glob(".building-*")] == []


def test_an_article_that_cannot_be_read_stops_it(
    root: Path, sources: Sources, write_article: Write
) -> None:
    write_article("bad", replace=("owner: payments", "owner: x"))
    with pytest.raises(ArticlesInvalidError, match=r"bad\.en\.md:8"):
        run(root, sources)


def test_a_stale_article_is_not_in_the_build(
    root: Path, sources: Sources, write_article: Write
) -> None:
    write_article(
        "stale",
        replace=("review_by: 2027-05-10", "review_by: 2026-11-11"),
    ).write_text(
        write_article("stale")
        .read_text()
        .replace("review_by: 2027-05-10", "review_by: 2026-11-11")
        .replace("Withdrawal fees", "Stale")
        .replace("how much does it cost to withdraw", "something stale")
    )
    published = run(root, sources)
    assert published.manifest["withheld"] == ["stale.en"]
    assert opened(root).article("stale") is None


def test_a_build_says_on_which_day_it_is_no_longer_true(
    root: Path, sources: Sources, write_article: Write
) -> None:
    assert run(root, sources).manifest["changes"] == "2027-05-11"
    sources.facts.write_text("fee: 2\nlater: {valid_from: 2027-02-01, x: 1}\n")
    assert run(root, sources).manifest["changes"] == "2027-02-01"
    # Of others nobody knows when they are reviewed.
    corpus = (make_article("1", title="Opening hours", body="Nine to five.\n", updated=TODAY),)
    assert run(root, replace(sources, corpus=corpus)).manifest["changes"] is None


def test_nothing_to_publish_is_an_error(root: Path, sources: Sources) -> None:
    for path in sources.articles.rglob("*.md"):
        path.unlink()
    with pytest.raises(ChecksFailedError, match="no article"):
        run(root, sources)


def test_another_encoder_is_refused_with_what_to_do(root: Path, sources: Sources) -> None:
    run(root, sources)
    with pytest.raises(EncoderMismatchError, match="teller index"):
        KnowledgeBase.open(root / "current", WordEncoder(), "another")


@pytest.mark.parametrize("name", ["manifest.json", "content.json", "en/dense.faiss"])
def test_a_damaged_build_is_refused(root: Path, sources: Sources, name: str) -> None:
    run(root, sources)
    (root / "current" / name).write_bytes(b"{")
    with pytest.raises(IndexUnavailableError, match="teller index"):
        opened(root)


def test_a_build_of_another_layout_is_refused(root: Path, sources: Sources) -> None:
    run(root, sources)
    path = root / "current" / "manifest.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', '"format": 99'))
    with pytest.raises(IndexUnavailableError, match="another layout"):
        opened(root)


def test_a_roll_back_goes_to_the_build_before_and_twice_is_back(
    root: Path, sources: Sources
) -> None:
    first, second = run(root, sources).build, run(root, sources).build
    assert previous(root) == first
    switch(root, first)
    assert (current(root), previous(root)) == (first, second)
    # What was rolled back from makes place for the next; what is good stays to go back to.
    third = run(root, sources).build
    assert builds(root) == [first, third]
    assert previous(root) == first


def test_a_build_that_lost_an_answer_is_refused_and_removed(
    root: Path, sources: Sources, tmp_path: Path
) -> None:
    live = run(root, sources).build
    regressions = tmp_path / "regressions.jsonl"
    regressions.write_text('{"text": "price of leaving", "article": "no-such-article"}\n')
    with pytest.raises(ChecksFailedError, match="no longer finds the article no-such-article"):
        run(root, replace(sources, regressions=regressions))
    assert builds(root) == [live]
    assert current(root) == live


def test_a_published_revision_is_answered_from_and_named_in_the_manifest(
    root: Path, sources: Sources
) -> None:
    text = next(sources.articles.rglob("*.md")).read_text()
    text = text.replace("It costs", "From today it costs")
    revised = (Revised("withdrawal-fees", "en", 4, text),)
    published = run(root, replace(sources, revised=revised))
    assert published.manifest["revisions"] == {"withdrawal-fees.en": 4}
    base = opened(root)
    article = base.article("withdrawal-fees")
    assert article is not None
    assert base.renderer.render(article).short == "From today it costs 2."


def test_a_withdrawn_article_is_gone_although_the_intents_name_it(
    root: Path, sources: Sources, write_article: Write
) -> None:
    write_article("other", replace=("how much does it cost to withdraw", "another question"))
    other = next(sources.articles.rglob("other.en.md"))
    other.write_text(other.read_text().replace("title: Withdrawal fees", "title: Other"))
    sources.intents.write_text(
        "withdraw_fee: {topic: withdraw_limits_fees, handling: answer, label: Fees, "
        "articles: [withdrawal-fees, other]}\n"
    )
    revised = (Revised("withdrawal-fees", "en", 5, None),)
    published = run(root, replace(sources, revised=revised))
    assert opened(root).article("withdrawal-fees") is None
    assert any("which was withdrawn" in warning for warning in published.warnings)


def test_what_an_edit_leaves_as_it_is_comes_from_the_build_before(
    root: Path, sources: Sources, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_article("other", replace=("how much does it cost to withdraw", "limits a day"))
    other.write_text(other.read_text().replace("title: Withdrawal fees", "title: Limits"))
    run(root, sources)
    filled: list[str] = []
    fitted: list[int] = []
    renders, fit = checks.renders, ArticleClassifier.fit

    def watched(articles, facts):  # type: ignore[no-untyped-def]
        filled.extend(article.id for article in articles)
        return renders(articles, facts)

    def counted(passages, vectors, start):  # type: ignore[no-untyped-def]
        fitted.append(len(passages))
        assert start is not None
        return fit(passages, vectors, start)

    monkeypatch.setattr(checks, "renders", watched)
    monkeypatch.setattr(ArticleClassifier, "fit", counted)

    write_article(body="From now on {{ facts.fee }}.")
    edited = edit(root, sources)
    assert opened(root).renderer.render(edited[0]).short == "From now on 2."
    assert (filled, fitted) == (["withdrawal-fees"], [])
    assert opened(root).manifest["gate"]["changed"] == ["withdrawal-fees.en"]

    write_article(replace=("how much does it cost", "what is the price"))
    edit(root, sources)
    assert len(fitted) == 1
    best = opened(root).searchers["en"].search("what is the price to withdraw")[0]
    assert best.article == "withdrawal-fees"

    filled.clear()
    sources.facts.write_text("fee: 3\n")
    edit(root, sources)
    assert filled == ["other", "withdrawal-fees"]


def test_after_edits_a_build_is_what_a_whole_one_would_be(
    root: Path, sources: Sources, tmp_path: Path, write_article: Write
) -> None:
    limits = write_article("limits", replace=("how much does it cost to withdraw", "limits a day"))
    limits.write_text(limits.read_text().replace("title: Withdrawal fees", "title: Limits"))
    spanish = write_article(language="es", body="Cuesta {{ facts.fee }}.")
    spanish.write_text(spanish.read_text().replace("how much does it cost", "cuanto cuesta"))
    for name in ("withdraw.yml", "withdraw.es.yml", "withdraw.tr.yml"):
        path = tmp_path / "nlu" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("nlu:\n- intent: withdraw_fee\n  examples: |\n    - a day\n    - cost\n")
    sources = replace(sources, messages=tmp_path / "nlu")
    run(root, sources)

    def linked(language: str) -> bool:
        now, before = root / "current" / language, root / "previous" / language
        return (now / "dense.faiss").samefile(before / "dense.faiss")

    # In Spanish another text answers: its index stays.
    write_article(body="In English alone {{ facts.fee }}.")
    run(root, sources, reuse=True)
    assert [linked(language) for language in ("en", "es", "tr")] == [False, True, False]
    same_as_whole(tmp_path, root, sources)

    # What is there in English only is in the index of every language.
    limits.write_text(limits.read_text().replace("It costs", "At most"))
    run(root, sources, reuse=True)
    assert not any(linked(language) for language in ("en", "es", "tr"))
    same_as_whole(tmp_path, root, sources)

    spanish.write_text(spanish.read_text().replace("cuanto cuesta", "a que precio"))
    run(root, sources, reuse=True)
    assert [linked(language) for language in ("en", "es", "tr")] == [True, False, True]
    same_as_whole(tmp_path, root, sources)

    # A fact fills every text anew, one that is only written otherwise too.
    for fee in ("3", "3.0"):
        sources.facts.write_text(f"fee: {fee}\n")
        run(root, sources, reuse=True)
        same_as_whole(tmp_path, root, sources)


def test_where_files_cannot_be_linked_they_are_copied(
    root: Path, sources: Sources, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_article(language="es", replace=("how much does it cost", "cuanto cuesta"))
    run(root, sources)

    def refused(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted", source)

    monkeypatch.setattr(os, "link", refused)
    write_article(body="Now {{ facts.fee }}.")
    run(root, sources, reuse=True)
    assert opened(root).searcher("es").search("cuanto cuesta")[0].article == "withdrawal-fees"


def test_the_questions_of_an_article_go_with_it_when_it_is_withheld(
    root: Path, sources: Sources, tmp_path: Path, write_article: Write
) -> None:
    other = write_article("other", replace=("how much does it cost to withdraw", "limits a day"))
    other.write_text(other.read_text().replace("title: Withdrawal fees", "title: Limits"))
    regressions = tmp_path / "regressions.jsonl"
    regressions.write_text('{"text": "limits a day", "article": "other"}\n')
    sources = replace(sources, regressions=regressions)
    run(root, sources)

    # An edit, or the calendar, may withhold it: that is no lost answer.
    other.write_text(other.read_text().replace("review_by: 2027-05-10", "review_by: 2026-11-30"))
    run(root, sources, reuse=True)
    assert opened(root).article("other") is None


def test_a_process_shares_what_an_edit_left_as_it_was(
    root: Path, sources: Sources, write_article: Write
) -> None:
    write_article(language="es", replace=("how much does it cost", "cuanto cuesta"))
    run(root, sources)
    before = opened(root)
    for article in before.articles:
        before.renderer.render(article)

    def reopened() -> KnowledgeBase:
        return KnowledgeBase.open(root / "current", WordEncoder(), WordEncoder.hash, before)

    write_article(body="Now {{ facts.fee }}.")
    run(root, sources, reuse=True)
    after = reopened()
    assert after.searchers["es"] is before.searchers["es"]
    assert after.searchers["en"] is not before.searchers["en"]
    english, spanish = (after.article("withdrawal-fees", language) for language in ("en", "es"))
    assert after.renderer.render(spanish) is before.renderer.render(spanish)
    assert after.renderer.render(english).short == "Now 2."

    # Another title is another classifier, and other facts fill everything anew.
    write_article(body="Now {{ facts.fee }}.", replace=("Withdrawal fees", "Fees"))
    sources.facts.write_text("fee: 3\n")
    run(root, sources, reuse=True)
    assert reopened().searchers["es"] is not before.searchers["es"]
    assert reopened().renderer.render(english).short == "Now 3."


def same_as_whole(tmp_path: Path, root: Path, sources: Sources) -> None:
    whole = tmp_path / "whole"
    run(whole, sources)
    for language in ("en", "es", "tr"):
        for name in ("passages.jsonl", "dense.faiss", "lexical/words.json", "documents/words.json"):
            made, wanted = (each / "current" / language / name for each in (root, whole))
            assert made.read_bytes() == wanted.read_bytes(), f"{language}/{name}"
        made_scores, scores = (
            [
                (each.article, each.lexical, each.cosine)
                for each in opened(each).searcher(language).search("cost of a day cuanto precio")
            ]
            for each in (root, whole)
        )
        assert made_scores == scores


def test_nothing_is_taken_over_from_a_build_of_other_data(
    root: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(root, sources)
    sources.intents.write_text(sources.intents.read_text().replace("Fees", "Charges"))
    fitted: list[int] = []
    fit = ArticleClassifier.fit
    monkeypatch.setattr(ArticleClassifier, "fit", lambda *given: (fitted.append(1), fit(*given))[1])
    edit(root, sources)
    assert fitted


def edit(root: Path, sources: Sources):  # type: ignore[no-untyped-def]
    publish(root, sources, WordEncoder(), WordEncoder.hash, today=TODAY, reuse=True)
    return opened(root).articles[-1:]


def test_the_articles_of_others_are_published_without_our_checks(
    sources: Sources, root: Path
) -> None:
    corpus = tuple(
        make_article(
            name,
            topic="Their own words",
            language="es",
            title=title,
            body=literal(f"{title}: se hace {{{{ así }}}}.\n"),
            updated=TODAY,
            review_by=date.max,
        )
        for name, title in (("1", "Olvidé la clave"), ("hc/2", "Cambiar el correo"))
    )
    published = publish(
        root, replace(sources, corpus=corpus), WordEncoder(), WordEncoder.hash, today=TODAY
    )
    assert published.manifest["gate"]["fitted"] is False
    base = opened(root)
    assert {article.id for article in base.articles} == {"1", "hc/2"}
    # Whatever the language of the question is taken for, they can be found and shown.
    for language in ("es", "en", "tr"):
        assert base.searcher(language).search("olvidé mi clave")[0].article == "1"
        article = base.article("1", language)
        assert article is not None
        assert "{{ así }}" in base.renderer.render(article).short


def test_an_edit_is_stopped_only_by_a_question_that_the_live_build_finds(
    root: Path, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regressions = tmp_path / "regressions.jsonl"
    asking = replace(sources, regressions=regressions)
    run(root, sources)
    regressions.write_text('{"text": "price of leaving", "article": "no-such-article"}\n')
    assert run(root, asking, reuse=True).warnings[-1].endswith("it is not there")
    # Known by now without asking the live build again.
    opened_builds: list[str] = []
    open_base = KnowledgeBase.open

    def watched(folder: Path, *given: object) -> KnowledgeBase:
        opened_builds.append(folder.name)
        return open_base(folder, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(KnowledgeBase, "open", watched)
    published = run(root, asking, reuse=True)
    assert published.warnings[-1].endswith("it is not there")
    assert opened_builds == [published.build]


def test_a_full_build_may_lose_a_few_questions_and_says_so(
    root: Path, sources: Sources, tmp_path: Path
) -> None:
    regressions = tmp_path / "regressions.jsonl"
    found = '{"text": "withdrawal fees", "article": "withdrawal-fees"}\n' * 30
    lost = '{"text": "price of leaving", "article": "no-such-article"}\n'
    regressions.write_text(found + lost)
    said = run(root, replace(sources, regressions=regressions)).warnings
    assert "no-such-article" in said[-1]
