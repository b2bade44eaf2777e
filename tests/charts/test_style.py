"""What all charts share."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

from astrocore.charts.calibration import reliability_chart
from astrocore.charts.confusion import confusion_chart
from astrocore.charts.learning import learning_chart
from astrocore.charts.maps import Values, map_chart
from astrocore.charts.objects import histogram
from astrocore.charts.style import CONFIG, NOTE_WRAP, WRAP, placeholder, styled


def charts():
    import pandas as pd

    bins = pd.DataFrame({"low": [0.0], "high": [1.0], "count": [2], "confidence": [0.5], "accuracy": [0.5]})
    epoch = {"event": "epoch", "stage": "finetune", "epoch": 1, "train": {"loss": 1.0}, "val": {"loss": 1.0}}
    yield reliability_chart(bins)
    yield confusion_chart(np.eye(2, dtype=int), ("a", "b"))
    yield learning_chart([epoch])
    yield map_chart(np.eye(2), Values(np.ones(2), "x"), ["1", "2"])
    yield histogram(np.arange(4.0), "x")
    yield placeholder("Nothing.")


def test_charts_are_transparent_and_leave_text_to_the_page():
    for fig in charts():
        layout = fig.layout
        assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert layout.font.color is layout.title.font.color is layout.template.layout.font.color is None
        assert layout.xaxis.color is layout.yaxis.color is layout.legend.font.color is None


@pytest.mark.parametrize("title", ["", "short", "word " * 40])
def test_titles_are_wrapped_and_make_room(title):
    fig = styled(go.Figure(), title)
    lines = fig.layout.title.text.split("<br>")
    assert all(len(line) <= WRAP for line in lines)
    assert " ".join(lines) == title.strip()
    assert fig.layout.margin.t >= 20 * len(title.strip()) / WRAP


def test_a_note_stands_on_a_line_of_its_own():
    one, two = styled(go.Figure(), "title"), styled(go.Figure(), "title", "note")
    assert two.layout.title.text.startswith("title<br><span")
    assert two.layout.margin.t > one.layout.margin.t


def test_a_long_note_is_wrapped_and_makes_room():
    note = "word " * 40
    short, long = styled(go.Figure(), "title", "note"), styled(go.Figure(), "title", note)
    lines = [re.sub("<[^>]*>", "", line) for line in long.layout.title.text.split("<br>")]
    assert all(len(line) <= NOTE_WRAP for line in lines) and " ".join(lines) == f"title {note}".strip()
    assert long.layout.margin.t == short.layout.margin.t + 20 * (len(lines) - 2)


def test_the_buttons_do_not_cover_the_title():
    assert all(fig.layout.modebar.bgcolor == "rgba(0,0,0,0)" for fig in charts())


def test_nothing_is_sent_anywhere():
    assert CONFIG["showSendToCloud"] is False
