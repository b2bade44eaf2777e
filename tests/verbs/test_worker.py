"""The worker: a JSON line in, a JSON line out, whatever is asked; it ends with its input, or when nobody asks."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path

import pytest

from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import RunMissing
from astrocore.runs import Run, read_predictions
from astrocore.verbs import worker


def served(monkeypatch: pytest.MonkeyPatch, *requests: object) -> list[dict]:
    """The answers to some requests; texts are sent as they are."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in requests]
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    monkeypatch.setattr(sys, "stdout", out)
    assert worker.run(worker.Args(run="toy/first")) == {}
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_files_are_classified(run: Run, network: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "points.csv"
    table.write_text("id,label,magnitude,group\na,red,18,g1\nb,,25,g2\n")
    request = {"id": 7, "ask": "classify", "source": str(table), "out": str(tmp_path / "out"), "options": {"faint": 20}}
    (answer,) = served(monkeypatch, request)
    assert answer["id"] == 7 and answer["ok"]["n"] == 1 and answer["ok"]["defects"] == []
    assert open_dataset(Path(answer["ok"]["dataset"])).table["object_id"].tolist() == ["a"]
    found = read_predictions(Path(answer["ok"]["predictions"]))
    assert found.table["object_id"].tolist() == ["a"] and set(found.voices) == {"net"}


def test_a_bad_request_does_not_end_the_worker(
    run: Run, dataset: Dataset, network: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [
        "no json",
        "[1, 2]",
        {"id": 1, "ask": "fly"},
        {"id": 2},
        {"id": 3, "ask": "classify", "source": str(tmp_path / "nix"), "out": str(tmp_path / "out")},
        {"id": 4, "ask": "classify", "nonsense": 1},
        {"id": 5, "ask": "classify", "source": str(tmp_path / "nix"), "out": "x", "options": {"faint": -1}},
    ]
    good = {"id": 6, "ask": "classify", "source": str(dataset.path), "out": str(tmp_path / "good")}
    answers = served(monkeypatch, *bad, "", good)
    kinds = ["ConfigError", "ConfigError", "ConfigError", "ConfigError", "FileUnreadable", "TypeError", "ConfigError"]
    assert [answer.get("kind") for answer in answers] == [*kinds, None]
    assert [answer["id"] for answer in answers] == [None, None, 1, 2, 3, 4, 5, 6]
    assert answers[-1]["ok"]["n"] == len(dataset)


def test_what_a_library_prints_is_no_answer(
    run: Run, network: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker.Worker, "classify", lambda self: print("hello from a library") or {"n": 0})
    assert served(monkeypatch, {"id": 1, "ask": "classify"}) == [{"id": 1, "ok": {"n": 0}}]
    assert "hello from a library" in capsys.readouterr().err


def test_nobody_asks(run: Run, network: list, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as stream, os.fdopen(writing, "w"):
        monkeypatch.setattr(sys, "stdin", stream)
        began = time.monotonic()
        assert worker.run(worker.Args(run="toy/first", idle=0.1)) == {}
        assert time.monotonic() - began >= 0.1


def test_without_a_run_there_is_no_worker(toy: Path) -> None:
    with pytest.raises(RunMissing):
        worker.run(worker.Args(run="toy/nix"))


def test_new_weights_are_loaded_anew(run: Run, network: list, monkeypatch: pytest.MonkeyPatch) -> None:
    made = worker.Worker(run)
    first = made.network
    assert made.network is first
    run.weights_file.write_bytes(b"trained again")
    assert made.network is not first
