"""Train: a form from the settings, the exact command, a job of its own, live curves, stop, come back."""

from astrocore.ui.train import train_page

train_page()
