"""Does a light curve find its own planet and star among others? Recall and median rank beside chance and a forest."""

from __future__ import annotations

import tempfile
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import StandardScaler

from astrocore.analysis.retrieval import ranks
from astrocore.data.draft import Draft
from astrocore.tasks.exoplanets.columns import scaled
from astrocore.tasks.exoplanets.derived import SHAPE, derive
from benchmarks.problems import FIVE, read
from benchmarks.tables import markdown
from benchmarks.training import held_out, trained

PARTNERS = ("physics", "planet", "star")


def retrieval(pool: Executor, seeds: list[int], quick: bool) -> dict[str, Any]:
    """Print recall at 1, 5, 10 and the median rank on a quarter of the stars, mean and spread over seeds."""
    names = ["tess"] if quick else ["kepler", "tess"]
    jobs = [pool.submit(job, name, seed, quick) for name in names for seed in seeds]
    rows = pd.concat([one.result() for one in jobs])
    each = rows.groupby(["set", "model"], sort=False)
    mean, spread = each.mean(numeric_only=True), each.std(numeric_only=True).fillna(0)
    percent = [c for c in mean if c.startswith("r")]
    shown = pd.DataFrame(
        {c: [f"{100 * m:.1f} ± {100 * s:.1f} %" for m, s in zip(mean[c], spread[c], strict=True)] for c in percent}
    )
    shown["median rank"] = [f"{m:.0f}" for m in mean["median_rank"]]
    shown.index = pd.Index([f"{name}: {model}" for name, model in mean.index])
    print("\n## Retrieval: light curve to features, on a quarter of the stars\n")
    print(markdown(shown), flush=True)
    return {"problem": "retrieval", "rows": mean.reset_index().to_dict("records")}


def job(name: str, seed: int, quick: bool) -> pd.DataFrame:
    """Ranks of a model that was only pre-trained, on the stars left out."""
    draft = read(name, quick)
    stars = draft.table["group"].unique()
    test = draft.table["group"].isin(np.random.default_rng(seed).permutation(stars)[: len(stars) // 4]).to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        data = held_out(draft, test, seed, Path(folder))
        epochs = {"pretrain_epochs": 1 if quick else 30, "epochs": 0, "companion": False}
        run = trained(data, Path(folder) / "run", {"seed": seed, "accelerator": "cpu", **epochs})
        found = run.predictions().take(test).embeddings
    group = draft.table["group"].to_numpy(object)[test]
    rows = [{"set": f"{name}, n = {test.sum()}", "model": "chance", **ranks_of_chance(int(test.sum()))}]
    for partner in PARTNERS:
        by = ranks(found["aligned light_curve"], found[f"aligned {partner}"], group)
        rows.append({"set": rows[0]["set"], "model": f"light curve to {partner}", **by.numbers()})
    forest = by_forest(draft, test, group, seed, quick)
    rows.append({"set": rows[0]["set"], "model": "random forest: shape and bins to the five features", **forest})
    return pd.DataFrame(rows)


def ranks_of_chance(n: int) -> dict[str, float]:
    """What guessing gives among n."""
    return {**{f"r{k}": k / n for k in (1, 5, 10)}, "median_rank": (n + 1) / 2}


def by_forest(draft: Draft, test: np.ndarray, group: np.ndarray, seed: int, quick: bool) -> dict[str, float]:
    """A forest predicts the five features from the curve; neighbours are found among them."""
    shape = derive(draft.table, draft.arrays)
    x = np.column_stack([*(shape[d.name] for d in SHAPE), draft.arrays["global_view"], draft.arrays["local_view"]])
    x = np.nan_to_num(x.astype(float), nan=-9.0)
    columns = np.column_stack([scaled(c, draft.table[c].to_numpy(float)) for c in FIVE])
    known = np.isfinite(columns).all(1)
    scale = StandardScaler().fit(columns[known & ~test])
    forest = RandomForestRegressor(20 if quick else 200, min_samples_leaf=3, random_state=seed, n_jobs=1)
    forest.fit(x[known & ~test], scale.transform(columns[known & ~test]))
    asked, truth = forest.predict(x[test & known]), scale.transform(columns[test & known])
    distance = ((asked[:, None] - truth[None]) ** 2).sum(-1)
    mates = (group[known[test]][:, None] == group[known[test]][None]) & ~np.eye(len(asked), dtype=bool)
    distance[mates] = np.inf
    rank = 1 + (distance < np.diag(distance)[:, None]).sum(1)
    return {**{f"r{k}": float((rank <= k).mean()) for k in (1, 5, 10)}, "median_rank": float(np.median(rank))}
