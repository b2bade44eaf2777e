"""The tasks: one line each. A fourth is a folder like its siblings and a line here."""

from astrocore.tasks.contract import Task

TASKS: dict[str, str] = {
    "exoplanets": "astrocore.tasks.exoplanets",
    "sources": "astrocore.tasks.sources",
    "frames": "astrocore.tasks.frames",
}


def get_task(name: str) -> Task:
    """The task of that name; its modules are imported when first asked for.

    Raises
    ------
    WrongTask
        No task has that name.
    """
    from astrocore.errors import WrongTask

    if name not in TASKS:
        raise WrongTask(f"There is no task {name!r}; choose one of {', '.join(TASKS)}.")
    return Task(name, TASKS[name])


__all__ = ["TASKS", "Task", "get_task"]
