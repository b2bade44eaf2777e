"""One training or the simple models of the ablation: what they say of the third of a set that a seed tests on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.runs import Run
from benchmarks.simple import fit
from benchmarks.sources_problems import ORIGINAL_24, features
from benchmarks.sources_sets import made, third_of
from benchmarks.sources_simple import models
from benchmarks.training import held_out, trained

SHUFFLED, BLOCK = "both, images shuffled", "both, literal block"
DEEP = ("both, preset original", "both, literal net of twelve layers")
ORIGINAL_SIZE = {
    "layers": 12,
    "photometry_widths": (1024, 512, 256),
    "photometry_dropout": 0.25,
    "numeric_bins": 0,
    "companion": False,
}
"""What makes our net of the preset `original`'s size, trained as the others are."""
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "photometry": {"modalities": ("photometry",)},
    "images": {"modalities": ("image",), "companion": False},
    "both": {},
    BLOCK: {"companion": False},
    DEEP[0]: ORIGINAL_SIZE,
    DEEP[1]: ORIGINAL_SIZE,
}
"""Ways to train: what each changes."""
LITERAL = (BLOCK, DEEP[1])
ORDER = (
    *("photometry: verdict", "photometry: net", "images: net", "both: verdict", "both: net", "both: companion"),
    *(f"{SHUFFLED}: verdict", f"{SHUFFLED}: net", *(f"{name}: net" for name in (BLOCK, *DEEP))),
)


def net_job(name: str, n: int, seed: int, variant: str, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities (N, C) of each voice, NaN in the rows that are not tested."""
    import torch

    torch.set_num_threads(1)
    draft = made(name, n)
    test = third_of(draft, seed)
    fixed = {"accelerator": "cpu", "photometry_columns": ORIGINAL_24, "batch_size": 64}
    changes = {"seed": seed, **fixed, **VARIANTS[variant]}
    changes |= {"epochs": 1} if quick else {}
    with tempfile.TemporaryDirectory() as folder:
        data = held_out(draft, test, seed, Path(folder))
        with literal(variant in LITERAL):
            run = trained(data, Path(folder) / "run", changes)
        found = said(run, variant, test)
        if variant == "both":
            found |= shuffled(run, draft, data, test, seed)
    return {title: filled(p, test) for title, p in found.items()}


def literal(wanted: bool) -> Any:
    """The original's net in the place of ours, where it is wanted."""
    from benchmarks.literal_net import literal as theirs

    return theirs() if wanted else nullcontext()


def said(run: Run, variant: str, test: np.ndarray) -> dict[str, np.ndarray]:
    """What a run says of the test rows: its verdict, where it has a companion, and its voices."""
    predictions = run.predictions().take(test)
    voices = predictions.voices or {"net": predictions.p}
    found = {f"{variant}: {voice}": p for voice, p in voices.items() if variant == "both" or voice == "net"}
    return found | ({f"{variant}: verdict": predictions.p} if "companion" in voices else {})


def shuffled(run: Run, draft: Draft, data: Dataset, test: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The same run on test objects that were each dealt another one's image."""
    from astrocore.verbs.network import load_network

    order = np.random.default_rng(seed).permutation(np.flatnonzero(test))
    dealt = {key: np.array(array[order]) for key, array in draft.arrays.items()}
    table = data.table[test].reset_index(drop=True)
    other = write_dataset(replace(draft, table=table, arrays=dealt), run.path.parent / "dealt")
    predicted = load_network(run).predict(other)
    return {f"{SHUFFLED}: verdict": predicted.p, f"{SHUFFLED}: net": predicted.voices.get("net", predicted.p)}


def simple_job(name: str, n: int, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities (N, C) of the simple models on the 24 features, NaN in the rows that are not tested."""
    draft = made(name, n)
    test, label = third_of(draft, seed), draft.table["label"].to_numpy(int)
    x = features(draft, ORIGINAL_24)
    found = {}
    for title, model in models(seed, int((~test).sum()), quick):
        fitted = fit(model, x[~test], label[~test], 0.0)
        found[f"{title}, 24 features"] = filled(fitted.predict_proba(x[test]), test)
    return found


def filled(p: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(n, C) of the tested rows -> (N, C), NaN elsewhere."""
    whole = np.full((len(test), p.shape[1]), np.nan)
    whole[test] = p
    return whole
