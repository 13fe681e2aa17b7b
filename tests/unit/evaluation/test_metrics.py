"""Each figure against a case computed by hand, and against scikit-learn on random ones."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score, roc_curve

from evaluation import metrics


def test_accuracy_is_the_share_right() -> None:
    assert metrics.accuracy([True, False, True, True]) == 0.75
    assert metrics.accuracy([]) is None


def test_macro_f1_counts_each_label_the_same() -> None:
    truth = ["a", "a", "a", "b"]
    found = ["a", "a", "b", "b"]
    # a: 2 hits, 3 messages, 2 predictions: 4/5. b: 1 hit, 1 message, 2 predictions: 2/3.
    assert metrics.macro_f1(truth, found) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_macro_f1_charges_a_prediction_of_a_label_that_no_message_has() -> None:
    assert metrics.macro_f1(["a", "b"], ["a", "c"]) == pytest.approx((1 + 0 + 0) / 3)
    assert metrics.macro_f1([], []) is None


def test_auroc_counts_pairs_and_half_of_ties() -> None:
    # Pairs: .9 beats .5 and .2; .5 ties with .5 and beats .2.
    assert metrics.auroc([0.9, 0.5], [0.5, 0.2]) == pytest.approx(3.5 / 4)
    assert metrics.auroc([1.0], [0.0]) == 1.0
    assert metrics.auroc([0.5, 0.5], [0.5]) == 0.5


def test_scope_figures_need_both_kinds_of_message() -> None:
    assert metrics.auroc([], [0.1]) is None
    assert metrics.auroc([0.1], []) is None
    assert metrics.fpr_at_tpr([], [0.1]) is None
    assert metrics.fpr_at_tpr([0.1], []) is None


def test_fpr_is_read_where_enough_positives_are_accepted() -> None:
    positive = np.arange(1, 21) / 20  # .05 .. 1: 19 of 20 are at least .10
    assert metrics.fpr_at_tpr(positive, [0.05, 0.09, 0.10, 0.5]) == 0.5
    assert metrics.fpr_at_tpr([0.5, 0.9], [0.4, 0.6]) == 0.5
    # 95 of 100 exactly, not 96.
    assert metrics.fpr_at_tpr(np.arange(100), [4.0, 5.0]) == 0.5


def test_calibration_error_averages_gaps_by_bin_size() -> None:
    # Bins of a fifth: (.8, 1] holds .9 .9 .9 with two right, (.2, .4] holds .4 with one right.
    confidence = [0.9, 0.9, 0.9, 0.4]
    right = [True, True, False, True]
    expected = 3 / 4 * abs(0.9 - 2 / 3) + 1 / 4 * abs(0.4 - 1)
    assert metrics.calibration_error(confidence, right, bins=5) == pytest.approx(expected)
    assert metrics.calibration_error([], []) is None


def test_a_bin_holds_its_upper_edge_and_the_first_one_zero() -> None:
    rows = metrics.reliability([0.0, 0.2, 0.21, 1.0], [False, False, True, True], bins=5)
    assert [(row.low, row.high, row.count) for row in rows] == [
        (0.0, 0.2, 2),
        (0.2, 0.4, 1),
        (0.8, 1.0, 1),
    ]
    assert [row.right for row in rows] == [0.0, 1.0, 1.0]


def test_there_are_fifteen_bins() -> None:
    middle = (np.arange(15) + 0.5) / 15
    assert len(metrics.reliability(middle, np.ones(15, bool))) == 15


def test_few_messages_show_a_calibration_error_by_chance() -> None:
    few = metrics.calibration_error_by_chance(np.linspace(0.3, 0.9, 60))
    many = metrics.calibration_error_by_chance(np.linspace(0.3, 0.9, 6000))
    assert few is not None
    assert many is not None
    assert 0.05 < few < 0.25
    assert many < 0.02
    assert metrics.calibration_error_by_chance([1.0, 1.0]) == 0.0
    assert metrics.calibration_error_by_chance([]) is None


def test_an_interval_narrows_with_the_messages() -> None:
    # Wilson's interval of 8 in 10: .490 to .943.
    assert metrics.share_interval(0.8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
    low, high = metrics.share_interval(1.0, 5)
    assert 0.5 < low < 0.6
    assert high == 1.0
    assert metrics.share_interval(0.8, 1000)[0] > 0.77


def test_coverage_answers_as_many_as_precision_allows() -> None:
    confidence = np.linspace(1, 0.5, 40)
    right = np.ones(40, bool)
    right[[19, 30, 31]] = False
    # One wrong in the first 20 is 95 %; two wrong in 40 would be too, three in 32 are not.
    assert metrics.coverage_at_precision(confidence, right) == pytest.approx(30 / 40)
    right[31] = True
    assert metrics.coverage_at_precision(confidence, right) == 1.0


def test_coverage_recovers_behind_an_early_mistake() -> None:
    right = [False] + [True] * 19
    assert metrics.coverage_at_precision(np.linspace(1, 0.5, 20), right) == 1.0


def test_equal_confidences_are_answered_together() -> None:
    assert metrics.coverage_at_precision([0.9, 0.9], [True, False]) == 0.0
    coverage, risk = metrics.risk_coverage([0.9, 0.9, 0.5], [True, False, True])
    assert coverage.tolist() == pytest.approx([2 / 3, 1])
    assert risk.tolist() == pytest.approx([1 / 2, 1 / 3])


def test_coverage_of_nothing() -> None:
    assert metrics.coverage_at_precision([], []) is None
    assert metrics.coverage_at_precision([0.9], [False]) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_agreement_with_scikit_learn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    truth = chance.choice(list("abcde"), 200).tolist()
    found = [each if chance.random() < 0.7 else chance.choice(list("abcdef")) for each in truth]
    assert metrics.macro_f1(truth, found) == pytest.approx(f1_score(truth, found, average="macro"))
    # One decimal, so that there are ties.
    positive, negative = chance.normal(1, 1, 120).round(1), chance.normal(0, 1, 80).round(1)
    flags = np.concatenate([np.ones(120), np.zeros(80)])
    scores = np.concatenate([positive, negative])
    assert metrics.auroc(positive, negative) == pytest.approx(roc_auc_score(flags, scores))
    fpr, tpr, _ = roc_curve(flags, scores, drop_intermediate=False)
    expected = fpr[np.argmax(tpr >= 0.95)]
    assert metrics.fpr_at_tpr(positive, negative) == pytest.approx(expected)
