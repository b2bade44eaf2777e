"""Raw input: files become a temporary data set with the task's own options; a data set is opened as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.__main__ import DONE_WITH_DEFECTS, main
from astrocore.data.dataset import Dataset
from astrocore.data.draft import Defect
from astrocore.errors import ConfigError, FileUnreadable
from astrocore.runs import Run
from astrocore.tasks import get_task
from astrocore.verbs import predict
from astrocore.verbs.raw import bring, brought
from tests.toy import config as toy_config
from tests.toy import data as toy_data

LINES = ["id,label,magnitude,group", "a,red,18,g1", "b,,19,g2", "c,blue,21,g2", "d,red,25,g3"]
RUN_CLASSES = ("red", "blue")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "points.csv"
    file.write_text("\n".join(LINES) + "\n")
    return file


@pytest.fixture
def defective(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy's reader, which now finds a broken file beside the table."""
    read = toy_data.read

    def found(path: Path, source: object) -> object:
        defect = Defect("broken.fits", "FileUnreadable", "It is empty; fetch it again.")
        return replace(read(path, source), defects=(defect,), notes=("A note.",))

    monkeypatch.setattr(toy_data, "read", found)


def test_files_are_read_with_the_options_of_the_task_and_leave_nothing_behind(toy: Path, table: Path) -> None:
    with brought(table, get_task("toy"), {"faint": 22.0}, RUN_CLASSES) as what:
        assert what.dataset.table["object_id"].tolist() == ["a", "b", "c"]
        assert what.dataset.table["label"].fillna(-1).tolist() == [0, -1, 1]
        assert set(what.dataset.table["split"]) == {"test"}  # no run has learned from them
        place = what.dataset.path
        assert place.is_dir()
    assert not place.exists()


def test_a_data_set_is_opened_where_it_lies(dataset: Dataset) -> None:
    task = get_task("toy")
    with brought(dataset.path, task, {}, RUN_CLASSES) as what:
        assert what.dataset.path == dataset.path and what.defects == ()
    assert dataset.path.is_dir()
    with (
        pytest.raises(ConfigError, match="faint can't be set"),
        brought(dataset.path, task, {"faint": 1.0}, RUN_CLASSES),
    ):
        pass


def test_labels_of_other_classes_hinder_no_verdict(toy: Path, table: Path, tmp_path: Path) -> None:
    found = bring(table, get_task("toy"), {}, ("star", "galaxy"), tmp_path / "into")
    assert found.dataset.table["label"].isna().all()


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy keeps two settings for later tables."""
    monkeypatch.setattr(toy_config, "KEPT", ("id_column", "faint"), raising=False)


def test_kept_settings_of_the_run_hold_unless_others_are_given(
    toy: Path, keeping: None, table: Path, tmp_path: Path
) -> None:
    table.write_text(table.read_text().replace("id,", "name,"))
    own = {"id_column": "name", "faint": 20.5, "keep_split": True}
    found = bring(table, get_task("toy"), {}, RUN_CLASSES, tmp_path / "a", own)
    assert found.dataset.table["object_id"].tolist() == ["a", "b"]  # without keep_split: there is no split
    assert found.notes == ("The settings of the run's own data set are used: id_column name; faint 20.5.",)
    found = bring(table, get_task("toy"), {"faint": 22.0}, RUN_CLASSES, tmp_path / "b", own)
    assert found.dataset.table["object_id"].tolist() == ["a", "b", "c"]
    assert found.notes == ("The settings of the run's own data set are used: id_column name.",)


def test_a_data_set_needs_no_kept_settings(dataset: Dataset, keeping: None) -> None:
    with brought(dataset.path, get_task("toy"), {}, RUN_CLASSES, {"id_column": "nix"}) as what:
        assert what.dataset.path == dataset.path and what.notes == ()


@pytest.mark.parametrize(("options", "named"), [({"faint": -1.0}, "faint"), ({"bright": 1.0}, "bright")])
def test_wrong_options_are_named(toy: Path, table: Path, tmp_path: Path, options: dict, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        bring(table, get_task("toy"), options, RUN_CLASSES, tmp_path / "into")


def test_predict_takes_files(run: Run, network: list, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    result = predict.run(predict.Args(run="first", data=table, out=out), {"faint": 22.0})
    found = pd.read_csv(out, keep_default_na=False)
    assert found["object_id"].tolist() == ["a", "b", "c"] and found["label"].tolist() == ["red", "", "blue"]
    assert result["n"] == 3 and result["defects"] == [] and result["data"]["path"] == str(table)
    np.testing.assert_array_equal(found["magnitude"], [18, 19, 21])


def test_the_command_takes_the_options_of_the_files(
    run: Run, network: list, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["predict", "first", "--data", str(table), "--out", str(tmp_path / "p.csv")]
    assert main([*words, "--faint", "20"]) == 0
    assert pd.read_csv(tmp_path / "p.csv")["object_id"].tolist() == ["a", "b"]
    assert main([*words, "--faint", "-1"]) == 2 and "faint" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["predict", "first", "--help"])
    assert "--faint" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["predict", "--help"])
    assert "appear with a run" in capsys.readouterr().out


def test_defects_are_told_and_are_exit_code_3(
    run: Run, network: list, defective: None, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["predict", "first", "--data", str(table), "--out", str(tmp_path / "p.csv")]
    assert main(words) == DONE_WITH_DEFECTS == 3
    shown = capsys.readouterr()
    assert "broken.fits: FileUnreadable: It is empty; fetch it again.\n" in shown.err and "A note.\n" in shown.err
    assert '"error": "FileUnreadable"' in shown.out and len(pd.read_csv(tmp_path / "p.csv")) == 4


def test_what_is_not_there_is_an_error(
    run: Run, network: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "first", "--data", str(tmp_path / "nix.csv"), "--out", str(tmp_path / "p.csv")]) == 1
    assert "nix.csv does not exist" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(FileUnreadable):
        predict.run(predict.Args(run="first", data=tmp_path / "nix.csv", out=tmp_path / "p.csv"))


def test_objects_that_were_made_otherwise_are_told(
    toy: Path, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy_config, "ALIKE", ("faint",), raising=False)
    given = ({"faint": 24.0}, {"faint": 30.0}, {})
    told = [
        bring(table, get_task("toy"), one, RUN_CLASSES, tmp_path / str(i), {"faint": 24.0}).notes
        for i, one in enumerate(given)
    ]
    assert told[0] == () and "faint 30.0 (there 24.0)" in told[1][-1] and "faint None (there 24.0)" in told[2][-1]
