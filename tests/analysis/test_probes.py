"""Probes on embeddings whose answer is known, and against literal loops."""

import numpy as np
import pytest

from astrocore.analysis import probes
from astrocore.analysis.probes import (
    Part,
    label_efficiency,
    left_out_nearest,
    linear_probe,
    nearest,
    prototypes,
    zero_shot,
)
from astrocore.errors import InputError


def part(n, seed, spread=1.0, classes=3):
    """Classes around corners of a simplex."""
    rng = np.random.default_rng(seed)
    label = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    return Part((3 * np.eye(6)[label] + spread * rng.normal(size=(n, 6))).astype(np.float32), label)


def accuracy(label, p):
    return np.mean(p.argmax(axis=1) == label)


def test_a_linear_probe_reads_what_is_linear_and_nothing_where_there_is_nothing():
    test = part(200, 2)
    p, strength = linear_probe(part(300, 0), part(100, 1), test, 3)
    assert accuracy(test.label, p) > 0.9 and strength in probes.STRENGTHS and p.sum(1) == pytest.approx(1)
    noise = [Part(np.random.default_rng(s).normal(size=(200, 6)), part(200, s).label) for s in range(3)]
    p, strength = linear_probe(*noise, 3)
    assert accuracy(noise[2].label, p) < 0.45 and strength <= 0.01  # validation trusts nothing that is not there


def test_the_strength_is_chosen_on_validation_not_on_test():
    train, val, test = part(40, 0, 3.0), part(80, 1, 3.0), part(60, 2, 3.0)
    fitted = {c: linear_probe(train, val, val, 3)[0] if c is None else probes._fit(train, c) for c in probes.STRENGTHS}
    losses = {c: -np.log(m.predict_proba(val.x)[np.arange(80), val.label]).mean() for c, m in fitted.items()}
    p, strength = linear_probe(train, val, test, 3)
    assert strength == min(losses, key=losses.get) and p == pytest.approx(fitted[strength].predict_proba(test.x))


def test_a_class_without_training_objects_gets_nothing():
    train = part(90, 0)
    train = train.take(train.label != 1)
    p, _ = linear_probe(train, part(40, 1).take(np.flatnonzero(part(40, 1).label != 1)), part(50, 2), 3)
    assert (p[:, 1] == 0).all() and (nearest(train, part(50, 2), 3)[:, 1] == 0).all()
    assert (zero_shot(prototypes(train, 3), part(50, 2).x) != 1).all()
    with pytest.raises(InputError, match="two classes"):
        linear_probe(train.take(train.label == 0), part(40, 1), part(50, 2), 3)


@pytest.mark.parametrize("chunk", [7, 1024])
def test_neighbours_against_sorting(monkeypatch, chunk):
    monkeypatch.setattr(probes, "CHUNK", chunk)
    train, test = part(120, 0, 3.0), part(30, 1, 3.0)
    votes = nearest(train, test, 3, k=9)
    for x, vote in zip(test.x, votes, strict=True):
        cosine = [x @ y / np.linalg.norm(x) / np.linalg.norm(y) for y in train.x]
        near = train.label[np.argsort(cosine)[::-1][:9]]
        assert vote.tolist() == pytest.approx([np.mean(near == c) for c in range(3)])
    assert nearest(train.take(np.arange(4)), test, 3).sum(1) == pytest.approx(1)  # fewer than k


def test_prototypes_are_mean_directions():
    train, test = part(120, 0), part(60, 1)
    units = train.x / np.linalg.norm(train.x, axis=1, keepdims=True)
    means = np.stack([units[train.label == c].mean(axis=0) for c in range(3)])
    assert prototypes(train, 3) == pytest.approx(means / np.linalg.norm(means, axis=1, keepdims=True), abs=1e-6)
    decided = [np.argmax([x @ m / np.linalg.norm(m) for m in means]) for x in test.x]
    assert zero_shot(prototypes(train, 3), test.x).tolist() == decided


def test_more_labels_help_and_every_draw_has_every_class():
    points = label_efficiency(part(400, 0, 2.5), part(300, 1, 2.5), 1.0, shares=(0.01, 0.1, 1.0), draws=4)
    assert [point.n for point in points] == pytest.approx([4, 40, 400], abs=2)
    assert points[0].macro_f1 < points[1].macro_f1 < points[2].macro_f1
    assert [point.draws for point in points] == [4, 4, 1] and points[2].spread == 0 < points[0].spread
    for rows in probes._draws(np.array([0] * 200 + [1] * 3), 0.01, 5, 0):
        assert rows.tolist() == sorted(set(rows)) and (rows < 200).sum() == 2 and (rows >= 200).sum() == 1


def test_parts_must_be_whole():
    with pytest.raises(InputError, match="NaN"):
        Part(np.array([[np.nan, 1.0]]), np.array([0]))
    with pytest.raises(InputError, match="no labelled"):
        Part(np.empty((0, 2)), np.empty(0, int))


def test_left_out_neighbours_are_all_others_one_by_one() -> None:
    rng = np.random.default_rng(3)
    x, label = rng.normal(size=(23, 4)).astype(np.float32), rng.integers(0, 3, 23)
    found = left_out_nearest(Part(x, label), 3, k=5)
    for i in range(23):
        cosine = [
            -2.0 if j == i else float(x[i] @ x[j] / np.linalg.norm(x[i]) / np.linalg.norm(x[j])) for j in range(23)
        ]
        near = np.argsort(cosine)[::-1][:5]
        assert found[i] == pytest.approx([np.mean(label[near] == c) for c in range(3)])


def test_an_object_alone_has_no_neighbours() -> None:
    assert left_out_nearest(Part(np.ones((1, 2)), np.zeros(1, int)), 2).tolist() == [[0, 0]]
