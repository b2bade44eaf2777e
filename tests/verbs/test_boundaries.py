"""boundaries on a small trained run: partial dependence against a loop, the plane against the net's own head."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import AstrocoreError, ConfigError
from astrocore.runs import Run
from astrocore.runs.reports import boundary_name, load_report
from astrocore.tasks import TASKS
from astrocore.verbs.boundaries import Args, column_grid, run, surface
from astrocore.verbs.network import load_network
from tests.verbs.small_run import told_dataset, trained


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A trained run in a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("home")
        patch.setitem(TASKS, "toy", "tests.toy")
        patch.setenv("ASTROCORE_HOME", str(path))
        yield trained(told_dataset(path / "data" / "told"))


@pytest.fixture
def data(made: Run) -> Dataset:
    return open_dataset(made.read_info().data.folder)


def kept(made: Run, x: str = "", y: str = "") -> dict[str, Any]:
    found = load_report(made, boundary_name(x, y, "test", made.predictions().hash))
    assert found is not None
    return found


def test_partial_dependence_against_a_loop(made: Run, data: Dataset) -> None:
    background, across, up = np.array([4, 9, 30]), np.array([19.0, 21.0]), np.array([-1.0, 0.0, 1.0])
    found = surface(made, data, background, {"magnitude": across, "colour": up})
    network = load_network(made)
    for i, colour in enumerate(up):
        for j, magnitude in enumerate(across):
            table, arrays = data.rows(background)
            table = table.assign(magnitude=magnitude, colour=colour)

            class Fixed(Dataset):
                rows = lambda self, index, table=table, arrays=arrays: (table, arrays)  # noqa: E731

            one = Fixed(**{name: getattr(data, name) for name in Dataset.__dataclass_fields__})
            p = network.predict(one, background)
            assert found["verdict"][i, j] == pytest.approx(p.p.mean(axis=0), abs=1e-6)
    assert found["verdict"].shape == (3, 2, 2) and found["verdict"].sum(axis=2) == pytest.approx(1, abs=1e-5)


def test_the_map_follows_the_column_that_counts(made: Run, tmp_path: Path) -> None:
    args = Args(run="toy/told", x="magnitude", y="colour", objects=20, grid=5, out=tmp_path / "map.html")
    result, report = run(args), kept(made, "magnitude", "colour")
    assert result["kind"] == "columns" and result["background"] == 20 and "note" not in result
    assert report["x"]["unit"] == "mag" and not report["x"]["log"] and len(report["x"]["values"]) == 5
    p = np.array(report["voices"]["verdict"])
    assert (p[:, 0].argmax(axis=1) == 0).all() and (p[:, -1].argmax(axis=1) == 1).all()  # bright is red, faint is blue
    assert "test, n =" in (tmp_path / "map.html").read_text()


def test_the_plane_is_the_nets_head_on_the_embedding(made: Run) -> None:
    run(Args(run="toy/told", grid=6))
    report, test = kept(made), made.predictions().split("test")
    assert report["kind"] == "plane" and list(report["voices"]) == ["net"]
    p, basis = np.array(report["voices"]["net"]), np.array(report["components"])
    network, place = load_network(made), (report["x"]["values"][4], report["y"]["values"][1])
    import torch

    fused = np.array(report["mean"]) + place[0] * basis[0] + place[1] * basis[1]
    truth = network.model.head(torch.tensor(fused[None], dtype=torch.float32)).softmax(1).detach().numpy()[0]
    assert p[1, 4] == pytest.approx(truth, abs=1e-3) and p.shape == (6, 6, 2)
    at = (test.embeddings["fused"] - report["mean"]) @ basis.T
    for axis, key in enumerate("xy"):
        values = report[key]["values"]
        assert values[0] < at[:, axis].min() and at[:, axis].max() < values[-1]
    assert report["x"]["share"] >= report["y"]["share"] > 0


def test_grids_are_of_equal_ratios_where_a_column_spans_decades() -> None:
    values = np.concatenate([np.geomspace(0.01, 1000, 500), [np.nan]])
    grid, log = column_grid(values, 7)
    assert log and grid[1:] / grid[:-1] == pytest.approx([grid[1] / grid[0]] * 6)
    assert grid[[0, -1]] == pytest.approx(np.nanquantile(values, [0.01, 0.99]))
    for flat in (np.linspace(5, 20, 50), np.linspace(-3, 300, 50)):
        grid, log = column_grid(flat, 7)
        assert not log and np.diff(grid) == pytest.approx([grid[1] - grid[0]] * 6)
    assert column_grid(np.array([0.0] * 400 + [1.0]), 3)[0].tolist() == [0, 0.5, 1]  # quantiles that fall together
    with pytest.raises(ConfigError, match="does not vary"):
        column_grid(np.array([2.0, 2.0, np.nan]), 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"x": "magnitude"}, "two different columns"),
        ({"x": "magnitude", "y": "magnitude"}, "two different columns"),
        ({"x": "magnitude", "y": "object_id"}, "no measured column 'object_id'.*magnitude, colour"),
        ({"x": "magnitude", "y": "colour", "data": Path("nowhere")}, "nowhere"),
    ],
)
def test_what_can_not_be_mapped(settings: dict[str, Any], message: str, made: Run) -> None:
    with pytest.raises(AstrocoreError, match=message):
        run(Args(run="toy/told", **settings))
