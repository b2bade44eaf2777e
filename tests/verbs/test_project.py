"""project: each map is computed once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from astrocore.analysis import projection as analysis
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError, RunMissing
from astrocore.runs import Run, load_projection, projections
from astrocore.verbs import project


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Methods that were really computed."""
    calls: list[str] = []
    real = analysis.project

    def counted(x: np.ndarray, method: str, dims: int, **parameters: float) -> analysis.Projected:
        calls.append(method)
        return real(x, method, dims, **parameters)

    monkeypatch.setattr(analysis, "project", counted)
    return calls


def test_a_map_is_computed_once(run: Run, computed: list[str]) -> None:
    first = project.run(project.Args(run="first"))
    again = project.run(project.Args(run="first", seed=7))  # PCA has no seed
    assert computed == ["pca"]
    assert [first["maps"][0]["cached"], again["maps"][0]["cached"]] == [False, True]
    assert first["maps"][0]["key"] == again["maps"][0]["key"]
    kept = load_projection(run, first["maps"][0]["key"])
    assert kept is not None and kept.coords.shape == (300, 2)
    wanted = analysis.project(run.predictions().embeddings["fused"], "pca", 2)
    np.testing.assert_array_equal(kept.coords, wanted.coords)
    np.testing.assert_allclose(first["maps"][0]["explained"], wanted.explained)


def test_other_questions_are_other_maps(run: Run, computed: list[str]) -> None:
    asked = [
        {},
        {"dims": 3},
        {"embedding": "image"},
        {"method": "tsne", "perplexity": 5},
        {"method": "tsne", "seed": 1},
    ]
    keys = {project.run(project.Args(run="first", **changes))["maps"][0]["key"] for changes in asked}
    assert len(keys) == 5 and computed == ["pca", "pca", "pca", "tsne", "tsne"]
    assert {item.key for item in projections(run)} == keys


def test_new_predictions_need_new_maps(run: Run, computed: list[str]) -> None:
    project.run(project.Args(run="first"))
    run.save_predictions(run.predictions().split("test"))
    assert not project.run(project.Args(run="first"))["maps"][0]["cached"]


def test_all_embeddings(run: Run) -> None:
    maps = project.run(project.Args(run="first", embedding="all"))["maps"]
    assert [entry["embedding"] for entry in maps] == ["fused", "image"]


def test_objects_without_the_modality_have_no_coordinates(run: Run) -> None:
    predictions = run.predictions()
    predictions.embeddings["image"][:7] = np.nan
    run.save_predictions(predictions)
    entry = project.run(project.Args(run="first", embedding="image"))["maps"][0]
    kept = load_projection(run, entry["key"])
    assert entry["missing"] == 7 and kept is not None
    assert np.isnan(kept.coords[:7]).all() and np.isfinite(kept.coords[7:]).all()


def test_csv_of_another_data_set(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    out = tmp_path / "maps.csv"
    result = project.run(project.Args(run="first", embedding="all", dims=3, data=dataset.path, out=out))
    table = pd.read_csv(out)
    assert result["n"] == len(table) == 300 and network == [None]
    assert table.columns.tolist()[:3] == ["object_id", "group", "split"]
    assert table.columns.tolist()[3:] == [f"{name}_{i}" for name in ("fused", "image") for i in (1, 2, 3)]
    kept = load_projection(run, result["maps"][1]["key"])
    assert kept is not None
    np.testing.assert_allclose(table[["image_1", "image_2", "image_3"]], kept.coords, rtol=1e-5)


def test_what_is_not_there_is_named(run: Run) -> None:
    with pytest.raises(ConfigError, match=r"'flux'.*fused, image"):
        project.run(project.Args(run="first", embedding="flux"))
    run.predictions_file.unlink()
    with pytest.raises(RunMissing, match="no predictions yet"):
        project.run(project.Args(run="first"))
    with pytest.raises(ValidationError):
        project.Args(run="first", dims=4)
