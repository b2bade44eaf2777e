"""Candidates of 2019, ranked by models that know the dispositions of 2019, against what became of them by 2025.

The columns are of today's table (a part of them was measured anew since), so this is not quite what could be said then.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from astrocore.data.dataset import write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from benchmarks.baselines import feature_sets
from benchmarks.problems import read, real_data, settings
from benchmarks.simple import POWERS, fit, simple_models
from benchmarks.tables import markdown
from benchmarks.training import trained

TWO = ("CONFIRMED", "FALSE POSITIVE")
SETS = {"five columns": "koi-five", "all allowed columns": "koi-all"}


def prospective(pool: Executor, seeds: list[int], quick: bool) -> dict[str, Any]:
    """Print how well each model ranks the candidates of 2019 by later confirmation: ROC AUC, mean over seeds."""
    names = list(SETS.values())[:1] if quick else list(SETS.values())
    jobs = [pool.submit(job, name, seed, quick) for name in names for seed in seeds]
    rows = pd.concat([one.result() for one in jobs])
    mean = rows.groupby(["columns", "model"], sort=False)["auc"].agg(["mean", "std"]).reset_index()
    n, later = candidates(read("koi-five", False))
    print(f"\n## Prospective: {n} KOI candidates of 2019, of which {later} were confirmed by 2025; ROC AUC\n")
    cells = [f"{m:.3f} ± {0 if np.isnan(s) else s:.3f}" for m, s in zip(mean["mean"], mean["std"], strict=True)]
    table = mean.assign(auc=cells).pivot(index="model", columns="columns", values="auc").loc[mean["model"].unique()]
    print(markdown(table.fillna("")), flush=True)
    print("\nTrained on the dispositions of 2019 and the columns of 2025; stars with a candidate are not trained on.")
    return {"problem": "prospective", "n": n, "confirmed": later, "rows": mean.to_dict("records")}


def candidates(draft: Draft) -> tuple[int, int]:
    """How many there were, and how many of them are confirmed now."""
    before = dispositions(draft)
    was = before == "CANDIDATE"
    return int(was.sum()), int((was & (draft.table["label"] == draft.classes.index("CONFIRMED")).to_numpy()).sum())


def dispositions(draft: Draft) -> np.ndarray:
    """What the archive said of each row in 2019, "" where it did not have it yet."""
    raw = pd.read_csv(real_data() / "koi_cumulative.csv", comment="#").set_index("kepoi_name")
    return raw["koi_disposition_2019"].reindex(draft.table["object_id"]).fillna("").to_numpy(str)


def job(name: str, seed: int, quick: bool) -> pd.DataFrame:
    """ROC AUC of every model on the candidates of 2019, trained on what was confirmed or refused then."""
    draft = read(name, False)
    before = dispositions(draft)
    test = before == "CANDIDATE"
    later = draft.table["label"].to_numpy(int)[test] == draft.classes.index("CONFIRMED")
    with_candidate = draft.table["group"].isin(set(draft.table["group"][test])).to_numpy()
    settled = np.isin(before, TWO) & ~with_candidate
    label = pd.Series(pd.array(np.where(before == TWO[0], 0, 1), dtype="Int64"))
    then = replace(draft, classes=TWO, table=draft.table.assign(label=label.mask(~settled)))
    found = {t: roc_auc_score(later, p) for t, p in nets(name, then, settled, test, seed, quick).items()}
    y = label.to_numpy(int)
    for features, x in feature_sets(name, draft).items():
        for title, model in simple_models(seed, len(y), quick):
            p = fit(model, x[settled], y[settled], POWERS["sqrt"]).predict_proba(x[test])
            found[f"{title} (sqrt), {features}"] = roc_auc_score(later, p[:, 0])
    kind = next(title for title, of in SETS.items() if of == name)
    return pd.DataFrame({"columns": kind, "model": list(found), "auc": list(found.values())})


def nets(
    name: str, then: Draft, settled: np.ndarray, test: np.ndarray, seed: int, quick: bool
) -> dict[str, np.ndarray]:
    """Probability of CONFIRMED of the candidates, by our verdict and by each of its voices."""
    rows = settled | test
    table = then.table[rows].drop(columns="split", errors="ignore")
    inner = split_by_group(then.table[settled], (0.85, 0.15, 0.0), seed)
    table = table.assign(split=inner.reindex(table.index).fillna("test")).reset_index(drop=True)
    with tempfile.TemporaryDirectory() as folder:
        data = write_dataset(replace(then, table=table, arrays={}), Path(folder) / "data")
        run = trained(data, Path(folder) / "run", settings(name, then, seed, "both", quick))
        p = run.predictions().split("test")
    voices = {f"model: {voice} alone": said[:, 0] for voice, said in p.voices.items()}
    return {"model: verdict": p.p[:, 0], **voices}
