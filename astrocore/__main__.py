"""The command line: `python -m astrocore VERB ...`; every option comes from a verb's or a task's settings class."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrocore import __version__
from astrocore.errors import AstrocoreError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_settings import BaseSettings

    from astrocore.config import Settings
    from astrocore.tasks import Task

VERBS: dict[str, str] = {
    "simulate": "make a data set of simulated objects",
    "build": "make a data set from files",
    "train": "train a model on a data set",
    "folds": "train on parts of a data set and judge each part by a net that never saw it",
    "experiment": "compare training regimes on a data set, over several seeds",
    "evaluate": "measure a run, with intervals and charts",
    "project": "map a run's embeddings to two or three dimensions",
    "align": "measure how well a run's modalities agree, and what each is worth",
    "boundaries": "map which class a run says over two columns",
    "thresholds": "choose where each class may say yes, and keep it as a profile",
    "predict": "classify objects, from telescope files or a data set",
    "explain": "show what an object's verdict rests on",
}
SERVANTS = ("worker",)
"""Verbs that the app starts, which the overview leaves out."""
MORE: dict[str, str] = {
    "train": "Options of the model and of the training appear with a data set: python -m astrocore train DATA --help",
    "folds": "Options of the model and of the training appear with a data set: python -m astrocore folds DATA --help",
    "experiment": "Options of the training appear with a data set: python -m astrocore experiment DATA --help; or with "
    "the name of a task whose experiments are set: python -m astrocore experiment sources --help",
    "build": "Options of a task's files appear with its name: python -m astrocore build TASK --help",
    "predict": "Options of the files to read appear with a run: python -m astrocore predict RUN --help",
}
"""Verbs whose options depend on the task, and where to find these."""
TRIALS = "trials"
"""Module of the verb experiment for the set experiments of a task."""
DONE_WITH_DEFECTS = 3
"""Exit code where all was done, but some files that were brought could not be used, or not as they are."""
STOPPED = 130
"""Exit code of what was interrupted or told to stop: not all was done."""
HELP = {"-h", "--help"}
NO_DEFAULT = (" (default: None)", " (default: )", " (default: ())")
"""Endings of a help text that say nothing."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; returns the exit code.

    0 all was done, 1 it could not be done, 2 wrong usage, 3 done but not with all files, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    verb = words[0] if words else "--help"
    if verb == "--version":
        print(f"astrocore {__version__}")
        return 0
    if verb in HELP:
        print(overview())
        return 0 if words else 2
    if verb not in (*VERBS, *SERVANTS):
        return complain(f"There is no verb {verb!r}; choose one of {', '.join(VERBS)}.", 2)
    try:
        return execute(verb, words[1:])
    except AstrocoreError as error:
        return complain(str(error), 1)
    except OSError as error:
        return complain(f"The system refused {error.filename or 'a file'} ({error.strerror or error}).", 1)
    except KeyboardInterrupt:
        return complain("Interrupted.", STOPPED)


def overview() -> str:
    """The verbs, a line each."""
    lines = "\n".join(f"  {name:<12}{text}" for name, text in VERBS.items())
    return f"usage: python -m astrocore VERB ...\n\n{lines}\n\npython -m astrocore VERB --help explains a verb."


def complain(message: str, code: int) -> int:
    """Print one wrapped paragraph to stderr; returns `code`."""
    print(textwrap.fill(message, 100, break_long_words=False, break_on_hyphens=False), file=sys.stderr)
    return code


