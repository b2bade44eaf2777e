"""Data: what a data set holds, how it is split, what is missing, one object at a time."""

from astrocore.ui.data import data_page

data_page()
