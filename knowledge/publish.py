"""Publishing: build an index beside the live one, check it, and put it in its place in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from knowledge.articles import Article, load_articles
from knowledge.base import (
    CALIBRATION,
    CLASSIFIER,
    NEED,
    KnowledgeBase,
)
from knowledge.builds import MANIFEST, current, remove_old, switch
from knowledge.calibration import Calibration
from knowledge.checks import Report, check
from knowledge.classifier import ArticleClassifier
from knowledge.content import CONTENT, FALLBACK_LANGUAGE, FORMAT
from knowledge.corpora.building import alike, without
from knowledge.errors import ChecksFailedError, KnowledgeError
from knowledge.facts import FactGroup, load_facts
from knowledge.fitting import fit, read_examples
from knowledge.indexing import Indexing
from knowledge.intents import Intents
from knowledge.messages import languages, read_messages
from knowledge.need import Need
from knowledge.need_fitting import fit_need, read_need_examples
from knowledge.overlay import Merged, Revised, merge
from knowledge.passages import Passage, phrasings
from knowledge.regressions import (
    Outcome,
    Regression,
    digest_of_set,
    read_regressions,
    regress,
)
from knowledge.reuse import Reuse, digest_of, stamp
from knowledge.search import Encoder, Searcher
from knowledge.translated import load_translated, of_articles
from knowledge.tree_checks import TreeReport, check_trees
from knowledge.trees import load_trees
from knowledge.vectors import KeptVectors

VECTORS = "vectors.npz"
# Of the regression set so much may be lost by a full build, as after another training.
LOSABLE = 0.05
# The classifier needs so many phrasings per article on average, the title among them.
LEARNED_FROM = 2
MOST_LEARNED = 2000
# Texts that only the build after an edit has encoded.
WORTH_KEEPING = 200


@dataclass(frozen=True)
class Sources:
    """Where the content of a build comes from.

    `messages` is the folder of the classifier's training data, `predictions` the file of its
    out-of-fold predictions, `tones` that of what is said about the labelled messages; without them
    the articles have only their own phrasings, and the gate keeps its defaults. `revised` are the
    published revisions over the folder of articles; `regressions` is the file of questions whose
    article must still be found. `corpus` are articles of another help centre
    (knowledge/corpora), published instead of the folder's. `trees` is the folder
    of guided checks, `phrasings` that of phrasings in languages that an article is not written in.
    """

    articles: Path
    facts: Path
    intents: Path
    messages: Path | None = None
    predictions: Path | None = None
    tones: Path | None = None
    regressions: Path | None = None
    revised: tuple[Revised, ...] = ()
    corpus: tuple[Article, ...] | None = None
    trees: Path | None = None
    phrasings: Path | None = None


@dataclass(frozen=True)
class _Content:
    """What a build is made of, read and checked."""

    report: Report
    guided: TreeReport
    merged: Merged
    facts: FactGroup
    intents: Intents
    translated: Sequence[Passage]

    def gone(self) -> frozenset[str]:
        """The articles (ids) that there are, or were, and that customers get in no language."""
        published = {article.id for article in self.report.published}
        known = {article.id for article in self.merged.articles} | self.merged.withdrawn
        return frozenset(known - published)

    def next_change(self) -> date | None:
        """The first day on which a build of the same files would be another: a fact begins or ends
        to be valid, or a review is overdue.
        """
        days = [each.review_by + timedelta(days=1) for each in self.report.published]
        days += [each.review_by + timedelta(days=1) for each in self.guided.published]
        fact = self.facts.validity.next_change()
        return min([*days, *([fact] if fact else [])], default=None)


@dataclass(frozen=True)
class Published:
    """A build that is live: its id, its folder, what it says about itself, and the warnings of its
    checks.
    """

    build: str
    folder: Path
    manifest: dict[str, Any]
    warnings: tuple[str, ...]


def publish(
    root: Path,
    sources: Sources,
    encoder: Encoder,
    encoder_hash: str,
    *,
    today: date | None = None,
    progress: Callable[[str], None] = lambda step: None,
    reuse: bool = False,
) -> Published:
    """Build from `sources` into `root` and make it the current one. With `reuse` what an edit
    leaves as it is comes from the build before (knowledge/reuse.py).

    Raises ArticlesInvalidError, FactsError, IntentsError or ChecksFailedError and changes nothing
    when the content is not fit to be published. Articles past their review date are withheld and
    reported.
    """
    progress("reading articles")
    today = today or datetime.now(UTC).date()
    intents = Intents.load(sources.intents)
    made_of = stamp(
        encoder_hash,
        intents,
        (sources.messages, sources.predictions, sources.tones, sources.phrasings),
    )
    before = Reuse.of(root, made_of) if reuse else Reuse()
    content = _read(sources, intents, before, today)
    root.mkdir(parents=True, exist_ok=True)
    kept = KeptVectors(encoder, encoder_hash, root / VECTORS)
    unfinished = Path(tempfile.mkdtemp(prefix=".building-", dir=root))
    try:
        manifest = _build(
            unfinished, content, kept, encoder_hash, sources, before, made_of, progress
        )
        # Whoever runs the servers reads it, not only whoever built it.
        unfinished.chmod(0o755)
        folder = root / manifest["build"]
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    progress("checking")
    try:
        # What cannot be loaded, or has lost an answer, must not become the current build.
        base = KnowledgeBase.open(folder, encoder, encoder_hash)
        asked = read_regressions(sources.regressions)
        # The questions of an article go with it when it is withdrawn or withheld.
        gone = content.gone()
        answerable = [each for each in asked if each.article not in gone]
        outcome = regress(base, kept, answerable)
        refused = _refused(root, outcome, answerable, before, encoder, encoder_hash, edit=reuse)
        if refused:
            raise ChecksFailedError(refused)
        asked_about = {"digest": digest_of_set(answerable), "lost": list(outcome.questions)}
        manifest["regressions"] = asked_about
        _write_manifest(folder, manifest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    progress("publishing")
    switch(root, folder.name)
    # After an edit little is new: what is not kept is encoded once more by the next build. What it
    # took over it has not used.
    if not reuse or kept.new > WORTH_KEEPING:
        kept.save(all_known=reuse)
    remove_old(root)
    warnings = (*manifest["warnings"], *outcome.lost)
    return Published(folder.name, folder, manifest, warnings)


def _read(sources: Sources, intents: Intents, before: Reuse, today: date) -> _Content:
    """The content, merged and held against everything else.

    Raises:
        ChecksFailedError: it is not fit to be published.
    """
    facts = load_facts(sources.facts, today=today)
    translated = load_translated(sources.phrasings)
    if sources.corpus is not None:
        # Our checks hold our own authors to our own rules; a foreign corpus has others.
        merged = Merged(sources.corpus, {}, frozenset())
        report, intents = Report(merged.articles, warnings=alike(sources.corpus)), without(intents)
    else:
        merged = merge(load_articles(sources.articles), sources.revised)
        report = check(
            merged.articles,
            facts,
            intents,
            today=today,
            withdrawn=merged.withdrawn,
            filled=before.filled(merged.articles, facts),
            translated=translated,
        )
    guided = _guided(sources, facts, merged, intents, before, today)
    if report.errors or guided.errors:
        raise ChecksFailedError([*report.errors, *guided.errors])
    if not report.published:
        raise ChecksFailedError(["There is no article to publish."])
    published = {article.id for article in report.published}
    found = of_articles(translated, published)
    return _Content(report, guided, merged, facts, intents, found)


def _refused(
    root: Path,
    outcome: Outcome,
    asked: Sequence[Regression],
    before: Reuse,
    encoder: Encoder,
    encoder_hash: str,
    *,
    edit: bool,
) -> tuple[str, ...]:
    """The lost questions that stop a build. An edit may lose none that the live build finds; after
    a training a few may change places, and they are reported.
    """
    if not edit:
        return outcome.lost if len(outcome.lost) > LOSABLE * outcome.asked else ()
    live = current(root)
    if not outcome.lost or live is None:
        return outcome.lost
    known = before.lost(digest_of_set(asked))
    if known is None:
        try:
            base = KnowledgeBase.open(root / live, encoder, encoder_hash)
            known = regress(base, encoder, asked).questions
        except KnowledgeError:
            return outcome.lost
    lost = zip(outcome.questions, outcome.lost, strict=True)
    return tuple(line for question, line in lost if question not in known)


def _guided(
    sources: Sources,
    facts: FactGroup,
    merged: Merged,
    intents: Intents,
    before: Reuse,
    today: date,
) -> TreeReport:
    """The guided checks, held against everything else; none for the articles of others."""
    if sources.trees is None or sources.corpus is not None:
        return TreeReport(())
    trees = load_trees(sources.trees)
    known = before.trees(trees, facts)
    return check_trees(trees, facts, merged.articles, intents, today=today, filled=known)


def _build(
    folder: Path,
    content: _Content,
    encoder: KeptVectors,
    encoder_hash: str,
    sources: Sources,
    before: Reuse,
    made_of: str,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    published, intents = content.report.published, content.intents
    hashes = {article.name: article.digest() for article in published}
    understood = languages(sources.messages) if sources.messages is not None else ()
    if sources.corpus is not None:
        understood = tuple({article.language for article in sources.corpus})
    indexed = sorted({article.language for article in published} | {FALLBACK_LANGUAGE, *understood})
    progress("learning the phrasings")
    asked = [passage for article in published for passage in phrasings(article)]
    asked += content.translated
    classifier = _classifier(asked, encoder, before)
    classifier.save(folder / CLASSIFIER)
    indexing = Indexing(
        folder, published, content.facts, content.translated, encoder, classifier,
        sources.messages, before,
    )  # fmt: skip
    counts: dict[str, Any] = {}
    for language in indexed:
        progress(f"indexing {language}")
        counts[language] = indexing.run(language)
    progress("fitting the gate")
    kept_gate = before.calibration(hashes)
    if kept_gate is not None:
        calibration, fitted = kept_gate, bool(before.manifest["gate"]["fitted"])
    else:
        searchers = {language: indexing.searcher(language) for language in indexed}
        calibration, fitted = _calibrate(searchers, intents, _spoken(sources), sources.predictions)
    calibration.save(folder / CALIBRATION)
    need = before.need() or _need(intents, sources.tones)
    need.save(folder / NEED)
    said = {
        "articles": [article.plain() for article in published],
        "facts": content.facts.plain(),
        "intents": intents.plain(),
        "trees": [tree.plain() for tree in content.guided.published],
    }
    (folder / CONTENT).write_text(
        json.dumps(said, ensure_ascii=False, default=str), encoding="utf-8"
    )
    built = datetime.now(UTC)
    digest = hashlib.sha256((folder / CONTENT).read_bytes() + encoder_hash.encode()).hexdigest()
    report, guided = content.report, content.guided
    change = content.next_change() if sources.corpus is None else None
    manifest = {
        "format": FORMAT,
        "build": f"{built:%Y%m%dT%H%M%S}{built.microsecond:06d}Z-{digest[:8]}",
        "built": built.isoformat(),
        "encoder": encoder_hash,
        "languages": indexed,
        "understood": sorted({FALLBACK_LANGUAGE, *understood}),
        "counts": counts,
        "articles": len(published),
        "passages": sum(count["passages"] for count in counts.values()),
        "article_hashes": hashes,
        "asked": digest_of(asked),
        "stamp": made_of,
        "withheld": [*report.withheld, *guided.withheld],
        "trees": [tree.id for tree in guided.published],
        "revisions": dict(content.merged.revisions),
        "warnings": [*report.warnings, *guided.warnings],
        "due": list(report.due),
        "changes": change.isoformat() if change else None,
        "gate": {
            "fitted": fitted,
            # What was edited since it was fitted: after many edits it is fitted again.
            "changed": before.changed(hashes) if kept_gate is not None else [],
            "answer": calibration.answer,
            **calibration.measured,
        },
        "need": {"threshold": need.threshold, **need.measured},
    }
    _write_manifest(folder, manifest)
    return manifest


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def _classifier(asked: Sequence[Passage], encoder: Encoder, before: Reuse) -> ArticleClassifier:
    """Learned from the phrasings where there are enough of them; else one that knows nothing.

    From a title alone there is nothing to learn that its vector does not say, and to tell
    thousands of articles apart would take longer than all else.
    """
    known, same = before.classifier(asked)
    if known is not None and same:
        return known
    vectors = encoder.encode([passage.text for passage in asked])
    count = Counter((passage.article, passage.language) for passage in asked)
    articles = {name for name, _ in count}
    if sum(count.values()) >= LEARNED_FROM * len(count) and len(articles) <= MOST_LEARNED:
        return ArticleClassifier.fit(asked, vectors, known)
    return ArticleClassifier.knowing_nothing(vectors.shape[1])


def _calibrate(
    searchers: Mapping[str, Searcher],
    intents: Intents,
    spoken: Mapping[str, str],
    predictions: Path | None,
) -> tuple[Calibration, bool]:
    if predictions is not None and predictions.is_file():
        fitted = fit(read_examples(predictions, spoken), searchers, intents)
        if fitted is not None:
            return fitted, True
    return Calibration.load(), False


def _spoken(sources: Sources) -> dict[str, str]:
    """The language of each training message."""
    if sources.messages is None:
        return {}
    return {
        message.text: language
        for language in languages(sources.messages)
        for message in read_messages(sources.messages, language)
    }


def _need(intents: Intents, tones: Path | None) -> Need:
    """When a person is called, fitted on the labelled messages."""
    if tones is None or not tones.is_file():
        return Need.load()
    return fit_need(read_need_examples(tones), intents) or Need.load()
