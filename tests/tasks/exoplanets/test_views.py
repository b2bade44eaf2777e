"""Cards: facts with units, curves folded on an edited period, links, and what a note must say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Draft
from astrocore.errors import BadValue
from astrocore.tasks.card import Card
from astrocore.tasks.exoplanets.config import UNITS, Config
from astrocore.tasks.exoplanets.derived import BY_NAME
from astrocore.tasks.exoplanets.features import features
from astrocore.tasks.exoplanets.simulate import simulate
from astrocore.tasks.exoplanets.views import EDITABLE, ORIGINS, SLICES, card, links


@pytest.fixture(scope="module")
def draft() -> Draft:
    return simulate(30, 0)


def one(draft: Draft, row: int, period: float | None = None, without: tuple[str, ...] = ()) -> Card:
    arrays = {name: array[row] for name, array in draft.arrays.items() if name not in without}
    return card(draft.table.iloc[row], arrays, {"period": period} if period else None)


def best(draft: Draft) -> int:
    """A planet with many clear transits."""
    clear = draft.table[(draft.table["label"] == 0) & (draft.table["period"] < 5)]
    return int(clear["snr"].idxmax())


def partial(draft: Draft) -> int:
    """An object of which most transits lie beyond the kept flux."""
    return int(((draft.table["period"] > 14) & (draft.table["events"] > 8)).to_numpy().argmax())


def depth_at(shown: Card, title: str) -> float:
    curve = next(c for c in shown.curves if c.title.startswith(title))
    return -float(np.nanmedian(curve.y[np.abs(curve.x) < 0.004]))


def test_facts_have_units_and_leave_bookkeeping_out(draft: Draft) -> None:
    facts = {fact.name: fact for fact in one(draft, 0).facts}
    assert facts["period"].unit == "d" and facts["depth"].unit == "ppm" and facts["stellar_radius"].unit == "R_Sun"
    assert facts["period"].value == draft.table["period"][0]
    assert not {"label", "group", "object_id", "cadence", "time_start"} & set(facts)
    assert list(facts)[:5] == list(UNITS)[:5]


def test_the_curve_is_folded_on_the_edited_period(draft: Draft) -> None:
    row = best(draft)
    period = float(draft.table["period"][row])
    right, wrong = one(draft, row), one(draft, row, period * 1.37)
    depth = draft.table["depth"][row] / 1e3
    assert depth_at(right, "Folded on period =") == pytest.approx(depth, rel=0.3)
    assert depth_at(right, "Twice the period") == pytest.approx(depth, rel=0.3)
    assert abs(depth_at(wrong, "Folded on period =")) < 0.5 * depth
    assert any(f"{period * 1.37:.5f} d" in curve.title for curve in wrong.curves)
    assert one(draft, row, period).curves[1].title == right.curves[1].title


def test_on_its_own_period_the_card_draws_what_the_net_saw(draft: Draft) -> None:
    row = partial(draft)
    shown, scale = one(draft, row), draft.table["flux_scatter"][row] / 1e3
    lines = {curve.shows.input: curve for curve in shown.curves if curve.shows}
    for kind in ("global", "local", "odd", "even", "secondary"):
        view, mask = draft.arrays[f"{kind}_view"][row].astype(float), draft.arrays[f"{kind}_mask"][row]
        drawn = lines[f"{kind}_view"]
        assert mask.sum() > 30 and drawn.line
        np.testing.assert_allclose(drawn.y, np.where(mask, view * scale, np.nan))
    spread = draft.arrays["local_scatter"][row].astype(float)
    np.testing.assert_allclose(lines["local_view"].scatter, np.where(spread > 0, spread * scale, np.nan))
    behind = [curve for curve in shown.curves if curve.faint]
    assert {"Around mid-transit"} < {curve.title for curve in behind} and not any(c.over for c in behind)


def test_the_card_says_when_the_kept_flux_is_a_part(draft: Draft) -> None:
    row = partial(draft)
    said = " ".join(one(draft, row).notes)
    assert "27 d of the light curve are kept" in said
    assert f"folded from all of it, {draft.table['events'][row]:.0f} transits" in said
    assert any(curve.title == "Half the period, kept flux" for curve in one(draft, row).curves)
    edited = " ".join(one(draft, row, float(draft.table["period"][row]) / 2).notes)
    assert "from the kept flux alone" in edited and "folded from all of it" in edited and "row's own period" in edited
    whole = int(((draft.table["period"] < 5) & draft.table["kepmag"].isna()).to_numpy().argmax())  # as TESS looks
    assert "are kept" not in " ".join(one(draft, whole).notes)


def test_siblings_are_left_out_and_named(draft: Draft) -> None:
    row = best(draft)
    arrays = {name: array[row] for name, array in draft.arrays.items()}
    other = draft.table.iloc[[row]].assign(period=draft.table["period"][row] * 1.618, object_id="other")
    other["epoch_time"] += 0.3
    alone, among = card(draft.table.iloc[row], arrays), card(draft.table.iloc[row], arrays, None, other)
    count = [sum(curve.x.size for curve in shown.curves if curve.faint) for shown in (alone, among)]
    assert count[1] < count[0] and any("other signals (period" in note for note in among.notes)
    assert not any("other signals" in note for note in alone.notes)


@pytest.mark.parametrize("period", [0.001, 1e9])
def test_a_period_that_the_kept_flux_can_not_hold_is_refused(draft: Draft, period: float) -> None:
    with pytest.raises(BadValue, match="twice the cadence of the kept flux"):
        one(draft, 0, period)


def test_derived_features_are_those_of_the_net_with_their_scale(draft: Draft) -> None:
    found = {fact.name: fact for fact in one(draft, 0).facts if fact.derived}
    given = features(draft.table, draft.arrays, Config()).iloc[0]
    assert len(found) > 50 and all(f.value == pytest.approx(given[n]) for n, f in found.items() if n in given)
    assert given[[name for name in given.index if name in BY_NAME and name not in found]].isna().all()
    units = {name: found[name].unit for name in ("log_k", "local_w50", "local_asymmetry", "log_expected_duration")}
    assert list(units.values()) == ["dex", "dex(share of view)", "asinh", "dex(h)"]


def test_transits_are_marked_where_the_flux_is_low(draft: Draft) -> None:
    row = best(draft)
    curve = one(draft, row).curves[0]
    period, marks = float(draft.table["period"][row]), np.array(curve.marks)
    assert len(marks) >= 3 and np.allclose(np.diff(marks), period)
    assert curve.x[0] <= marks[0] < curve.x[0] + period and curve.x[-1] - period < marks[-1] <= curve.x[-1]
    inside = np.abs(curve.x[:, None] - marks).min(axis=1) < draft.table["duration"][row] / 24 / 8
    assert np.nanmedian(curve.y[inside]) < np.nanmedian(curve.y[~inside]) - 0.5 * draft.table["depth"][row] / 1e3


def test_odd_and_even_events_share_a_panel(draft: Draft) -> None:
    row = best(draft)
    folded, stored = one(draft, row), one(draft, row, without=("flux",))
    for shown in (folded, stored):
        odd, even = (next(curve for curve in shown.curves if curve.name == name) for name in ("odd", "even"))
        assert even.over and not odd.over and odd.title == even.title and odd.x.shape == even.x.shape
    event = np.floor((folded.curves[0].x - draft.table["epoch_time"][row]) / draft.table["period"][row] + 0.5)
    assert {0, 1} <= set(event.astype(int) % 2)
    drawn = [next(c for c in folded.curves if c.name == name).y for name in ("odd", "even")]
    assert not np.array_equal(*drawn, equal_nan=True)


def test_stored_views_are_in_ppt_where_their_unit_is_known(draft: Draft) -> None:
    row = best(draft)
    scatter, depth = draft.table["flux_scatter"][row], draft.table["depth"][row]
    shown = one(draft, row, without=("flux",))
    local = next(curve for curve in shown.curves if "mid-transit" in curve.title)
    depth = depth / 1e3
    assert local.y_axis.unit == "ppt" and local.x_axis.unit == "h"
    assert -np.nanmin(local.y) == pytest.approx(depth, rel=0.4)
    dip = np.abs(local.x) < draft.table["duration"][row] / 4
    assert np.nanmedian(local.y[dip]) < -0.5 * depth < np.nanmedian(local.y[~dip & (np.abs(local.x) > local.x[-1] / 2)])
    foreign = card(
        draft.table.iloc[row].drop("flux_scatter"), {n: a[row] for n, a in draft.arrays.items() if n != "flux"}
    )
    local = next(curve for curve in foreign.curves if "mid-transit" in curve.title)
    assert local.y_axis.unit == "scatter out of transit" and local.x_axis.name == "part of the local window"
    assert scatter > 0


def test_curves_say_which_input_of_the_net_they_show(draft: Draft) -> None:
    for without in ((), ("flux",)):
        shown = [curve.shows for curve in one(draft, best(draft), without=without).curves if curve.shows]
        assert {"global_view", "local_view", "secondary_view"} <= {place.input for place in shown}
        assert all(place.low < place.high for place in shown)


def test_every_axis_says_what_it_is(draft: Draft) -> None:
    for shown in (one(draft, 0), one(draft, 0, without=("flux",))):
        assert len(shown.curves) >= 2
        for curve in shown.curves:
            assert curve.x.shape == curve.y.shape and curve.x_axis.name and curve.y_axis.unit
            assert curve.x_axis.unit or curve.x_axis.name in ("phase", "part of the local window")


def test_simulated_objects_say_so(draft: Draft) -> None:
    shown = one(draft, 0)
    assert "(simulated)" in shown.title and any("Simulated" in note for note in shown.notes) and shown.links == {}


def test_stored_views_can_not_be_folded_anew(draft: Draft) -> None:
    shown = one(draft, 0, period=1.0, without=("flux",))
    titles = [curve.title for curve in shown.curves]
    assert titles[:2] == ["Folded, whole orbit", "Around mid-transit"] and titles[-1] == "Around phase 0.5"
    assert any("can't be folded on another period" in note for note in shown.notes)
    masked = ~draft.arrays["local_mask"][0]
    assert np.isnan(shown.curves[1].y[masked]).all() and not np.isnan(shown.curves[1].y[~masked]).any()


def test_an_object_without_curve_or_with_an_unknown_epoch(draft: Draft) -> None:
    row = draft.table.iloc[0].drop(["epoch_time", "duration", "stellar_radius"])
    shown = card(row, {})
    assert shown.curves == () and any("no light curve" in note for note in shown.notes)
    masked = {"global_view": np.zeros(9), "global_mask": np.zeros(9, dtype=bool)}
    assert card(row, masked).curves == ()


def test_missing_numbers_stay_facts(draft: Draft) -> None:
    row = draft.table.iloc[0].copy()
    row["stellar_temp"] = np.nan
    facts = {fact.name: fact.value for fact in card(row, {}).facts}
    assert np.isnan(facts["stellar_temp"])


@pytest.mark.parametrize("period", [-1.0, float("nan"), float("inf")])
def test_impossible_periods(draft: Draft, period: float) -> None:
    with pytest.raises(BadValue, match="positive number of days"):
        one(draft, 0, period)


@pytest.mark.parametrize(
    ("star", "archive", "page"),
    [
        ("KIC 10797460", "overview/KIC%2010797460", "kepler/edit_target.php?id=10797460"),
        ("EPIC 201912552", "overview/EPIC%20201912552", "k2/edit_target.php?id=201912552"),
        ("TIC 219854185", "overview/TIC%20219854185", "tess/target.php?id=219854185"),
    ],
)
def test_links(star: str, archive: str, page: str) -> None:
    found = links(star)
    assert found["NASA Exoplanet Archive"].endswith(archive) and found["ExoFOP"].endswith(page)
    assert star.split()[1] in found["MAST"] and all(url.startswith("https://") for url in found.values())
    assert links("planets-000001") == {} and links("TIC 1&x=<script>") == {}


def test_slices_and_edits_have_units() -> None:
    assert EDITABLE == {"period": "d"} and all(name in UNITS for name in SLICES)


def test_a_row_of_predictions_is_enough() -> None:
    row = pd.Series({"object_id": "TIC 1", "group": "TIC 1", "label": 0, "split": "test", "period": 2.0, "sector": 3.0})
    assert [(fact.name, fact.value, fact.unit) for fact in card(row, {}).facts] == [
        ("period", 2, "d"),
        ("sector", 3, ""),
    ]


@pytest.mark.parametrize("name", ORIGINS)
def test_a_drawn_or_searched_curve_is_told_in_words(name: str) -> None:
    row = pd.Series({"object_id": "a", "group": "KIC 1", name: 1.0, "period": 3.0})
    found = card(row, {})
    assert ORIGINS[name] in found.notes and name not in {fact.name for fact in found.facts}
    assert ORIGINS[name] not in card(row.replace(1.0, 0.0), {}).notes
