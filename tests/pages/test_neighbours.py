"""The gallery of nearest neighbours on the page Embeddings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.analysis.neighbours import nearest
from astrocore.config import home as home_folder
from astrocore.runs import Run
from tests.pages.test_analysis import headings
from tests.pages.test_pages import run_of, texts

Open = Callable[..., AppTest]
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(home: Path) -> Run:
    return run_of(home, "full")


def shown(app: AppTest) -> list[str]:
    """The neighbours by name, in their order."""
    return [one.label for one in app.button if str(one.key).startswith("neighbour:")]


def pictures(app: AppTest) -> int:
    return len(app.get("image"))


def test_the_ten_nearest_are_shown_and_one_of_them_becomes_the_object(run: Run, page: Open) -> None:
    made = run.predictions()
    ids = made.table["object_id"].astype(str).to_numpy()
    app = page("3_Embeddings", object=ids[7])
    known = made.label >= 0
    rows, cosines = nearest(made.embeddings["fused"], 7, among=known)
    assert shown(app) == ids[rows].tolist() and "Nearest in fused" in headings(app) and pictures(app) == 10
    same = int((made.label[rows] == made.label[7]).sum())
    said = texts(app)
    assert f"{same} of the 10 nearest share its label" in said and f"cosine {cosines[0]:.3f}" in said
    assert f"among {known.sum():,} labelled objects of all splits" in said and 0 < known.sum() < len(made)
    assert "Curves: relative flux" in said
    app.button(key="neighbour:3").click().run()
    assert ids[rows[3]] in headings(app) and ids[7] not in headings(app) and not app.exception


def test_neighbours_follow_the_embedding_and_an_object_without_it_has_none(run: Run, page: Open) -> None:
    made = run.predictions()
    ids = made.table["object_id"].astype(str).to_numpy()
    app = page("3_Embeddings", object=ids[1], embedding="star")
    assert shown(app) == ids[nearest(made.embeddings["star"], 1, among=made.label >= 0)[0]].tolist()
    app.toggle(key="labelled").set_value(False).run()
    assert shown(app) == ids[nearest(made.embeddings["star"], 1)[0]].tolist()
    assert f"among {np.isfinite(made.embeddings['star']).all(axis=1).sum():,} objects of all splits" in texts(app)
    app.button(key="map:Next").click().run()
    assert ids[17] not in headings(app)
    app.switch_page("pages/6_Classify.py").run()
    app.query_params["object"], app.query_params["embedding"] = ids[17], "star"
    app.switch_page("pages/3_Embeddings.py").run()  # a link to another object than the one that was chosen
    assert "no embedding star, so it has no neighbours" in texts(app) and not shown(app) and not app.error


def test_an_object_without_a_label_is_told_what_lies_around_it(run: Run, page: Open) -> None:
    made = run.predictions()
    row = int(np.flatnonzero(made.label < 0)[0])
    app = page("3_Embeddings", object=str(made.table["object_id"].iloc[row]))
    assert "Its label is unknown; the 10 nearest are: " in texts(app) and " unknown." not in texts(app)
    assert not app.exception


def test_objects_of_the_same_group_are_marked(run: Run, page: Open) -> None:
    made = run.predictions()
    table = made.table.assign(group="one star")
    run.save_predictions(replace(made, table=table))
    app = page("3_Embeddings", object=str(table["object_id"].iloc[0]))
    assert texts(app).count("same group") == 10


def test_without_the_data_set_numbers_stand_alone(run: Run, page: Open) -> None:
    (home_folder() / "sample_data" / "exoplanets").rename(home_folder() / "gone")
    app = page("3_Embeddings", object=str(run.predictions().table["object_id"].iloc[0]))
    assert len(shown(app)) == 10 and not pictures(app) and not app.exception
    assert "Shown by numbers alone" in texts(app) and "10 of 10" in texts(app) and "period " in texts(app)
    assert "Only objects with" not in texts(app)


@pytest.mark.parametrize(("task", "what"), [("sources", "images"), ("exoplanets", "curves")])
def test_the_shipped_sample_has_pictures_of_those_that_came_with_it(
    task: str, what: str, page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sample_data", "checkpoints"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path))
    object_id = str(Run(CHECKOUT / "checkpoints" / task / "sample").predictions().table["object_id"].iloc[5])
    app = page("3_Embeddings", task=task, run="sample", object=object_id)
    assert len(shown(app)) == 10 and pictures(app) < 10 and f"Only objects with {what}" in texts(app)
    app.toggle(key="drawn").set_value(True).run()
    assert pictures(app) == 10 and "among 1,200 objects" in texts(app) and not app.exception and not app.error
