"""predict in the form of the original frame classifier: an entry an object, conflicts, coarser words, mirror images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.analysis.calibration import apply_temperature
from astrocore.analysis.metrics import scores
from astrocore.analysis.thresholds import gate, suggest
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError, ForeignProfile
from astrocore.runs import Predictions, Run, read_predictions
from astrocore.runs.files import write_json
from astrocore.verbs import evaluate, predict
from tests.toy import config
from tests.verbs.test_network import Mirroring
from tests.verbs.test_network import network as real

WORDS = {"type": {"red": "warm", "blue": "cold", "green": "cold"}, "hue": {"red": "r"}}


def args(dataset: Dataset, **changes: object) -> predict.Args:
    return predict.Args(run="first", data=dataset.path, **changes)  # type: ignore[arg-type]


@pytest.fixture
def apart(run: Run, network: list[object], monkeypatch: pytest.MonkeyPatch) -> Predictions:
    """Objects whose image and header are judged apart; the header is missing every third time."""
    whole = run.predictions()
    image, header = (
        np.random.default_rng(seed).dirichlet([0.3, 0.3], len(whole)).astype(np.float32) for seed in (1, 2)
    )
    header[::3] = np.nan
    found = replace(whole, voices={"net": whole.p, "image only": image, "header only": header})

    def blocks(*_: object) -> Iterator[Predictions]:
        return (found.take(np.arange(start, start + 100)) for start in (0, 100, 200))

    monkeypatch.setattr(predict, "predicted_blocks", blocks)
    return found


def contradictions(p: Predictions) -> list[str]:
    """What is told of each object, written out."""
    told = []
    for image, header in zip(p.voices["image only"].tolist(), p.voices["header only"].tolist(), strict=True):
        one, other = image.index(max(image)), header.index(max(header))
        against = header[0] == header[0] and one != other and min(max(image), max(header)) >= 0.5
        told.append(f"image: {p.classes[one]}, header: {p.classes[other]}" if against else "")
    return told


def test_without_a_file_each_object_has_an_entry(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    found = predict.run(args(dataset, profile="0.9,0.6", abstain=True, unknown_id=99, temperature=0.7))
    p = apply_temperature(run.predictions().p, 0.7)
    decided = gate(p, np.array([0.9, 0.6]), abstain=True)
    assert [entry["path"] for entry in found["results"]] == dataset.table["object_id"].tolist()
    for entry, row, c in zip(found["results"], p, decided, strict=True):
        known = c < 2
        assert entry["class"] == ("red", "blue", "unknown")[c] and entry["class_id"] == (c if known else 99)
        assert entry["abstained"] == (not known) and entry["score"] == (row[c] if known else row.max())
        assert "probabilities" not in entry and "conflict" not in entry and "type" not in entry
    meta = found["meta"]
    assert 0 < meta["coverage"] < 1 and meta["coverage"] == pytest.approx((decided < 2).mean())
    assert {key: meta[key] for key in ("model", "classes", "thresholds", "temperature", "tta", "abstain")} == {
        "model": "toy/first", "classes": ["red", "blue"], "thresholds": {"red": 0.9, "blue": 0.6}, "temperature": 0.7,
        "tta": False, "abstain": True,
    }  # fmt: skip
    assert meta["unknown_id"] == 99 and meta["n_files"] == 300 and meta["batch"] == 512 and meta["seconds"] >= 0
    assert meta["timestamp"].startswith("20") and found["defects"] == found["warnings"] == []
    write_json(tmp_path / "found.json", found)
    assert len(json.loads((tmp_path / "found.json").read_text())["results"]) == 300


def test_probabilities_are_told_on_request(run: Run, dataset: Dataset, network: list) -> None:
    entry = predict.run(args(dataset, probabilities=True))["results"][7]
    assert entry["probabilities"] == pytest.approx(dict(zip(("red", "blue"), run.predictions().p[7], strict=True)))


def test_with_a_file_the_result_stays_short(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    found = predict.run(args(dataset, out=tmp_path / "p.csv"))
    assert "results" not in found and found["meta"]["coverage"] == 1 and found["profile"] is None


@pytest.mark.parametrize("form", ["0.9,0.6", "[0.9, 0.6]", '{"blue": 0.6, "red": 0.9}', "suggested"])
def test_thresholds_in_every_form_decide(run: Run, dataset: Dataset, network: list, form: str, tmp_path: Path) -> None:
    file = tmp_path / "suggested.json"
    file.write_text('{"red": {"best_f1_threshold": 0.9, "best_f1": 1}, "blue": {"best_f1_threshold": 0.6}}')
    found = predict.run(args(dataset, profile=str(file) if form == "suggested" else form, abstain=True))
    decided = gate(run.predictions().p, np.array([0.9, 0.6]), abstain=True).tolist()
    assert found["decided"] == {name: decided.count(c) for c, name in enumerate(("red", "blue", "unknown"))}
    with pytest.raises(ForeignProfile, match="3 thresholds"):
        predict.run(args(dataset, profile="0.9,0.6,0.1"))
    with pytest.raises(ConfigError, match="of the class red"):
        predict.run(args(dataset, unknown_id=0))


def test_conflicts_are_told_and_unknown_on_request(apart: Predictions, dataset: Dataset, tmp_path: Path) -> None:
    wanted = contradictions(apart)
    assert 0 < sum(map(bool, wanted)) < 200
    told = predict.run(args(dataset, out=tmp_path / "p.csv"))
    table = pd.read_csv(tmp_path / "p.csv", keep_default_na=False)
    assert table["conflict"].tolist() == wanted and told["conflicts"] == sum(map(bool, wanted))
    assert "unknown" not in set(table["decision"]) and table["header only_red"].eq("").sum() == 100
    plain = [apart.classes[c] for c in apart.predicted]
    results = predict.run(args(dataset, review_conflicts=True))["results"]
    assert [entry["conflict"] for entry in results] == wanted
    assert [entry["class"] for entry in results] == [
        "unknown" if text else name for text, name in zip(wanted, plain, strict=True)
    ]
    predict.run(args(dataset, out=tmp_path / "p.parquet", review_conflicts=True))
    kept = read_predictions(tmp_path / "p.parquet")
    assert kept.table["conflict"].tolist() == wanted and set(kept.apart) == {"image", "header"}


def test_coarser_words_where_the_task_knows_all_classes(
    run: Run, dataset: Dataset, network: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "COARSE", WORDS, raising=False)
    predict.run(args(dataset, out=tmp_path / "p.csv", profile="0.9,0.6", abstain=True))
    table = pd.read_csv(tmp_path / "p.csv")
    said = {"red": "warm", "blue": "cold", "unknown": "unknown"}
    assert table["type"].tolist() == table["decision"].map(said).tolist() and "hue" not in table
    assert predict.run(args(dataset))["results"][0]["type"] in ("warm", "cold")


def test_coarser_words_are_measured_with_probabilities_summed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "COARSE", {"type": {"red": "warm", "blue": "warm", "green": "cold"}}, raising=False)
    p = run.predictions()
    three = np.random.default_rng(0).dirichlet(np.ones(3), len(p)).astype(np.float32)
    table = p.table.assign(label=pd.array(np.random.default_rng(1).integers(0, 3, len(p)), dtype="Int64"))
    run.update(classes=("red", "blue", "green"))
    run.save_predictions(Predictions(("red", "blue", "green"), table, three))
    found, test = evaluate.run(evaluate.Args(run="toy/first"))["coarse"], run.predictions().split("test")
    warm = test.p[:, 0] + test.p[:, 1]
    right = [(w >= cold) == (label < 2) for w, cold, label in zip(warm, test.p[:, 2], test.label, strict=True)]
    told = found["type"]["metrics"]["accuracy"]
    assert list(found) == ["type"] and found["type"]["classes"] == ["warm", "cold"]
    assert told["value"] == pytest.approx(np.mean(right)) and told["low"] < told["value"] < told["high"]
    assert found["type"]["per_class"]["cold"]["n"] == (test.label == 2).sum()


def test_mirror_images_in_evaluate_and_predict(run: Run, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    from astrocore.verbs import network

    net = real(Mirroring)
    monkeypatch.setattr(network, "load_network", lambda run: net)
    wanted = net.flipping().predict(dataset)
    test, val = (wanted.split(name).labelled() for name in ("test", "val"))
    for data in (None, dataset.path):
        found = evaluate.run(evaluate.Args(run="toy/first", tta=True, data=data, thresholds="max_f1"))
        assert found["tta"] and found["n"] == len(test)
        expected = scores(test.label, test.predicted, test.p)["nll"]
        assert found["metrics"]["nll"]["value"] == pytest.approx(expected)
        fitted = list(found["decided"]["thresholds"].values())
        assert fitted == pytest.approx(suggest(val.label, val.p).tolist(), abs=1e-5)
    result = predict.run(args(dataset, tta=True, probabilities=True))
    said = [[entry["probabilities"][name] for name in wanted.classes] for entry in result["results"]]
    np.testing.assert_allclose(said, wanted.p, atol=1e-6)
    assert result["meta"]["tta"] is True
