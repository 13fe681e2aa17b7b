"""Which messages count as unanswered, and what is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from editorial.gaps import Entry, Gap, History, gaps_of

CONVERSATION = UUID(int=7)
START = datetime(2026, 11, 1, tzinfo=UTC)
NAMED_COIN = {"entities": [{"entity": "asset"}]}
UNSOLVED = {"article": "card", "solved": False}
ANSWER = "We do not offer gift cards yet, but you can send coins to a friend's address."


class Story:
    """A conversation written down event by event."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def customer(self, text: str, decision: str = "", reason: str = "", **more: Any) -> Story:
        record = {"decision": decision, "reason": reason, **more.pop("record", {})}
        return self._add("message", "customer", {"text": text, **more.pop("payload", {})},
                         record=record if decision else {}, **more)  # fmt: skip

    def assistant(self, text: str = "Here you are.") -> Story:
        return self._add("message", "assistant", {"text": text})

    def verdict(self, article: str, solved: bool, *, tapped: bool = True) -> Story:
        said = {"article": article, "solved": solved}
        decided = ("smalltalk", "solved") if solved else ("clarify", "not_solved")
        text = "Yes, it did" if solved else "No, it did not"
        return self.customer(text, *decided, tapped=tapped, record={"solved": said})

    def agent(self, text: str) -> Story:
        return self._add("message", "agent", {"text": text, "agent": {"name": "Mia"}})

    def owner(self, action: str, reason: str | None = None) -> Story:
        return self._add("ownership", "system", {"action": action, "reason": reason})

    def gaps(self, **options: Any) -> list[Gap]:
        return gaps_of(History(CONVERSATION, "en", self.entries, ("Mia", "Ada King")), **options)

    def _add(self, kind: str, actor: str, payload: dict[str, Any], **more: Any) -> Story:
        number = len(self.entries) + 1
        at = START + timedelta(minutes=number)
        self.entries.append(Entry(number, kind, actor, payload, at, **more))
        return self


def kinds(found: list[Gap]) -> list[tuple[str, str]]:
    return [(gap.kind, gap.text) for gap in found]


def test_of_a_question_that_stayed_unclear_the_question_is_kept_and_not_its_repetition() -> None:
    story = (
        Story()
        .customer("how do i gift some eth", "clarify", "low_confidence")
        .assistant("Which of these?")
        .customer("no i said gift", "handoff", "second_clarification")
        .owner("hand_off", "second_clarification")
    )

    assert kinds(story.gaps()) == [("unclear", "how do i gift some eth")]


def test_an_earlier_question_that_was_answered_is_not_blamed() -> None:
    story = (
        Story()
        .customer("what does a withdrawal cost", "answer", "confident")
        .assistant()
        .customer("and a gift card?", "clarify", "low_confidence")
        .assistant("Which of these?")
        .customer("a present", "handoff", "second_clarification")
    )

    assert [gap.text for gap in story.gaps()] == ["and a gift card?"]


def test_a_tapped_choice_is_nobodys_words() -> None:
    story = Story().customer("Withdrawal fees", "handoff", "no_article", tapped=True)

    assert story.gaps() == []


def test_a_declined_message_counts_when_it_is_about_the_exchange() -> None:
    story = (
        Story()
        .customer("can i buy a pizza", "decline", "oos")
        .customer("do you sell bitcoin vouchers", "decline", "oos")
        .customer("price of it tomorrow", "decline", "oos", record=NAMED_COIN)
    )

    found = story.gaps(ours=lambda text, language: "bitcoin" in text)

    assert kinds(found) == [
        ("declined", "do you sell bitcoin vouchers"),
        ("declined", "price of it tomorrow"),
    ]


