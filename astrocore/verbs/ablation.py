"""What each modality is worth to a net: hidden, alone, and dealt to other objects; a part of the report of align."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from astrocore.analysis.paired import differences
from astrocore.errors import AstrocoreError
from astrocore.runs import VERDICT, Predictions, Run
from astrocore.verbs.changed import Change, changed, dealing, hiding
from astrocore.verbs.probed import judged_scores
from astrocore.verbs.same_objects import same_objects

if TYPE_CHECKING:
    from astrocore.verbs.align_args import Args
    from astrocore.verbs.network import Network


@dataclass(frozen=True)
class Case:
    """One way to change what the net is given."""

    kind: str
    """without, only or dealt."""
    modality: str
    """Which modality is hidden, left or dealt."""
    change: Change


def ablated(run: Run, predictions: Predictions, args: Args) -> Iterator[tuple[str, Any]]:
    """Scores of every case, a part each; the reason where the net can't be asked."""
    try:
        judged = predictions.split(args.split).labelled()
        dataset, rows = same_objects(run, judged, args.data, args.train_objects, args.seed)
        network = _network(run)
    except AstrocoreError as error:
        yield "left_out", {"ablation": str(error)}
        return
    whole = network.predict(dataset, rows).labelled()
    yield "ablation", [{"kind": "all", "modality": "", "n": len(whole), "voices": _judged(whole)}]
    for case in _cases(network, _present(network, predictions)):
        found = network.predict(changed(dataset, case.change), rows).labelled()
        entry = {"kind": case.kind, "modality": case.modality, "n": len(found), "voices": _judged(found)}
        yield "ablation", [entry | {"lost": _lost(whole, found)}]


def _network(run: Run) -> Network:
    from astrocore.verbs.network import load_network  # imports torch

    return load_network(run)


def _present(network: Network, predictions: Predictions) -> list[str]:
    """Modalities of the task that some object has."""
    kept = predictions.embeddings
    return [name for name in network.task.config.MODALITIES if name not in kept or np.isfinite(kept[name]).any()]


def _cases(network: Network, modalities: list[str]) -> Iterator[Case]:
    """Each modality hidden, alone (where that is not the same), and dealt to other objects."""
    data = network.task.data
    for name in modalities:
        yield Case("without", name, hiding(data, (name,)))
    for name in modalities if len(modalities) > 2 else ():
        yield Case("only", name, hiding(data, tuple(other for other in modalities if other != name)))
    for name in modalities:
        yield Case("dealt", name, dealing(data, name))


def _judged(found: Predictions) -> dict[str, Any]:
    """Scores of the verdict and of each voice that it may count."""
    voices = _voices(found).items()
    return {name: judged_scores(found.label, p.argmax(axis=1), p, found.group) for name, p in voices}


def _lost(whole: Predictions, found: Predictions) -> dict[str, Any]:
    """Macro-F1 that each voice loses against all modalities, with its paired interval."""
    told = {}
    for name, p in _voices(whole).items():
        value, ends = differences(whole.label, p, _voices(found)[name], whole.group)["macro_f1"]
        told[name] = {"value": value, "low": ends[0], "high": ends[1]}
    return told


def _voices(found: Predictions) -> dict[str, np.ndarray]:
    return {VERDICT: found.p, **found.weighed}
