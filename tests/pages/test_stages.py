"""Runs side by side on the page Embeddings: which, what their titles say, and the object that they have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.charts.maps import Categories, Values
from astrocore.runs import Run, create_run
from astrocore.runs.info import StageInfo
from astrocore.ui import maps
from astrocore.ui.maps import few
from astrocore.ui.stages import shared, trained_by
from tests.pages.test_analysis import headings
from tests.pages.test_pages import run_of, texts
from tests.ui.fakes import fake_predictions, info_of, open_dataset

Open = Callable[..., AppTest]
BESIDE = {"show": "Side by side"}


@pytest.fixture
def run(home: Path) -> Run:
    """The run of the page, fine-tuned from "first"; "scratch" has fewer objects, "other" another data set."""
    data = open_dataset(home / "sample_data" / "exoplanets")
    for place, name in enumerate(("first", "scratch", "other")):
        stages = ("pretrain",) if name == "first" else ("finetune",)
        info = info_of(data).model_copy(update={"created": f"2020-01-0{place + 1}", "stages": staged(stages)})
        if name == "other":
            info = info.model_copy(update={"data": info.data.model_copy(update={"fingerprint": "another"})})
        made = create_run(home / "checkpoints" / "exoplanets" / name, info)
        made.save_predictions(fake_predictions(data, place + 5).take(np.arange(0 if name != "scratch" else 20, 160)))
    full = run_of(home, "full")
    full.update(init_from="exoplanets/first", stages=staged(("finetune",)))
    return full


def staged(names: Sequence[str]) -> tuple[StageInfo, ...]:
    return tuple(StageInfo(name=name, epochs=3) for name in names)


def charts(app: AppTest) -> list[str]:
    found = [str(chart.proto.alt) for chart in app.get("plotly_chart")]
    return [alt.rpartition(" ")[2] for alt in found if alt.startswith("Map of")]


def test_the_run_it_began_with_comes_first_then_those_on_the_same_data(run: Run, page: Open) -> None:
    app = page("3_Embeddings", **BESIDE)
    assert not app.exception and not app.error
    assert app.multiselect(key="beside").value == ["first", "scratch"]
    assert app.multiselect(key="beside").options == ["first", "scratch", "other"]
    assert charts(app) == ["full", "first", "scratch"] and "dims" not in [one.key for one in app.segmented_control]
    said = texts(app)
    assert "**full**  \nfinetune, begun with exoplanets/first" in said and "**first**  \npretrain" in said
    app.multiselect(key="beside").set_value(["other"]).run()
    assert charts(app) == ["full", "other"] and not app.exception


def test_another_run_on_the_page_begins_anew_and_the_address_is_heard(run: Run, page: Open) -> None:
    app = page("3_Embeddings", beside="other", **BESIDE)
    assert charts(app) == ["full", "other"]
    app.selectbox(key="run").set_value("first").run()
    assert charts(app) == ["first", "scratch", "full"] and not app.exception


def test_the_chosen_object_is_ringed_and_judged_by_all_that_know_it(run: Run, page: Open) -> None:
    made = run.predictions()
    app = page("3_Embeddings", **BESIDE)
    for place, unknown in ((3, 1), (30, 0)):
        object_id = str(made.table["object_id"].iloc[place])
        app.session_state[f"object:{run.path}"] = object_id  # what a click on a map leaves
        app.run()
        assert not app.exception and object_id in headings(app)
        assert texts(app).count(f"This run does not know {object_id}.") == unknown
        rings = [trace for one in app.get("plotly_chart") for trace in one.proto.spec.split('"circle-open"')[1:]]
        assert len(rings) == 3 - unknown
        assert texts(app).count("nearest share its label") + texts(app).count("label is unknown") == 3 - unknown


def test_a_run_without_the_embedding_or_the_map_leaves_the_others(run: Run, page: Open, monkeypatch: Any) -> None:
    first = Run(run.path.with_name("first"))
    made = first.predictions()
    first.save_predictions(type(made)(made.classes, made.table, made.p, {"star": made.embeddings["star"]}, made.units))
    app = page("3_Embeddings", **BESIDE)
    assert charts(app) == ["full", "scratch"] and "has no embedding fused; it has: star." in texts(app)
    monkeypatch.setattr(maps, "IN_PAGE", 150)  # scratch has fewer objects
    app = page("3_Embeddings", method="t-SNE", **BESIDE)
    assert charts(app) == ["scratch"] and not app.exception
    assert app.code[0].value == "python -m astrocore project exoplanets/full --method tsne --embedding fused"
    monkeypatch.setattr(maps, "IN_PAGE", 10)
    app = page("3_Embeddings", method="UMAP", embedding="star", **BESIDE)
    assert len([one for one in app.button if one.label == "Start the job"]) == 3 and not app.exception


def test_a_column_that_another_run_lacks_is_said(run: Run, page: Open) -> None:
    first = Run(run.path.with_name("first"))
    made = first.predictions()
    first.save_predictions(type(made)(made.classes, made.table.drop(columns="period"), made.p, made.embeddings))
    app = page("3_Embeddings", colour="period", **BESIDE)
    assert charts(app) == ["full", "scratch"] and "kept no column period" in texts(app)


def test_a_run_alone_says_how_another_is_made(home: Path, page: Open) -> None:
    app = page("3_Embeddings", **BESIDE)
    assert "`--init-from exoplanets/full`" in app.info[0].value and not app.exception and not charts(app)


def test_titles_say_all_stages(run: Run) -> None:
    info = run.read_info().model_copy(update={"init_from": None, "stages": staged(("pretrain", "finetune"))})
    assert trained_by(info) == "pretrain + finetune"
    assert trained_by(info.model_copy(update={"init_from": "a/b", "freeze_backbone": True})).endswith(
        ", begun with a/b, encoders frozen"
    )


def test_colours_mean_the_same_in_all_maps() -> None:
    one, two = shared([Categories(np.array([0, 1, -1]), ("a", "b")), Categories(np.array([0, 1, 2]), ("b", "c"))])
    assert isinstance(one, Categories) and isinstance(two, Categories)
    assert one.names == two.names == ["a", "b", "c"]
    assert one.codes.tolist() == [0, 1, -1] and two.codes.tolist() == [1, 2, -1]
    numbers = shared([Values(np.array([1.0, np.nan]), "x"), Values(np.array([-3.0]), "x")])
    assert [one.span for one in numbers if isinstance(one, Values)] == [(-3.0, 1.0)] * 2


def test_few_are_mostly_the_same_objects_in_each_run(run: Run) -> None:
    made = run.predictions()
    ids = made.table["object_id"].to_numpy()
    part = made.take(np.arange(10, 160))
    a, b = few(made, np.arange(160), 60), few(part, np.arange(150), 60)
    assert len(a) == len(b) == 60 and (np.diff(a) > 0).all()
    assert len(set(ids[a]) & set(ids[10:][b])) >= 50 and few(made, np.arange(5), 60).tolist() == [0, 1, 2, 3, 4]


def test_verdicts_of_a_run_without_labels_are_warned_of(run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    assert not app.warning
    app.selectbox(key="run").set_value("first").run()
    assert "pre-trained only" in app.warning[0].value
    beside = page("3_Embeddings", object="", **BESIDE)
    beside.query_params["object"] = str(run.predictions().table["object_id"].iloc[30])
    beside.run()
    assert any("no verdict yet" in caption.value for caption in beside.caption)