@pytest.mark.parametrize("tapped", [True, False])
def test_a_vote_against_an_answer_counts_against_the_question_before_it(tapped: bool) -> None:
    story = (
        Story()
        .customer("can i pay in a shop", "answer", "confident", record={"article": "fees"})
        .assistant("Fees are ...")
        .verdict("fees", False, tapped=tapped)
        .assistant("Sorry. What else may help?")
        .customer("what are the fees", "answer", "confident", record={"article": "fees-2"})
        .assistant("Fees are ...")
        .verdict("fees-2", True)
    )

    assert kinds(story.gaps()) == [("down_vote", "can i pay in a shop")]


def test_what_an_agent_wrote_after_answers_that_did_not_help_belongs_to_the_question() -> None:
    story = (
        Story()
        .customer("can i give a card as a gift", "answer", "confident", record={"article": "card"})
        .assistant("Our card ...")
        .verdict("card", False)
        .assistant("Sorry. What else may help?")
        .customer("no, as a present", "answer", "confident", record={"article": "card-costs"})
        .assistant("It costs ...")
        .customer("no", "handoff", "not_solved", record={"solved": UNSOLVED})
        .owner("hand_off", "not_solved")
        .owner("take")
        .agent(ANSWER)
    )

    [gap] = story.gaps()

    assert (gap.kind, gap.text, gap.answer) == ("down_vote", "can i give a card as a gift", ANSWER)


def test_an_agents_answer_is_kept_with_the_question_and_without_the_people() -> None:
    story = (
        Story()
        .customer("hello", "smalltalk", "greet")
        .assistant("Hello!")
        .customer("do you have gift cards", "clarify", "low_confidence")
        .assistant("Which of these?")
        .customer("agent please", "handoff", "asked_for_person")
        .owner("hand_off", "asked_for_person")
        .owner("take")
        .agent("One moment")
        .agent(f"Hi Ada, {ANSWER} Best regards, Mia")
        .owner("close", "resolved")
    )

    [gap] = story.gaps()

    assert (gap.kind, gap.text, gap.answer) == ("agent", "do you have gift cards", ANSWER)


def test_an_answer_to_what_was_unclear_joins_the_gap_that_is_there() -> None:
    story = (
        Story()
        .customer("do you have gift cards", "clarify", "low_confidence")
        .customer("gift cards!", "handoff", "second_clarification")
        .owner("hand_off", "second_clarification")
        .owner("take")
        .agent(ANSWER)
    )

    [gap] = story.gaps()

    assert (gap.kind, gap.answer) == ("unclear", ANSWER)


@pytest.mark.parametrize("reason", ["money_missing", "account_danger", "complaint"])
def test_what_always_needs_a_person_teaches_no_article(reason: str) -> None:
    story = (
        Story()
        .customer("my deposit never came", "handoff", reason)
        .owner("hand_off", reason)
        .owner("take")
        .agent("I found your deposit and credited it by hand to your spot wallet.")
        .owner("close", "resolved")
    )

    assert story.gaps() == []


def test_after_a_case_that_needed_a_person_the_next_one_is_looked_at_for_itself() -> None:
    story = (
        Story()
        .customer("my deposit never came", "handoff", "money_missing")
        .owner("hand_off", "money_missing")
        .owner("take")
        .agent("I found your deposit and credited it by hand to your spot wallet.")
        .owner("close", "resolved")
        .customer("do you have gift cards", "handoff", "no_article")
        .owner("hand_off", "no_article")
        .owner("take")
        .agent(ANSWER)
    )

    assert [(gap.text, gap.answer) for gap in story.gaps()] == [("do you have gift cards", ANSWER)]


def test_what_held_a_secret_is_not_learned_from() -> None:
    story = Story().customer(
        "my seed is [seed phrase removed] help", "handoff", "low_confidence",
        payload={"redacted": ["seed_phrase"]},
    )  # fmt: skip

    assert story.gaps() == []


def test_a_word_or_two_of_noise_is_no_question() -> None:
    story = Story().customer("????", "handoff", "low_confidence")

    assert story.gaps() == []
