"""An object's card with pictures, on the page Data and, with a run that is asked why, on Embeddings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.data.dataset import Dataset, Draft, write_dataset
from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run
from astrocore.tasks import TASKS
from astrocore.tasks.card import Card, HeaderCard, Picture
from astrocore.tasks.sources import views
from astrocore.ui import why
from tests.pages.test_pages import texts
from tests.pages.test_train import press

Open = Callable[..., AppTest]
N, SIDE = 12, 16


@pytest.fixture
def data(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Few objects of one band of noise each; the last one has no image."""
    monkeypatch.setitem(TASKS, "sources", "astrocore.tasks.sources")
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"object_id": [f"s{i}" for i in range(N)], "group": [f"f{i // 2}" for i in range(N)]})
    table = table.assign(label=pd.array(np.arange(N) % 3, dtype="Int64"), split="train", up_angle=20.0)
    table = table.assign(ra=10 + 0.01 * np.arange(N), dec=1.0)
    for band in "ugriz":
        table[f"modelMag_{band}"] = rng.normal(20, 1, N)
    arrays = {f"image_{band}": rng.normal(size=(N, SIDE, SIDE)).astype(np.float16) for band in "ugriz"}
    for array in arrays.values():
        array[-1] = np.nan
    draft = Draft("sources", ("STAR", "GALAXY", "QSO"), table, arrays, {"ra": "deg", "modelMag_u": "mag"})
    return write_dataset(draft, empty_home / "sample_data" / "sources" / "few")


@pytest.fixture
def run(data: Dataset, empty_home: Path) -> Run:
    """A run with predictions, and a file where its weights would be."""
    info = RunInfo(task="sources", classes=data.classes, status="done", data=DataRef.of(data))
    found = create_run(empty_home / "checkpoints" / "sources" / "one", info)
    p = np.full((N, 3), 1 / 3, np.float32)
    fused = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float32)
    found.save_predictions(Predictions(data.classes, data.table.reset_index(drop=True), p, {"fused": fused}, {}))
    found.weights_file.write_bytes(b"")
    return found


def charts(app: AppTest) -> list[str]:
    """What the page says that the charts of its card show."""
    found = [str(chart.proto.alt) for chart in app.get("plotly_chart")]
    return [alt for alt in found if alt.startswith(("Images", "Curves"))]


def answer(*_: Any, **__: Any) -> dict[str, Any]:
    """What a worker would say."""
    shares = np.linspace(-1, 1, SIDE * SIDE).reshape(SIDE, SIDE).tolist()
    attention = np.full((4, 4), 1 / 16).tolist()
    found = {"class": "STAR", "p": 0.5, "features": {"u-g": 0.2}, "delta": 0.0}
    return {**found, "inputs": {"image": shares}, "attention": {"image": attention}}


def test_a_card_has_pictures_curves_and_links(data: Dataset, page: Open) -> None:
    app = page("1_Data", task="sources")
    assert not app.exception and not app.error
    said = texts(app)
    assert "i, r, g as red, green and blue" in said and "turned north up" in said
    assert charts(app) == ["Images of s0", "Curves of s0"] and "Why?" not in [one.label for one in app.toggle]
    app.text_input(key="data:find").set_value(f"s{N - 1}").run()
    assert "There is no image of this object." in texts(app) and charts(app) == [f"Curves of s{N - 1}"]


def test_what_lies_over_the_image_is_chosen(run: Run, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(why, "ask", answer)
    app = page("3_Embeddings", task="sources", object="s3")
    assert not app.exception and "map:card:over" not in [one.key for one in app.segmented_control]
    app.toggle(key="map:card:why").set_value(True).run()
    control = app.segmented_control(key="map:card:over")
    assert control.options == ["attention", "share in the score", "nothing"] and control.value == "attention"
    assert "compared with an empty image" in texts(app)
    for chosen in ("share in the score", "nothing"):
        app.segmented_control(key="map:card:over").set_value(chosen).run()
        assert not app.exception and not app.error
    press(app, "Next")
    assert app.segmented_control(key="map:card:over").value == "nothing"  # it stays as it was chosen


def with_a_header(make: Callable[..., Card]) -> Callable[..., Card]:
    """The task's card with a header, and pictures in two stretches."""

    def card(*given: Any) -> Card:
        made = make(*given)
        if not made.pictures:
            return made
        header = (HeaderCard("SIMPLE", "T"), HeaderCard("OBJECT", "M 31", "what was aimed at", ("u-g", "not seen")))
        first = made.pictures[0]
        frame = Picture("frame", first.pixels, stretches={"asinh": first.pixels, "linear": first.pixels / 2})
        return replace(made, header=header, pictures=(frame,))

    return card


def test_header_and_stretch_stay_with_the_next_object(run: Run, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(why, "ask", answer)
    monkeypatch.setattr(views, "card", with_a_header(views.card))
    app = page("3_Embeddings", task="sources", object="s3")
    assert not app.exception and not app.error
    header = next(one for one in app.expander if one.label == "Header (2 cards)")
    assert header.dataframe[0].value["keyword"].tolist() == ["SIMPLE", "OBJECT"] and not header.proto.expanded
    app.segmented_control(key="map:card:stretch").set_value("linear").run()
    app.toggle(key="map:card:why").set_value(True).run()
    press(app, "Next")
    assert not app.exception and not app.error
    assert app.segmented_control(key="map:card:stretch").value == "linear"
    header = next(one for one in app.expander if one.label == "Header (2 cards)")
    told = header.dataframe[0].value
    assert header.proto.expanded and told["keyword"].tolist() == ["OBJECT", "SIMPLE"]
    assert told["share in the score of STAR [logit]"].tolist()[:1] == [0.2]
