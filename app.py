"""Home of the astrocore app: what is here, the runs, where to go next. Start it with `make app`."""

from astrocore.ui.home import home_page

home_page()
