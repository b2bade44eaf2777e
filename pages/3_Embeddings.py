"""Embeddings: maps of what a model has learned, and the card of the object that is clicked."""

from astrocore.ui.embeddings import embeddings_page

embeddings_page()
