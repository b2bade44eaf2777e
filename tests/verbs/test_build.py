"""build: what users have becomes a data set, and its summary tells what is in it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from astrocore.data.dataset import open_dataset
from astrocore.data.draft import Defect
from astrocore.errors import ConfigError, FileUnreadable, GroupLeak, NotWritable, WrongTask
from astrocore.tasks import get_task
from astrocore.verbs import build
from tests.toy import config as toy_config


@pytest.fixture
def source(toy: Path, tmp_path: Path) -> Path:
    rows = [
        (f"o{i}", f"g{i // 2}", ("red", "blue", None)[i % 3], 15 + i / 10 if i % 5 else None, ("train", "test")[i % 2])
        for i in range(60)
    ]
    file = tmp_path / "points.csv"
    pd.DataFrame(rows, columns=["id", "group", "label", "magnitude", "split"]).to_csv(file, index=False)
    return file


def args(source: Path, tmp_path: Path, **changes: object) -> build.Args:
    return build.Args(**({"task": "toy", "source": source, "out": tmp_path / "set"} | changes))


def test_summary_counts_what_the_data_set_holds(source: Path, tmp_path: Path) -> None:
    result = build.run(args(source, tmp_path), {})
    dataset = open_dataset(tmp_path / "set")
    table = dataset.table
    assert result["n"] == len(dataset) == 60 and result["groups"] == 30
    assert result["fingerprint"] == dataset.fingerprint
    for split in ("train", "val", "test"):
        part = table[table["split"] == split]
        assert result["splits"][split] == len(part) > 0
        assert result["classes"]["red"][split] == (part["label"] == 0).sum()
        assert result["classes"]["blue"][split] == (part["label"] == 1).sum()
        assert result["unlabelled"][split] == part["label"].isna().sum()
    assert result["missing"] == {"magnitude": 12, "image": 15}
    assert result["origin"] == {"image": "simulated", "photometry": "measured"}
    assert result["simulated"] == ["image"] and result["seconds"] >= 0
    assert (table.groupby("group")["split"].nunique() == 1).all()


def test_classes_that_a_split_lacks_are_told(toy: Path, tmp_path: Path) -> None:
    rows = [(f"o{i}", f"g{i // 2}", "red" if i < 58 else "blue", 15.0) for i in range(60)]
    pd.DataFrame(rows, columns=["id", "group", "label", "magnitude"]).to_csv(tmp_path / "points.csv", index=False)
    result = build.run(args(tmp_path / "points.csv", tmp_path), {})
    lacking = [name for name, n in result["classes"]["blue"].items() if not n]
    said = [note for note in result["notes"] if "has no object of blue: their groups are too few" in note]
    assert len(lacking) == 2 == len(said) and all(name in " ".join(said) for name in lacking)


def test_a_place_that_is_taken_is_told_before_anything_is_read(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_task("toy").data, "read", lambda *a: pytest.fail("read all"))
    with pytest.raises(FileUnreadable, match="is not a data set"):
        build.run(args(source, tmp_path, out=tmp_path), {})


def test_options_of_the_task_reach_its_reader(source: Path, tmp_path: Path) -> None:
    assert build.run(args(source, tmp_path), {"faint": 16.0})["n"] == 8 + 12  # 12 have no magnitude and stay
    with pytest.raises(ConfigError, match="faint"):
        build.run(args(source, tmp_path), {"faint": -1})


def test_settings_that_were_given_are_kept_and_files_by_their_names(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Source(toy_config.Source):
        """As the toy's, with a file and words."""

        images: Path | None = None
        """A file."""
        mapping: tuple[str, ...] = ()
        """Words."""

    monkeypatch.setattr(toy_config, "Source", Source)
    build.run(args(source, tmp_path), {})
    assert open_dataset(tmp_path / "set").settings == {}
    build.run(args(source, tmp_path), {"faint": 16, "images": str(tmp_path / "a.npy"), "mapping": ["x=y"]})
    assert open_dataset(tmp_path / "set").settings == {"faint": 16.0, "images": "a.npy", "mapping": ["x=y"]}


def test_shares_of_the_splits(source: Path, tmp_path: Path) -> None:
    splits = build.run(args(source, tmp_path, val=0.3, test=0.5), {})["splits"]
    assert [splits[name] for name in ("train", "val", "test")] == pytest.approx([12, 18, 30], abs=4)
    with pytest.raises(ConfigError, match=r"val 0\.6 and test 0\.6 add up to 1\.2; less than one"):
        build.run(args(source, tmp_path, val=0.6, test=0.6), {})


def test_seed_of_the_split(source: Path, tmp_path: Path) -> None:
    prints = [build.run(args(source, tmp_path, seed=seed), {})["fingerprint"] for seed in (0, 0, 1)]
    assert prints[0] == prints[1] != prints[2]


def test_a_split_that_tears_a_group_apart_is_refused_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    with pytest.raises(GroupLeak):
        build.run(args(source, tmp_path), {"keep_split": True})
    assert not (tmp_path / "set").exists()


def test_defects_are_listed_and_notes_go_to_stderr(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = build.run(args(source, tmp_path), {})
    assert (sound["defects"], sound["notes"], sound["doubtful"]) == ([], [], {})
    assert not (tmp_path / "set" / "defects.csv").exists()
    draft = get_task("toy").data.read(source, get_task("toy").config.Source())
    draft.defects = (Defect("a.fits", "FileUnreadable", "It is empty, sadly."),)
    draft.notes, draft.doubtful = ("One value looks odd.",), {"magnitude": 1}
    result = build.finish(draft, tmp_path / "set", (0.7, 0.15, 0.15), 0, 0.0)
    assert result["defects"] == [{"file": "a.fits", "error": "FileUnreadable", "message": "It is empty, sadly."}]
    assert result["notes"] == ["One value looks odd."] and result["doubtful"] == {"magnitude": 1}
    assert result["fingerprint"] == sound["fingerprint"] and capsys.readouterr().err == "One value looks odd.\n"
    written = pd.read_csv(tmp_path / "set" / "defects.csv")
    assert written.to_dict("records") == result["defects"] and len(open_dataset(tmp_path / "set")) == 60


def test_a_place_that_can_not_be_written_is_named(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="can't be written"):
        build.run(args(source, tmp_path, out=tmp_path / "file" / "set"), {})


def test_what_is_not_there_is_named(toy: Path, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"nothing\.csv"):
        build.run(args(tmp_path / "nothing.csv", tmp_path), {})
    with pytest.raises(WrongTask, match="'nix'"):
        build.run(args(tmp_path / "nothing.csv", tmp_path, task="nix"), {})


def test_splits_that_got_no_object_are_told_unless_the_user_made_them(toy: Path, tmp_path: Path) -> None:
    table = tmp_path / "few.csv"
    table.write_text("id,label,magnitude,group,split\na,red,18,g1,train\nb,blue,19,g1,train\n")
    dealt = build.run(build.Args(task="toy", source=table, out=tmp_path / "set"), {})
    assert any("groups are too few (1)" in note for note in dealt["notes"])
    own = build.run(build.Args(task="toy", source=table, out=tmp_path / "own", val=0.0), {"keep_split": True})
    assert own["notes"] == []
