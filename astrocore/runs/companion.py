"""companion.skops: a gradient-boosting model beside the net; read through a fixed list of types, never executed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd

from astrocore.errors import ForeignWeights, RunMissing, WrongTask
from astrocore.runs.files import replacing

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import ThreadpoolController

COMPANION = "companion.skops"
"""Name of the file in a run's folder."""
FORMAT = "astrocore-companion-1"
META, SCHEMA = "astrocore.json", "schema.json"
LARGEST = 1 << 30
"""Bytes that a file may unpack to; 300 rounds of ten classes take a tenth of that."""
_TREES = "sklearn.ensemble._hist_gradient_boosting"
UNTRUSTED = (f"{_TREES}.predictor.TreePredictor",)
"""What skops does not trust by itself and a gradient-boosting model needs."""
ALLOWED = frozenset(
    {
        *(f"builtins.{name}" for name in ("dict", "list", "tuple", "str", "int", "float", "bool")),
        *(f"numpy.{name}" for name in ("ndarray", "uint64", "int64", "float64")),
        "numpy.random._generator.Generator",
        "sklearn._loss._loss.CyHalfBinomialLoss",
        "sklearn._loss._loss.CyHalfMultinomialLoss",
        "sklearn._loss.link.Interval",
        "sklearn._loss.link.LogitLink",
        "sklearn._loss.link.MultinomialLogit",
        "sklearn._loss.loss.HalfBinomialLoss",
        "sklearn._loss.loss.HalfMultinomialLoss",
        "sklearn.preprocessing._label.LabelEncoder",
        f"{_TREES}.binning._BinMapper",
        f"{_TREES}.gradient_boosting.HistGradientBoostingClassifier",
        *UNTRUSTED,
    }
)
"""Every type that a companion's file may name; skops alone would let all of scikit-learn's estimators pass."""


@dataclass(frozen=True)
class Companion:
    """A fitted gradient-boosting model, and what its rows and columns mean.

    Attributes
    ----------
    classes
        C names, in the order of the run.
    features
        F names of the columns it was trained on.
    model
        Its classes are numbers of `classes`; one that had no training object is missing there.
    """

    classes: tuple[str, ...]
    features: tuple[str, ...]
    model: HistGradientBoostingClassifier

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Probabilities (N, C) float32 of rows of features (N, at least F columns); 0 for a class it never saw.

        Raises
        ------
        WrongTask
            A feature is not there.
        """
        if missing := [name for name in self.features if name not in features]:
            raise WrongTask(
                f"The companion needs the features {', '.join(missing)}, which these objects don't have; "
                "use a data set with the columns that the run was trained on."
            )
        p = np.zeros((len(features), len(self.classes)), np.float32)
        if len(features):
            with one_thread():
                p[:, self.model.classes_] = self.model.predict_proba(numbers(features[list(self.features)]))
        return p


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep OpenMP to one thread: waking others for each of 900 small trees costs more than it gains, on a busy
    machine a hundred times more.
    """
    with _thread_pools().limit(limits=1, user_api="openmp"):
        yield


@cache
def _thread_pools() -> ThreadpoolController:
    import sklearn.ensemble  # noqa: F401 - whose OpenMP has to be there to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def companion_file(run: Path) -> Path:
    """Where the companion lies in a run's folder, if the run has one."""
    return run / COMPANION


def numbers(features: pd.DataFrame) -> np.ndarray:
    """Features (N, F) as the model takes them: float32, NaN for whatever is not finite."""
    with np.errstate(over="ignore"):
        values = features.to_numpy(np.float32)
    return np.where(np.isfinite(values), values, np.float32(np.nan))


def save_companion(companion: Companion, file: Path) -> None:
    """Write the model, its classes and features, whole or not at all; raises RunNotWritable."""
    import skops.io

    content = BytesIO()
    skops.io.dump(companion.model, content, compression=ZIP_DEFLATED)
    with ZipFile(content) as archive:
        digest = _digest(archive)
    meta = {"format": FORMAT, "classes": companion.classes, "features": companion.features, "digest": digest}
    with ZipFile(content, "a", ZIP_DEFLATED) as archive:
        archive.writestr(META, json.dumps(meta, ensure_ascii=False))
    with replacing(file) as part:
        part.write_bytes(content.getvalue())


