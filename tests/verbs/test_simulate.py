"""simulate: reproducible, and marked as simulated."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from astrocore.data.dataset import open_dataset
from astrocore.errors import ConfigError
from astrocore.verbs import simulate


def test_the_same_seed_gives_the_same_data_set(toy: Path, tmp_path: Path) -> None:
    results = [simulate.run(simulate.Args(task="toy", out=tmp_path / "set", n=90, seed=s)) for s in (3, 3, 4)]
    prints = [result["fingerprint"] for result in results]
    assert prints[0] == prints[1] != prints[2]
    assert results[0]["n"] == 90 and results[0]["groups"] == 30


def test_it_says_that_all_is_simulated(toy: Path, tmp_path: Path) -> None:
    result = simulate.run(simulate.Args(task="toy", out=tmp_path / "set", n=30))
    assert result["simulated"] == ["image", "photometry"]
    assert open_dataset(tmp_path / "set").simulated == ("image", "photometry")


def test_there_is_no_empty_data_set() -> None:
    with pytest.raises(ValidationError, match="n"):
        simulate.Args(task="toy", out=Path("x"), n=0)


def test_a_population_by_name(tmp_path: Path) -> None:
    args = {"task": "sources", "out": tmp_path / "set", "n": 9}
    simulate.run(simulate.Args(**args, population="compact"))  # type: ignore[arg-type]
    made = open_dataset(tmp_path / "set")
    ratios = [made.table[f"deVRad_{band}"] / made.table[f"psffwhm_{band}"] for band in "ugriz"]
    assert len(made) == 9 and (sum(ratios) / 5).max() <= 0.5 and "--population compact" in made.sources[0]


def test_a_population_that_is_not_there_is_named(toy: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"sources has no population 'dim'; choose one of compact, faint-compact"):
        simulate.run(simulate.Args(task="sources", out=tmp_path / "set", population="dim"))
    with pytest.raises(ConfigError, match=r"toy has no population 'dim'; leave"):
        simulate.run(simulate.Args(task="toy", out=tmp_path / "set", population="dim"))
