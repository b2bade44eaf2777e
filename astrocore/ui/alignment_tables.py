"""The tables of a report of the verb align, as text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from astrocore.ui.numbers import JOINER, NBSP, cell, figure, spread

GAP = "distance of the centroids: 0 together, 2 opposite"
NEAR = "squared distance of a pair: 0 the same, 2 unrelated"
EVEN = "0: all in one point; −4: over the whole sphere"


def pair_table(pair: dict[str, Any]) -> pd.DataFrame:
    """Median rank both ways, gap, alignment and uniformity, with how to read them."""
    rows = []
    for direction, found in pair["retrieval"].items():
        read = f"best: 1; chance: {found['chance']['median_rank']:,.0f} of {found['candidates']:,.0f}"
        rows.append((f"median rank, {direction}", _rank(found["median_rank"]), read))
    rows.append(("modality gap", figure(pair["gap"]), GAP))
    rows.append(("alignment", figure(pair["pair_distance"]), NEAR))
    rows += [(f"uniformity, {name}", figure(value), EVEN) for name, value in pair["uniformity"].items()]
    return pd.DataFrame(rows, columns=["number", "value", "how to read it"]).set_index("number")


def probe_table(report: dict[str, Any]) -> pd.DataFrame:
    """Scores of the linear probe and of the neighbours, a row an embedding."""
    rows = {}
    for name, found in report["probes"].items():
        rows[name] = {
            "n": f"{found['n']:,}",
            "n train": f"{found['n_train']:,}",
            "linear: macro F1": _cell(found["linear"]["macro_f1"]),
            "linear: ROC AUC": _cell(found["linear"]["auc_macro"]),
            "k-NN: macro F1": _cell(found["nearest"]["macro_f1"]),
        }
    return pd.DataFrame(rows).T.rename_axis("embedding")


def zero_shot_table(report: dict[str, Any]) -> pd.DataFrame:
    """Scores of class prototypes, a row a direction."""
    rows = {}
    for found in report["zero_shot"]:
        rows[f"{found['prototypes']} to {found['judged']}"] = {
            "n": f"{found['n']:,}",
            "accuracy": _cell(found["accuracy"]),
            "macro F1": _cell(found["macro_f1"]),
        }
    return pd.DataFrame(rows).T.rename_axis("prototypes of, judged")


def _cell(found: dict[str, Any]) -> str:
    """A number with its interval; a dash where it is undefined."""
    return cell(found["value"], _ends(found))


def _ends(found: dict[str, Any]) -> tuple[float, float] | None:
    return None if None in (found["low"], found["high"]) else (found["low"], found["high"])


def _rank(found: dict[str, Any]) -> str:
    """A median rank with its interval."""
    ends = spread(_ends(found), 0).replace(" to ", f"{JOINER}–{JOINER}")
    return figure(found["value"], 0) + (f"{NBSP}({ends})" if ends else "")
