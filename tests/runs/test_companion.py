"""The companion's file: exact round trip; damaged, forged or of other classes it is refused by name."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier

from astrocore.errors import ForeignWeights, RunMissing, WrongTask
from astrocore.runs.companion import (
    META,
    SCHEMA,
    Companion,
    _digest,
    load_companion,
    numbers,
    one_thread,
    save_companion,
)

CLASSES = ("star", "galaxy", "quasar")
FEATURES = ("colour", "size é", "flux")


def table(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 3))
    x[rng.random(x.shape) < 0.1] = np.nan
    return pd.DataFrame(x, columns=list(FEATURES))


def companion(classes: tuple[str, ...] = CLASSES, labels: tuple[int, ...] = (0, 1, 2)) -> Companion:
    x = table()
    label = np.array(labels)[np.random.default_rng(2).integers(0, len(labels), len(x))]
    model = HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=5, max_features=0.5, random_state=0)
    with one_thread():
        return Companion(classes, FEATURES, model.fit(numbers(x), label))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_companion(companion(), tmp_path / "companion.skops")
    return tmp_path / "companion.skops"


def forged(file: Path, change: dict[str, bytes]) -> None:
    """Replace members of the file and give it the hash that fits, as someone with bad intent would."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | change
    meta = json.loads(members.pop(META))
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with ZipFile(content) as archive:
        meta["digest"] = _digest(archive)
    with ZipFile(content, "a", ZIP_DEFLATED) as archive:
        archive.writestr(META, json.dumps(meta))
    file.write_bytes(content.getvalue())


@pytest.mark.parametrize(("classes", "labels"), [(CLASSES, (0, 1, 2)), (("red", "blue"), (0, 1)), (CLASSES, (0, 2))])
def test_it_comes_back_as_it_was(tmp_path: Path, classes: tuple[str, ...], labels: tuple[int, ...]) -> None:
    made = companion(classes, labels)
    save_companion(made, tmp_path / "c")
    found = load_companion(tmp_path / "c", classes)
    assert (found.classes, found.features) == (classes, FEATURES)
    np.testing.assert_array_equal(found.predict(table()), made.predict(table()))
    expected = made.model.predict_proba(table().to_numpy(np.float32))
    np.testing.assert_allclose(found.predict(table())[:, labels], expected, rtol=1e-6)
    absent = [c for c in range(len(classes)) if c not in labels]
    assert (found.predict(table())[:, absent] == 0).all()
    assert found.predict(table(0)).shape == (0, len(classes))


def test_features_are_taken_by_name(file: Path) -> None:
    found, x = load_companion(file, CLASSES), table()
    turned = x[list(reversed(FEATURES))].assign(more=1.0)
    np.testing.assert_array_equal(found.predict(turned), found.predict(x))
    with pytest.raises(WrongTask, match="needs the features size é"):
        found.predict(x.drop(columns="size é"))


def test_what_is_no_number_is_missing(file: Path) -> None:
    found, x = load_companion(file, CLASSES), table()
    x.iloc[0] = [np.inf, -np.inf, 1e300]
    y = x.copy()
    y.iloc[0] = np.nan
    np.testing.assert_array_equal(found.predict(x), found.predict(y))


def test_other_classes_and_no_file(file: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongTask, match="star, galaxy, quasar"):
        load_companion(file, ("galaxy", "star", "quasar"))
    with pytest.raises(RunMissing, match=r"none\.skops does not exist"):
        load_companion(tmp_path / "none.skops", CLASSES)


def test_truncated_damaged_or_something_else(file: Path) -> None:
    whole = file.read_bytes()
    for cut in (0, 1, 30, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(ForeignWeights, match="nothing was executed"):
            load_companion(file, CLASSES)
    rng = np.random.default_rng(0)
    for at in rng.integers(0, len(whole), 60):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        file.write_bytes(bytes(changed))
        try:
            found = load_companion(file, CLASSES)
        except ForeignWeights:
            continue
        file.write_bytes(whole)  # a byte of the archive that carries nothing, such as a date
        np.testing.assert_array_equal(found.predict(table()), load_companion(file, CLASSES).predict(table()))


def test_a_member_changed_without_its_hash(file: Path) -> None:
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[SCHEMA] = members[SCHEMA].replace(b"0.1", b"0.2")
    with ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(ForeignWeights, match="damaged"):
        load_companion(file, CLASSES)


def test_a_type_that_no_companion_has_is_refused_before_anything_is_made(file: Path, tmp_path: Path) -> None:
    with ZipFile(file) as archive:
        schema = json.loads(archive.read(SCHEMA))
    flag = tmp_path / "executed"
    function = {"__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "__id__": 1}
    schema["content"]["content"]["tol"] = {**function, "content": f"touch {flag}"}
    forged(file, {SCHEMA: json.dumps(schema).encode()})
    with pytest.raises(ForeignWeights, match=r"names os\.system"):
        load_companion(file, CLASSES)
    assert not flag.exists()


def test_another_estimator_is_refused_though_skops_would_load_it(file: Path) -> None:
    trees = ExtraTreesClassifier(2, max_depth=2).fit(table().fillna(0), np.arange(200) % 3)
    with ZipFile(BytesIO(skops.io.dumps(trees))) as archive:
        forged(file, {name: archive.read(name) for name in archive.namelist()})
    with pytest.raises(ForeignWeights, match="ExtraTreesClassifier"):
        load_companion(file, CLASSES)


@pytest.mark.parametrize(
    ("field", "value"), [("left", 10**6), ("right", 0), ("feature_idx", 99), ("is_categorical", 1)]
)
def test_a_tree_that_leads_astray_is_refused(file: Path, field: str, value: int) -> None:
    forger = companion()
    forger.model._predictors[2][1].nodes[field][0] = value
    save_companion(forger, file)
    with pytest.raises(ForeignWeights, match="does not work as a companion"):
        load_companion(file, CLASSES)


def test_features_that_do_not_fit_the_model(file: Path) -> None:
    save_companion(Companion(CLASSES, (*FEATURES, "more"), companion().model), file)
    with pytest.raises(ForeignWeights, match="not those that it says"):
        load_companion(file, CLASSES)
