"""Learning curves from the events of a run."""

import numpy as np

from astrocore.charts.learning import compares_views, learning_chart


def epoch(stage, number, train, val, **scores):
    return {
        "event": "epoch",
        "stage": stage,
        "epoch": number,
        "train": {"loss": train},
        "val": {"loss": val, **scores},
    }  # fmt: skip


EVENTS = [
    {"event": "start", "time": "2026-01-01T00:00:00"},
    epoch("pretrain", 1, 4.0, 4.2),
    epoch("pretrain", 2, 3.0, 3.1),
    {"event": "step", "stage": "finetune", "step": 7, "train": {"loss": 9.0}},
    epoch("finetune", 1, 1.0, 1.1, accuracy=0.5, macro_f1=0.4),
    epoch("finetune", 2, 9.0, 0.1, accuracy=0.1, macro_f1=0.1),
    {"event": "resume", "stage": "finetune"},
    epoch("finetune", 2, 0.8, 0.9, accuracy=0.7, macro_f1=0.6),
    epoch("finetune", 3, 0.6, 1.0, accuracy=0.6, macro_f1=0.5),
]


def lines(fig):
    return {(trace.xaxis, trace.name): (list(trace.x), list(trace.y)) for trace in fig.data}


def test_losses_by_stage_and_the_last_report_of_a_repeated_epoch():
    found = lines(learning_chart(EVENTS, "loss", "run"))
    assert found == {
        ("x", "training loss"): ([1, 2], [4.0, 3.0]),
        ("x", "validation loss"): ([1, 2], [4.2, 3.1]),
        ("x2", "training loss"): ([1, 2, 3], [1.0, 0.8, 0.6]),
        ("x2", "validation loss"): ([1, 2, 3], [1.1, 0.9, 1.0]),
    }


def test_each_line_stands_once_in_the_legend():
    fig = learning_chart(EVENTS, "loss")
    assert [trace.name for trace in fig.data if trace.showlegend] == ["training loss", "validation loss"]


def test_scores_only_of_stages_that_have_them():
    fig = learning_chart(EVENTS, "scores")
    assert lines(fig) == {
        ("x", "validation accuracy"): ([1, 2, 3], [0.5, 0.7, 0.6]),
        ("x", "validation macro-F1"): ([1, 2, 3], [0.4, 0.6, 0.5]),
    }
    assert fig.layout.yaxis.range == (0, 1.02)
    accuracy, f1 = fig.data
    assert accuracy.line.dash != f1.line.dash and accuracy.line.color != f1.line.color
    assert accuracy.marker.symbol != f1.marker.symbol
    assert [list(trace.text) for trace in fig.data] == [["", "", "accuracy<br> "], ["", "", " <br>macro-F1"]]
    assert accuracy.textposition != f1.textposition  # or one name would lie on the other


def test_the_lowest_validation_loss_is_marked():
    fig = learning_chart(EVENTS, "scores")
    assert [shape.x0 for shape in fig.layout.shapes] == [2]
    assert [note.text for note in fig.layout.annotations] == ["lowest: 2"]
    both = learning_chart(EVENTS, "loss")
    assert [note.text for note in both.layout.annotations] == ["pretrain", "finetune", "lowest: 2", "lowest: 2"]


def test_events_that_lack_parts():
    events = [
        {"event": "epoch", "stage": "finetune", "epoch": 1, "train": {"loss": 1.0}, "val": None},
        {"event": "epoch", "stage": "finetune", "epoch": 2, "train": {"loss": None}},
        {"event": "epoch"},
    ]
    (trace,) = learning_chart(events).data
    assert trace.name == "training loss"
    assert trace.y[0] == 1
    assert np.isnan(trace.y[1])


def test_nothing_yet():
    for show, words in (("loss", "No loss"), ("scores", "No accuracy")):
        fig = learning_chart([{"event": "start"}], show)
        assert words in fig.layout.annotations[0].text


VIEWS = {"chance": 5.5, "floor": 0.01, "view_distance": 0.3, "uniformity": -2.0, "neighbours_accuracy": 0.6}
CONTRAST = [epoch("pretrain", 1, 5.0, 4.2, **VIEWS), epoch("pretrain", 2, 3.0, 3.1, **VIEWS), *EVENTS[4:5]]


def test_a_loss_of_views_stands_between_its_floor_and_chance():
    found = lines(learning_chart(CONTRAST, "loss"))
    assert found["x", "chance"] == ([1, 2], [5.5, 5.5]) and found["x", "floor"] == ([1, 2], [0.01, 0.01])
    assert ("x2", "chance") not in found
    dashes = {trace.name: trace.line.dash for trace in learning_chart(CONTRAST, "loss").data}
    assert len({dashes[name] for name in ("validation loss", "chance", "floor")}) == 3


def test_views_are_drawn_of_the_stage_that_compares_them():
    assert compares_views(CONTRAST) and not compares_views(EVENTS)
    assert set(lines(learning_chart(CONTRAST, "views"))) == {("x", "distance of two views"), ("x", "uniformity")}
    assert "compares views" in learning_chart(EVENTS, "views").layout.annotations[0].text
    assert ("x", "nearest neighbours' accuracy") in lines(learning_chart(CONTRAST, "scores"))