def load_companion(file: Path, classes: Sequence[str]) -> Companion:
    """Read what `save_companion` wrote; nothing in the file is executed.

    Raises
    ------
    RunMissing
        There is no such file.
    ForeignWeights
        It is truncated, damaged, not a companion's, or names a type that none has.
    WrongTask
        It tells other classes apart.
    """
    if not file.is_file():
        raise RunMissing(f"{file} does not exist, though the run's verdict asks for it; fetch or train the run again.")
    content = file.read_bytes()
    try:
        with ZipFile(BytesIO(content)) as archive:
            found, features = _checked(file, archive)
    except ForeignWeights:
        raise
    except Exception as error:  # zipfile and zlib know a dozen ways to fail on damaged bytes
        raise _foreign(file, f"is truncated or no companion's ({error})") from None
    if found != tuple(classes):
        raise WrongTask(
            f"{file} tells {', '.join(found)} apart, and the run {', '.join(classes)}; "
            "put back the companion that was trained with the run."
        )
    return Companion(found, features, _model(file, content, len(found), len(features)))


def _checked(file: Path, archive: ZipFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Classes and features, after everything that can be checked without making an object."""
    if sum(item.file_size for item in archive.infolist()) > LARGEST:
        raise _foreign(file, "unpacks to more than a companion can have")
    meta = json.loads(archive.read(META))
    if meta["format"] != FORMAT:
        raise _foreign(file, "was written by another version")
    if meta["digest"] != _digest(archive):
        raise _foreign(file, "is damaged: its hash is not the one it was saved with")
    named = set(_types(json.loads(archive.read(SCHEMA))))
    if foreign := sorted(named - ALLOWED):
        raise _foreign(file, f"names {', '.join(foreign[:5])}, which no companion has")
    return tuple(map(str, meta["classes"])), tuple(map(str, meta["features"]))


def _types(node: Any) -> Iterator[str]:
    """Full name of every type in the schema of a skops file."""
    if isinstance(node, dict):
        if "__class__" in node:
            yield f"{node.get('__module__')}.{node['__class__']}"
        for item in node.values():
            yield from _types(item)
    elif isinstance(node, list):
        for item in node:
            yield from _types(item)


def _model(file: Path, content: bytes, classes: int, features: int) -> HistGradientBoostingClassifier:
    """The model, tried on one object."""
    import skops.io
    from sklearn.ensemble import HistGradientBoostingClassifier

    try:
        model = skops.io.loads(content, trusted=list(UNTRUSTED))
        if not isinstance(model, HistGradientBoostingClassifier):
            raise ValueError(f"it holds a {type(model).__name__}")
        for tree in (tree for trees in model._predictors for tree in trees):
            _check_tree(tree.nodes, features)
        if model.n_features_in_ != features or not set(model.classes_) <= set(range(classes)):
            raise ValueError("features or classes are not those that it says")
        with one_thread():
            model.predict_proba(np.full((1, features), np.nan, np.float32))
    except Exception as error:  # whatever a forged object may lead to
        raise _foreign(file, f"does not work as a companion ({error})") from None
    return model


def _check_tree(nodes: np.ndarray, features: int) -> None:
    """Raise ValueError unless every path ends: scikit-learn's compiled code would follow a forged node anywhere."""
    inner = nodes[nodes["is_leaf"] == 0]
    at = np.flatnonzero(nodes["is_leaf"] == 0)
    for side in ("left", "right"):
        if ((inner[side] <= at) | (inner[side] >= len(nodes))).any():
            raise ValueError("a branch leads out of its tree")
    if len(nodes) == 0 or (inner["feature_idx"] < 0).any() or (inner["feature_idx"] >= features).any():
        raise ValueError("a tree asks for a feature that is not there")
    if nodes["is_categorical"].any():
        raise ValueError("a tree has categories, and the features are numbers")


def _digest(archive: ZipFile) -> str:
    """Hash over names and bytes of all members but the meta itself."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(set(archive.namelist()) - {META}):
        content = archive.read(name)
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _foreign(file: Path, what: str) -> ForeignWeights:
    return ForeignWeights(f"{file} {what}; nothing was executed. Fetch or train the run again.")