def execute(verb: str, words: list[str]) -> int:
    """Read the words after a verb, run it, print what it returns; raises AstrocoreError."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from astrocore.config import explain

    module = import_module(f"astrocore.verbs.{TRIALS if asks_for_trials(verb, words) else verb}")
    own = fields_of_task(verb, words)
    try:
        parsed = parse(verb, module.Args, own, words)
    except ValidationError as error:
        return complain(explain(error), 2)
    except SettingsError as error:
        message = str(error).removeprefix("error parsing CLI: ")
        return complain(f"{message[:1].upper()}{message[1:]}. See python -m astrocore {verb} --help.", 2)
    given = {name: getattr(parsed, name) for name in parsed.model_fields_set}
    args = module.Args(**{name: value for name, value in given.items() if name in module.Args.model_fields})
    explicit = {name: value for name, value in given.items() if name in own}
    result = module.run(args, explicit) if verb in MORE else module.run(args)
    if result:  # of several processes only the first has one
        report(result, given.get("json_file"))
    return exit_code(result)


def exit_code(result: Mapping[str, Any]) -> int:
    """What the result of a verb amounts to; files that could not be used are named on stderr, a line each."""
    for defect in result.get("defects", ()):
        print(f"{defect['file']}: {defect['error']}: {defect['message']}", file=sys.stderr)
    if result.get("defects"):
        return DONE_WITH_DEFECTS
    return STOPPED if result.get("status") == "stopped" else 0


def fields_of_task(verb: str, words: Sequence[str]) -> Mapping[str, FieldInfo]:
    """Fields of the task's Config (training) or Source (reading files); none for another verb, or without a task.

    Raises
    ------
    WrongTask, FileUnreadable, RunMissing
        There is no such task, or no such data set or run to say which.
    """
    task = named_task(verb, words) if verb in MORE else None
    if task is None:
        return {}
    if asks_for_trials(verb, words) and task.trials is not None:
        return {**task.config.Config.model_fields, **task.trials.sets.model_fields}  # a set's name wins
    return (task.config.Source if verb in ("build", "predict") else task.config.Config).model_fields


def named_task(verb: str, words: Sequence[str]) -> Task | None:
    """The task that a command is about; None where help was asked for without one. Raises as `fields_of_task` does."""
    from astrocore.tasks import get_task

    plain = [word for word in words if not word.startswith("-")]
    fitting = [word for word in plain if says_task(verb, word)]
    if asks_for_trials(verb, words):
        return get_task(plain[0])
    if not plain or (HELP.intersection(words) and not fitting):
        return None
    if verb == "predict" and not fitting and words[0].startswith("-"):
        return None  # no run is named: that is what the command is told of
    return get_task(task_of(verb, (fitting or plain)[0]))


def asks_for_trials(verb: str, words: Sequence[str]) -> bool:
    """Whether the verb experiment is asked for the set experiments of a task, by its name, and not for a data set."""
    from astrocore.tasks import TASKS

    plain = [word for word in words if not word.startswith("-")]
    return verb == "experiment" and bool(plain) and plain[0] in TASKS and not says_task("train", plain[0])


def says_task(verb: str, word: str) -> bool:
    """Whether a word of a command is what its verb takes the task from."""
    from astrocore.tasks import TASKS

    if verb == "build":
        return word in TASKS
    if verb != "predict":
        return (Path(word) / "dataset.json").is_file()
    try:
        return bool(task_of(verb, word))
    except AstrocoreError:
        return False


def task_of(verb: str, word: str) -> str:
    """Name of the task: build names it, predict's run is of it, another verb's data set holds it."""
    if verb == "build":
        return word
    if verb == "predict":
        from astrocore.runs import load_run

        return load_run(word).read_info().task
    from astrocore.data.dataset import open_dataset

    return open_dataset(Path(word)).task


def parse(verb: str, args: type[Settings], own: Mapping[str, FieldInfo], words: list[str]) -> BaseSettings:
    """Settings of a verb from the command line; raises SettingsError or ValidationError, exits after --help."""
    from pydantic_settings import CliApp, CliSettingsSource

    command = command_class(verb, args, own)
    source: CliSettingsSource[ArgumentParser] = CliSettingsSource(command, add_argument_method=add_argument)
    return CliApp.run(command, cli_args=words, cli_settings_source=source)


def command_class(verb: str, args: type[Settings], own: Mapping[str, FieldInfo]) -> type[BaseSettings]:
    """The settings class of a whole command: a verb's fields, its task's fields and --json."""
    from pydantic import Field, create_model
    from pydantic_settings import BaseSettings, CliPositionalArg, PydanticBaseSettingsSource, SettingsConfigDict

    class Command(BaseSettings):
        model_config = SettingsConfigDict(
            cli_prog_name=f"python -m astrocore {verb}",
            cli_kebab_case=True,
            cli_implicit_flags=True,
            cli_hide_none_type=True,
            cli_avoid_json=True,
            cli_enforce_required=True,
            cli_exit_on_error=False,
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (init_settings,)  # neither environment nor .env: what counts stands in the command

    if double := set(own).intersection(args.model_fields):
        raise TypeError(f"The verb {verb} and its task both have the option {', '.join(double)}.")
    fields: dict[str, Any] = {}
    positional: Any = CliPositionalArg
    for name, info in {**args.model_fields, **own}.items():
        required = info.is_required() and not info.kw_only
        fields[name] = (positional[info.annotation] if required else info.annotation, info)
    file = Field(default=None, validation_alias="json", description="File for the result; left out: standard output.")
    more = "" if own else MORE.get(verb, "")
    return create_model(
        verb, __base__=Command, __doc__=f"{args.__doc__}\n\n{more}".strip(), **fields, json_file=(Path | None, file)
    )


def add_argument(parser: ArgumentParser, *names: str, **options: Any) -> Any:
    """Add an option with quieter help; a field of one letter gets two dashes like all others."""
    for empty in NO_DEFAULT:
        options["help"] = options["help"].removesuffix(empty)
    if "metavar" in options:
        options["metavar"] = re.sub(r"^tuple\[(\w+),\.\.\.\]$", r"\1,...", options["metavar"])
    return parser.add_argument(*(f"-{name}" if len(name) == 2 and name != "-h" else name for name in names), **options)


def report(result: Mapping[str, Any], file: Path | None) -> None:
    """Print the result as JSON, or write that to `file` and print the numbers a person looks for."""
    from astrocore.runs.files import plain, write_json

    if file is None:
        print(json.dumps(plain(result), indent=2))
        return
    write_json(file, result)
    rows = list(short(plain(result)))
    width = max((len(name) for name, _ in rows), default=0)
    print("\n".join(f"{name:<{width}}  {text}" for name, text in rows))


def short(result: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and text of every number or text in a result; matrices and longer lists are left to the file."""
    for key, item in result.items():
        name = f"{prefix}{key}"
        match item:
            case {"value": value, "low": low, "high": high}:
                yield name, f"{number(value)} ({number(low)} to {number(high)})"
            case dict():
                yield from short(item, f"{name} ")
            case [] | [list() | dict(), *_] | None:
                continue
            case list():
                yield name, ", ".join(map(number, item))
            case _:
                yield name, number(item)


def number(value: Any) -> str:
    """A number to four digits, anything else as it is."""
    return "undefined" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
