"""Files of one's own in the browser: a light curve that can be read and one that can not, and what comes of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import App
from tests.browser.chromium import PATIENCE_MS, tab, wait_drawn
from tests.browser.complaints import complaints
from tests.browser.views import bring, press

pytestmark = pytest.mark.browser
PERIOD, EPOCH, DURATION, DEPTH = 3.1, 1.2, 0.16, 0.004
PURE = ("snr",)


@pytest.fixture
def curve(tmp_path: Path) -> Path:
    """27 days of a star that is not in any catalogue, with a transit every 3.1 days."""
    time = np.arange(1296) / 48
    inside = np.abs((time - EPOCH + PERIOD / 2) % PERIOD - PERIOD / 2) < DURATION / 2
    flux = 1 - DEPTH * inside + np.random.default_rng(0).normal(0, 3e-4, time.size)
    file = tmp_path / "KIC 1234567.csv"
    file.write_text("time,flux\n" + "".join(f"{t:.6f},{f:.7f}\n" for t, f in zip(time, flux, strict=True)))
    return file


@pytest.fixture
def corrupt(tmp_path: Path) -> Path:
    file = tmp_path / "KIC 7654321.fits"
    file.write_bytes(b"SIMPLE  =                    T" + b" " * 50)
    return file


def test_a_light_curve_gets_a_verdict_and_a_corrupt_file_its_error(
    chromium: Browser, app: App, curve: Path, corrupt: Path
) -> None:
    with tab(chromium) as one:
        page = one.go(app.address("Classify"))
        expect(page.get_by_role("button", name="Classify", exact=True)).to_be_disabled()
        bring(curve, corrupt)(page)
        expect(page.get_by_role("button", name="Classify", exact=True)).to_be_enabled(timeout=PATIENCE_MS)
        press("Classify")(page)
        expect(page.get_by_text("Verdicts on all n = 1 objects.")).to_be_visible(timeout=PATIENCE_MS)
        wait_drawn(page)
        defects = page.get_by_test_id("stTable").filter(has_text="KIC 7654321.fits")
        expect(defects).to_contain_text("FileUnreadable")
        expect(page.get_by_test_id("stAlertContentWarning").first).to_contain_text("knows simulated objects only")
        period = page.get_by_role("spinbutton", name="period [d]")
        assert float(period.input_value()) == pytest.approx(PERIOD, rel=0.01)  # found by the search
        assert complaints(page, pure=PURE) == []

        with page.expect_download() as waiting:
            press("Download the verdicts")(page)
        with waiting.value.path().open(newline="") as file:
            (line,) = csv.DictReader(file)
        p = {name[2:]: float(value) for name, value in line.items() if name.startswith("p_")}
        assert sum(p.values()) == pytest.approx(1, abs=1e-5) and line["verdict"] == max(p, key=p.__getitem__)
        assert float(line["depth"]) == pytest.approx(1e6 * DEPTH, rel=0.2)

        page.get_by_test_id("stCheckbox").filter(has_text="Why?").click()
        expect(page.get_by_text("speaks for")).to_be_visible(timeout=PATIENCE_MS)
        wait_drawn(page)
        expect(page.locator(".js-plotly-plot .colorbar").first).to_contain_text("share in the score of")
        assert complaints(page, pure=PURE) == [] and one.trouble == []
    brought = list((app.home / "data" / ".classify").glob("*/brought/*"))
    assert sorted(file.name for file in brought) == ["KIC 1234567.csv", "KIC 7654321.fits"]
