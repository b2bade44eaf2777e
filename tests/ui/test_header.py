"""What a header's table holds, and what each card had to say."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.card import HeaderCard
from astrocore.ui.header import READ, by_share, header_table, marked, shares

HEADER = (
    HeaderCard("SIMPLE", "T", "conforms to FITS"),
    HeaderCard("EXPTIME", "30.0", "[s]", ("exposure_time",)),
    HeaderCard("OBJECT", "dark flat", features=("word dark", "word flat", "word bias")),
    HeaderCard("IMAGETYP", "Dark Frame", features=("word dark",)),
    HeaderCard("GAIN", "1.5", features=("gain",)),
)
FEATURES = {"exposure_time": 0.5, "word dark": -2.0, "word flat": 0.25, "airmass": 9.0}


def test_what_the_model_reads_is_named_beside_the_card() -> None:
    table = header_table(HEADER)
    assert table["keyword"].tolist() == ["SIMPLE", "EXPTIME", "OBJECT", "IMAGETYP", "GAIN"]
    assert table[READ].tolist()[:3] == ["", "exposure_time", "word dark, word flat, word bias"]
    assert READ not in header_table(HEADER[:1]) and header_table(HEADER[:1])["comment"].tolist() == ["conforms to FITS"]


def test_a_card_s_share_is_the_sum_of_its_features() -> None:
    np.testing.assert_array_equal(shares(HEADER, FEATURES), [np.nan, 0.5, -1.75, -2.0, np.nan])


def test_the_cards_that_mattered_stand_first_and_are_coloured() -> None:
    table = header_table(HEADER).assign(share=shares(HEADER, FEATURES))
    first = by_share(table, "share")
    assert first["keyword"].tolist() == ["IMAGETYP", "OBJECT", "EXPTIME", "SIMPLE", "GAIN"]
    html = marked(first, "share").to_html()
    assert html.count("background-color") == 3 and "0.70)" in html  # the strongest; none without a share


def test_nothing_is_coloured_where_nothing_mattered() -> None:
    table = header_table(HEADER[:2]).assign(share=[np.nan, 0.0])
    assert "background-color" not in marked(table, "share").to_html()
