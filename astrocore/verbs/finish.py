"""After the last stage: weights, the companion, the verdict of both, predictions and scores, into the run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from astrocore.analysis.blend import fit_blend
from astrocore.data.dataset import IDENTITY
from astrocore.nn.rows import in_order
from astrocore.nn.state import weights
from astrocore.runs import Companion, Predictions, RunInfo, Verdict, companion_file, joined, save_companion, writing
from astrocore.runs.info import now
from astrocore.runs.predictions import APART
from astrocore.verbs.companion import fit_companion
from astrocore.verbs.given import batch_of
from astrocore.verbs.job import Job
from astrocore.verbs.network import BATCH, Network, judged
from astrocore.verbs.plan import Plan
from astrocore.verbs.scored import scores_by_split

JUDGES = 100_000
"""Validation objects at most that settle the verdict."""


def finish(plan: Plan, model: Any, device: torch.device, job: Job, trained: int) -> dict[str, Any]:
    """Keep all that a run is to hold; the checkpoint has served.

    Whatever kills the process here, a resume comes here again: the run is done only once everything is written.

    Returns
    -------
    dict
        What run.json says in short: status, stages, scores of the verdict and of each voice, the verdict itself.
    """
    began = time.monotonic()
    config = plan.config.model_dump(mode="json")
    metadata = {"task": plan.task.name, "config": config, "classes": plan.dataset.classes, "units": plan.dataset.units}
    plan.run.save_weights(weights(model), metadata)
    companion, said = _companion(plan)
    job.log({"event": "companion", **said})
    network = Network(plan.task, plan.config, plan.dataset.classes, model.to(device).eval(), device, companion)
    verdict = fit_verdict(*_heard(plan, network))
    predictions = _predicted(plan, network, verdict)
    info = plan.run.update(
        status="done",
        finished=now(),
        metrics=scores_by_split(predictions),
        verdict=verdict,
        voices={name: scores_by_split(predictions.voice(name)) for name in predictions.voices},
        parameters=sum(p.numel() for p in model.parameters()),
        trained_parameters=trained,
    )
    found = {**_told(info), "companion": said}
    job.log({"event": "done", **found, "seconds": time.monotonic() - began})
    plan.run.checkpoint_file.unlink(missing_ok=True)
    return {"run": str(plan.run.path), "status": "done", "simulated": plan.dataset.simulated, **_short(info), **found}


def _judges(plan: Plan) -> np.ndarray:
    """Row numbers of the validation objects that settle the verdict."""
    index = plan.dataset.indices("val")
    index = index[plan.dataset.table["label"].notna().to_numpy()[index]]
    return np.sort(np.random.default_rng(plan.config.seed).permutation(index)[:JUDGES])


def _predicted(plan: Plan, network: Network, verdict: Verdict) -> Predictions:
    """Write the predictions of all objects; returns what scores need of them, so that memory stays small."""
    kept = []
    with writing(plan.run.predictions_file) as add:
        for block in network.blocks(plan.dataset):
            found = judged(block, verdict)
            add(found)
            kept.append(replace(found, table=found.table[list(IDENTITY)], embeddings={}))
    return joined(kept)


def _heard(plan: Plan, network: Network) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Labels (n,) of the objects that settle the verdict, copies among them, and what each voice says (n, C)."""
    index, size = plan.copies.index(_judges(plan)), batch_of(plan.dataset, BATCH)
    parts = [network.said(*plan.copies.rows(index[at]))["voices"] for at in in_order(len(index), size)]
    names = [name for name in parts[0] if not name.endswith(APART)]
    return plan.copies.labels(index), {name: np.concatenate([part[name] for part in parts]) for name in names}


def fit_verdict(label: np.ndarray, voices: Mapping[str, np.ndarray]) -> Verdict:
    """How the voices (n, C) each are put together, by labelled validation objects (n,)."""
    found = fit_blend(label, voices)
    return Verdict(
        weights=found.weights, temperature=found.temperature, n=found.n, nll=found.nll, macro_f1=found.macro_f1
    )


def _companion(plan: Plan) -> tuple[Companion | None, Mapping[str, Any]]:
    """The companion, saved, and what is told of it; a file that an earlier try left goes where there is none."""
    file = companion_file(plan.run.path)
    if not (plan.config.companion and plan.config.epochs):
        file.unlink(missing_ok=True)
        return None, {"skipped": "the setting companion is off" if plan.config.epochs else "no label is learned from"}
    fitted = fit_companion(plan.task, plan.taught, plan.config)
    if fitted.companion is None:
        file.unlink(missing_ok=True)
        return None, fitted.told()
    save_companion(fitted.companion, file)
    return fitted.companion, fitted.told()


def _told(info: RunInfo) -> dict[str, Any]:
    """Scores and verdict, for events and result."""
    return {"metrics": info.metrics, "verdict": info.verdict.model_dump(), "voices": info.voices}


def _short(info: RunInfo) -> dict[str, Any]:
    stages = [stage.model_dump() for stage in info.stages]
    return {"parameters": info.parameters, "trained_parameters": info.trained_parameters, "stages": stages}
