"""explain: what the verdict on an object rests on, by integrated gradients over all that the net sees of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from astrocore.config import Settings
from astrocore.runs import load_run
from astrocore.verbs.raw import brought


class Args(Settings):
    """Show what the verdict on an object rests on."""

    run: str
    """Run: a folder, or task/name."""
    data: Path = Field(kw_only=True)
    """Folder of a data set, or whatever the verb build reads."""
    object: str = Field(kw_only=True)
    """The object_id."""
    class_name: str | None = None
    """Class whose score to explain; left out: the most probable one."""


def run(args: Args) -> dict[str, Any]:
    """The share that each input has in the score of a class; see attribution.explain_object.

    Raises
    ------
    InputError
        The data can't be read.
    ConfigError
        There is no such object or class.
    RunError
        The run has no weights, or they are of another task.
    """
    from astrocore.verbs.attribution import explain_object, reference_rows, typical_numbers
    from astrocore.verbs.network import load_network

    found = load_run(args.run)
    network, info = load_network(found), found.read_info()
    with brought(args.data, network.task, {}, info.classes, info.data.settings) as what:
        typical = typical_numbers(network, reference_rows(found, what.dataset))
        explained = explain_object(network, what.dataset, args.object, typical, args.class_name)
        return {"run": found.full_name, **explained}
