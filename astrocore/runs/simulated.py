"""Whether a run that learned from simulated objects is asked about measured ones."""

from __future__ import annotations

from collections.abc import Mapping

from astrocore.data.draft import Origin
from astrocore.runs.info import DataRef


def caution(known: DataRef, origin: Mapping[str, Origin]) -> str:
    """The warning for whoever has measured objects judged by a run that knows simulated ones; "" where none is due.

    Parameters
    ----------
    known
        What the run learned from.
    origin
        Of each modality of the objects that are judged.
    """
    invented = set(known.simulated)
    measured = {name for name, of in origin.items() if of == "measured"}
    if not invented & measured:
        return ""
    if invented >= set(known.origin):
        what = "This run knows simulated objects only."
    else:
        what = f"This run learned from simulated data ({', '.join(sorted(invented & measured))})."
    return (
        f"{what} What it says of these measured ones is worth no more than the simulation; train a run on measured "
        "objects before you trust it."
    )
