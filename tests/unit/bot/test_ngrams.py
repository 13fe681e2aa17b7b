"""N-grams as sparse rows, and the logistic regression on them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from bot.intents.logistic import fit_logistic, fit_sparse
from bot.intents.ngrams import NgramFeatures, normalise

TEXTS = ["Rút tiền về ngân hàng", "para çekme ücreti", "comisión de retirada", "вывод биткоина"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("RUT TIEN VE NGAN HANG", "Rút tiền về ngân hàng"),
        ("para cekme ucreti", "para çekme ücreti"),
        ("comision  de\tretirada", "comisión de retirada"),
        ("fee 12 of 2024", "FEE 7 of 1999"),
        ("ısı", "isi"),
    ],
)
def test_what_people_leave_out_makes_no_difference(typed: str, meant: str) -> None:
    assert normalise(typed) == normalise(meant)


def test_rows_have_length_one_and_unknown_texts_none() -> None:
    features = NgramFeatures().fit(TEXTS)
    rows = features.transform([*TEXTS, "§§§§"])
    lengths = sparse.linalg.norm(rows, axis=1)
    assert lengths[:-1] == pytest.approx(1, abs=1e-5)
    assert lengths[-1] == 0


def test_restored_features_give_the_same_rows() -> None:
    features = NgramFeatures().fit([*TEXTS, "a lone \ud83d surrogate"])
    restored = NgramFeatures.restore(features.arrays())
    said = ["retirada para mi", "a lone \ud83d surrogate"]
    assert (features.transform(said) != restored.transform(said)).nnz == 0


def test_few_texts_keep_what_stands_once_and_many_do_not() -> None:
    once = NgramFeatures().fit(["alpha beta"]).transform(["alpha"])
    many = NgramFeatures().fit(["gggg"] * 3000 + ["alpha"]).transform(["alpha"])
    assert once.nnz > 0
    assert many.nnz == 0


@pytest.mark.parametrize("classes", [2, 3])
def test_sparse_rows_are_fitted_like_dense_ones(classes: int) -> None:
    chance = np.random.default_rng(0)
    labels = np.arange(240) % classes
    rows = (np.eye(classes)[labels] + chance.normal(0, 0.4, (240, classes))).astype(np.float32)
    dense, sparse_ = (
        rows @ table + intercepts
        for table, intercepts in (
            fit_logistic(rows, labels, classes, strength=1.0),
            fit_sparse(sparse.csr_matrix(rows), labels, classes, strength=1.0),
        )
    )
    centred = [each - each.mean(axis=1, keepdims=True) for each in (dense, sparse_)]
    assert np.abs(centred[0] - centred[1]).max() < 0.1


def test_a_class_without_examples_is_the_least_likely() -> None:
    rows = sparse.csr_matrix(np.eye(3, dtype=np.float32)[[0, 1, 0, 1]])
    table, intercepts = fit_sparse(rows, np.array([0, 2, 0, 2]), 3, strength=10.0)
    scores = rows @ table + intercepts
    assert (scores.argmin(axis=1) == 1).all()
    assert (scores.argmax(axis=1) == [0, 2, 0, 2]).all()


def test_a_start_leads_to_the_same_place() -> None:
    rows = sparse.csr_matrix(np.eye(3, dtype=np.float32)[[0, 1, 2] * 20])
    labels = np.array([0, 1, 2] * 20)
    cold = fit_sparse(rows, labels, 3, strength=1.0)
    warm = fit_sparse(rows, labels, 3, strength=1.0, start=cold)
    assert np.abs(warm[0] - cold[0]).max() < 0.05
