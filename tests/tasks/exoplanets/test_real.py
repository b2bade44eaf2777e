"""The measured files of three missions, read as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.config import validated
from astrocore.data.dataset import Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.errors import LeakColumn, Misaligned
from astrocore.tasks.exoplanets.columns import leak
from astrocore.tasks.exoplanets.config import CLASSES, Config, Source
from astrocore.tasks.exoplanets.data import prepare, read
from astrocore.tasks.exoplanets.views import card

pytestmark = pytest.mark.real


def draft_of(real: Path, name: str, **options: object) -> Draft:
    return read(real / name, validated(Source, options))


def counts(draft: Draft) -> dict[str, int]:
    return {name: int((draft.table["label"] == code).sum()) for code, name in enumerate(draft.classes)}


def test_tess(real: Path, tmp_path: Path) -> None:
    draft = draft_of(real, "tess_tce.csv", views="tess_folded_views.npz")
    assert counts(draft) == {"CONFIRMED": 228, "CANDIDATE": 810, "FALSE POSITIVE": 96}
    assert draft.table["group"].nunique() == 1134 and draft.table["group"].str.startswith("TIC ").all()
    assert {"duration", "snr", "impact", "centre_signif"} < set(draft.table.columns) and "tfop" not in draft.table
    assert draft.units["duration"] == "h" and draft.arrays["global_view"].shape == (1134, 201)
    draft.table["split"] = split_by_group(draft.table)
    found = write_dataset(draft, tmp_path / "tess")
    ready = prepare(*found.rows(np.arange(len(found))), Config())
    assert np.isfinite(ready["global_view"]).all() and np.isfinite(ready["planet"]).all() and ready["local_mask"].all()
    shown = card(found.table.iloc[0], {name: array[0] for name, array in found.arrays.items()}, {"period": 2.0})
    assert len(shown.curves) == 2 and len(shown.links) == 3 and "can't be folded" in shown.notes[0]


def test_rows_of_views_in_another_order_are_refused(real: Path, tmp_path: Path) -> None:
    table = pd.read_csv(real / "tess_tce.csv")
    order = np.arange(len(table))
    order[[10, 11]] = [11, 10]
    table.iloc[order].to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(Misaligned, match=r"Row 11 is tic \d+ in the table and \d+ in tess_folded_views\.npz"):
        read(tmp_path / "t.csv", validated(Source, {"views": real / "tess_folded_views.npz"}))


def test_k2_brings_its_own_classes_and_no_star(real: Path) -> None:
    draft = draft_of(real, "k2_local_views.npz")
    assert draft.classes == ("C", "E", "J") and counts(draft) == {"C": 145, "E": 262, "J": 3512}
    assert draft.origin == {"light_curve": "measured", "planet": "measured"}
    assert draft.table["group"].nunique() == 3914 and draft.table["object_id"].is_unique
    # What is called depth there is the radius ratio: K2-18 b is known to have 0.053 and a transit of 2.7 hours.
    k2_18 = draft.table[draft.table["group"] == "EPIC 201912552"].iloc[0]
    assert k2_18["radius_ratio"] == pytest.approx(0.053, rel=0.05) and "depth" not in draft.table
    assert 2 < k2_18["duration"] < 4 and draft.units["duration"] == "h"
    ready = prepare(draft.table, draft.arrays, Config(planet_columns=("period", "radius_ratio", "duration")))
    assert not ready["global_mask"].any() and ready["local_mask"].all() and np.isnan(ready["star"]).all()
    assert np.isfinite(ready["planet"]).all()


def test_kepler_views_with_masks(real: Path) -> None:
    draft = draft_of(real, "kepler_folded.csv", views="kepler_folded_views.npz")
    assert len(draft.table) == 917 and draft.arrays["global_view"].shape == (917, 512)
    assert draft.table["group"].str.startswith("KIC ").all() and not draft.arrays["local_mask"].all()
    ready = prepare(draft.table, draft.arrays, Config())
    assert ready["global_view"].shape[:2] == (917, 201) and np.isfinite(ready["global_view"]).all()
    # Deeper transits in the table are deeper in the views.
    depth = -draft.arrays["local_view"].astype(float)[:, 95:106].mean(axis=1)
    signal = draft.table["depth_mad_units"]
    assert np.corrcoef(np.arcsinh(depth), np.arcsinh(-signal.fillna(0)))[0, 1] > 0.8


def test_koi_table(real: Path) -> None:
    draft = draft_of(real, "koi_cumulative.csv")
    assert draft.classes == CLASSES and counts(draft) == {"CONFIRMED": 2077, "CANDIDATE": 1480, "FALSE POSITIVE": 3604}
    assert draft.table["object_id"][0] == "K00752.01" and draft.table["group"][0] == "KIC 10797460"
    assert draft.arrays == {} and not any(leak(name) for name in draft.table.columns[3:])
    assert draft.units["koi_depth_err1"] == "ppm" and draft.units["kepmag"] == "mag" and draft.units["ra"] == "deg"
    assert 0.03 < draft.table["depth"].isna().mean() < 0.05 and draft.table["period"].notna().all()
    ready = prepare(draft.table, draft.arrays, Config(planet_columns=("period", "koi_depth_err1", "impact")))
    assert not np.isinf(ready["planet"]).any()
    for name in ("koi_score", "koi_fpflag_nt", "koi_disposition_2019"):
        with pytest.raises(LeakColumn, match=name):
            draft_of(real, "koi_cumulative.csv", columns=(name,))
    earlier = draft_of(real, "koi_cumulative.csv", label_column="koi_disposition_2019")
    assert counts(earlier)["CANDIDATE"] == 1808


def test_a_table_of_fits_files_and_many_quarters(real: Path, tmp_path: Path) -> None:
    index = pd.read_csv(real / "raw_fits" / "index.csv")
    index = index[index["kepoi_name"].isin(["K00756.01", "K00742.01"])]
    for name in index["file"]:
        shutil.copy(real / "raw_fits" / name, tmp_path / name)
    shutil.copy(real / "kepler_raw_kic10797460.npz", tmp_path / "quarters.npz")
    table = pd.DataFrame(
        {
            "kepoi_name": [*index["kepoi_name"], "K00752.01"],
            "kepid": [*index["kepid"], 10797460],
            "light_curve_path": [*index["file"], "quarters.npz"],
            "period": [*index["period"], 9.48803557],
            "epoch_time": [*index["time0bk"], 170.53875],
            "duration_h": [*index["duration_h"], 2.9575],
            "depth_ppm": [*index["depth_ppm"], 615.8],
            "label": [*index["disposition"], "CONFIRMED"],
        }
    )
    table.to_csv(tmp_path / "t.csv", index=False)
    draft = read(tmp_path / "t.csv", Source())
    for view, mask in zip(draft.arrays["local_view"].astype(float), draft.arrays["local_mask"], strict=True):
        place = np.abs(np.linspace(-2, 2, len(view)))  # durations from mid-transit
        inside, outside = view[mask & (place < 0.35)], view[mask & (place > 0.75)]
        assert np.median(inside) < np.median(outside) - 4 * outside.std() / np.sqrt(len(inside))


def test_seventeen_quarters_from_one_file(real: Path) -> None:
    draft = draft_of(real, "kepler_raw_kic10797460.npz", catalogue=real / "koi_cumulative.csv")
    assert draft.table["object_id"].tolist() == ["K00752.01", "K00752.02"] and draft.defects == ()
    view, mask = draft.arrays["local_view"].astype(float), draft.arrays["local_mask"]
    depth = [-np.median(view[row, 28:33][mask[row, 28:33]]) for row in (0, 1)] * draft.table["flux_scatter"]
    assert depth[0] == pytest.approx(615.8, rel=0.2) and depth[1] == pytest.approx(874.8, rel=0.2)
    odd, even = (-np.median(draft.arrays[f"{kind}_view"][0, 28:33].astype(float)) for kind in ("odd", "even"))
    assert odd == pytest.approx(even, rel=0.3) and draft.table["events"][0] > 130
    assert draft.arrays["flux"].shape == (2, 71427) and draft.origin["light_curve"] == "measured"


def test_seven_planets_of_kepler_90(real: Path) -> None:
    draft = draft_of(real, "kepler_raw_kic11442793.npz", catalogue=real / "koi_cumulative.csv")
    assert len(draft.table) == 7 and draft.arrays["local_mask"].any(axis=1).all()
    deep = draft.table["object_id"].isin(["K00351.01", "K00351.02"]).to_numpy()
    depth = (
        -np.median(draft.arrays["local_view"][deep, 29:32].astype(float), axis=1) * draft.table["flux_scatter"][deep]
    )
    np.testing.assert_allclose(depth, draft.table["depth"][deep], rtol=0.1)


def test_a_folder_of_fits_files(real: Path, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(real / "raw_fits", folder, copy_function=shutil.copy)
    broken = folder / "10854555.fits"
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:9000])
    draft = read(folder, validated(Source, {"catalogue": folder / "index.csv"}))
    assert len(draft.table) == 17 and draft.table["group"].nunique() == 12
    assert {defect.file: defect.error for defect in draft.defects} == {
        "10854555.fits": "FileUnreadable",
        "6721123.fits": "ShortCadence",
    }
    assert (~draft.arrays["global_mask"].any(axis=1)).sum() == 1


def test_a_signal_is_found_without_a_table(real: Path) -> None:
    draft = draft_of(real, "kepler_raw_kic10797460.npz")
    row = draft.table.iloc[0]
    assert row["period"] == pytest.approx(9.48803557, abs=2e-3) and row["depth"] == pytest.approx(615.8, rel=0.2)
    events = (row["epoch_time"] - 170.53875) / 9.48803557
    assert abs(events - round(events)) * 9.488 < 0.1
