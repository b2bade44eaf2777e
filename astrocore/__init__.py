"""astrocore: see what a classifier has learned and decide where it may say yes.

The few names that a notebook needs, each imported when first asked for; none of them brings torch.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "TASKS": "astrocore.tasks",
    "get_task": "astrocore.tasks",
    "open_dataset": "astrocore.data.dataset",
    "load_run": "astrocore.runs",
    "find_runs": "astrocore.runs",
}

__all__ = ["TASKS", "__version__", "find_runs", "get_task", "load_run", "open_dataset"]


def __getattr__(name: str) -> Any:
    """The public name, from where it lives."""
    if name not in _PLACES:
        raise AttributeError(f"module 'astrocore' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
