"""Reports of a run: round trip, keys, damage."""

import math

from astrocore.runs import Run
from astrocore.runs.reports import boundary_name, load_report, report_file, report_key, save_report


def test_a_report_comes_back_as_json_has_it(tmp_path):
    run = Run(tmp_path)
    assert load_report(run, "alignment") is None
    save_report(run, "boundaries/x", {"n": 3, "undefined": math.nan, "values": (1.5, 2)})
    assert load_report(run, "boundaries/x") == {"n": 3, "undefined": None, "values": [1.5, 2]}
    for text in ("{", "[1]", "\xff"):
        report_file(run, "boundaries/x").write_bytes(text.encode("latin-1"))
        assert load_report(run, "boundaries/x") is None


def test_keys_follow_settings_and_predictions():
    assert report_key({"a": 1, "b": 2}, "h") == report_key({"b": 2, "a": 1}, "h") != report_key({"a": 1, "b": 2}, "i")
    names = {
        boundary_name(x, y, split, "h") for x, y, split in (("p", "q", "test"), ("q", "p", "test"), ("p", "q", "val"))
    }
    assert len(names) == 3 and all(name.startswith("boundaries/") for name in names)
