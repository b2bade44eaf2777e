"""Tables of experiments: found, read or refused by name, and handed out as rows and as LaTeX."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import ForeignExperiment
from astrocore.runs.experiment_latex import ESCAPES, escaped
from astrocore.runs.experiments import as_csv, as_latex, find_experiments, load_experiments
from tests.experiments_example import PUBLISHED, ROWS, half, whole, write


def test_the_table_written_last_comes_first_and_other_forms_are_left_out(tmp_path: Path) -> None:
    old, new = (write(tmp_path, whole(), name) for name in ("b", "a"))
    os.utime(old, (1, 1))
    write(tmp_path, whole(), task="exoplanets")
    other = tmp_path / "checkpoints" / "sources" / "regimes.experiment" / "table.json"
    other.parent.mkdir()
    other.write_text("{}")
    assert find_experiments("sources", tmp_path / "checkpoints") == [new, old]
    assert find_experiments("toy", tmp_path / "checkpoints") == []


def test_what_a_later_version_adds_is_read_past(tmp_path: Path) -> None:
    table = load_experiments(write(tmp_path, {**whole(), "news": 1}))
    assert table.whole and [one.experiment for one in table.experiments[:3]] == ["Experiment 1"] * 2 + ["Experiment 2"]
    assert table.experiments[-1].sets == "compact train, faint test" and table.experiments[0].sets == (
        "compact train/test"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no whole JSON"),
        (json.dumps(whole())[:-40], "no whole JSON"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "no whole JSON"),
        ("[" * 100_000, "no whole JSON"),
        ([], "not of the format"),
        ({"regimes": {}}, "not of the format"),
        ({**whole(), "format": "astrocore-experiments-2"}, "not of the format"),
        ({**whole(), "rows": None}, r"damaged at rows \("),
        ({**whole(), "experiments": [{"experiment": "1"}]}, r"damaged at experiments\.0\.labels"),
    ],
)
def test_a_broken_or_foreign_file_is_refused_by_name(content: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ForeignExperiment, match=reason) as caught:
        load_experiments(write(tmp_path, content))
    assert "experiments.json" in str(caught.value) and len(str(caught.value)) < 500


def test_a_file_that_is_gone_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ForeignExperiment, match="can't be read"):
        load_experiments(tmp_path / "experiments.json")


def test_the_flat_rows_hold_every_number_once() -> None:
    table, flat = whole(), as_csv(whole())
    assert len(flat) == 6 * len(ROWS) + 3 * 2 and set(flat["source"]) == {"ours", "published"}
    for one in table["experiments"]:
        here = flat[(flat["experiment"] == one["experiment"]) & (flat["labels"] == one["labels"])]
        ours = here[here["source"] == "ours"].set_index("row")
        assert ours.index.tolist() == list(ROWS) and (ours["n_test"] == one["n_test"]).all()
        for key, row in one["rows"].items():
            assert ours.loc[key, "title"] == ROWS[key] and ours.loc[key, "seeds"] == 3
            for score in ("accuracy", "precision", "recall"):
                assert ours.loc[key, [f"{score}_mean", f"{score}_sd"]].tolist() == list(row[score].values())
            for end in ("value", "low", "high"):
                found = ours.loc[key, f"minus_{end}"]
                assert found == row["minus"][end] if "minus" in row else pd.isna(found)
        published = here[here["source"] == "published"].set_index("row")
        assert published.index.tolist() == list(one["published"])
        assert published[["seeds", "n_test", "accuracy_sd", "minus_value"]].isna().all(axis=None)
    assert (flat[flat["source"] == "ours"]["simulated"] == "photometry image").all()


def test_rows_that_are_missing_and_a_spread_that_is_null() -> None:
    flat = as_csv(half())
    ours = flat[flat["source"] == "ours"]
    assert ours["row"].tolist() == ["margformer", "simple"] and ours["accuracy_sd"].isna().all()
    back = pd.read_csv(StringIO(flat.to_csv(index=False)))
    assert back["accuracy_mean"].tolist() == flat["accuracy_mean"].tolist()
    nothing = as_csv({**whole(), "experiments": []})
    assert len(nothing) == 0 and list(nothing) == list(flat)


def body(latex: str) -> list[list[str]]:
    """Cells of each line of the body."""
    lines = latex.split("\\midrule\n")[1].split("\\bottomrule")[0].splitlines()
    return [[cell.strip() for cell in line.removesuffix(r" \\").split(" & ")] for line in lines]


def test_latex_has_a_line_an_experiment_and_columns_by_score() -> None:
    latex = as_latex(whole())
    assert latex.count("{") == latex.count("}") and latex.count("\\begin") == latex.count("\\end") == 2
    lines = body(latex)
    n = 2 + 3 * len(ROWS) + 2 + 1  # published: two with an accuracy, one with a precision, none with a recall
    assert [len(cells) for cells in lines] == [n] * 6 and f"{{ll{'c' * (n - 2)}}}" in latex
    assert lines[0][:3] == ["Experiment 1 (compact train/test)", "star-galaxy", r"$97.0 \pm 0.4$"]
    assert lines[0][8:10] == ["$91.1$", "$93.3$"] and lines[1][8:10] == ["--", "--"]
    spans = [tuple(map(int, span)) for span in re.findall(r"cmidrule\(lr\)\{(\d+)-(\d+)\}", latex)]
    assert spans == [(3, 10), (11, 17), (18, 23)]
    assert f"published: {PUBLISHED['simclr']}" in latex and f"published: {PUBLISHED['margformer']}" not in latex


def test_the_caption_says_seeds_sizes_simulated_and_how_far_it_is() -> None:
    done = as_latex(whole())
    assert "over 3 seeds" in done and "n = 2,800 train, 610 test in 40 groups" in done and "Not finished" not in done
    assert "Simulated data: the photometry and image" in done and "simulated" not in as_latex(
        {**whole(), "simulated": []}
    ).lower().replace("simclr", "")
    part = as_latex({**half(), "seeds": [4]})
    assert "of one seed" in part and "7 of 126 cells are done" in part


def test_latex_of_missing_rows_is_dashes_without_spread() -> None:
    first, second = body(as_latex(half()))
    assert first[2:8] == ["$97.0$", *["--"] * 4, "$91.5$"] and set(second[2:]) == {"--"}
    assert body(as_latex({**whole(), "experiments": []})) == []


@given(st.text(max_size=40))
def test_any_title_stays_text_in_latex_and_in_csv(title: str) -> None:
    content = half()
    content["rows"]["margformer"] = content["experiments"][0]["experiment"] = title
    latex = as_latex(content)
    assert [len(cells) for cells in body(latex)] == [2 + 18 + 3] * 2
    assert as_csv(content).loc[0, "title"] == title
    assert f"{{{escaped(title)}}}" in latex


@given(st.text(alphabet=[*ESCAPES, "a", " "], max_size=20))
def test_nothing_special_to_latex_is_left(text: str) -> None:
    left = escaped(text)
    for made in sorted(set(ESCAPES.values()), key=len, reverse=True):
        left = left.replace(made, "")
    assert not set(left) & set("\\&%$#_{}~^")


def test_escapes_by_example() -> None:
    assert escaped("50 % of a_b & {c}\n$d#") == r"50 \% of a\_b \& \{c\} \$d\#"
