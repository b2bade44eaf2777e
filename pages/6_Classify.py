"""Classify: from telescope files, a table or a folder to a verdict on each object, and what it rests on."""

from astrocore.ui.classify import classify_page

classify_page()
