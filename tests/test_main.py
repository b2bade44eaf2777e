"""The command line: every option from a settings class, every error one paragraph, every result JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import Field

from astrocore import __version__
from astrocore.__main__ import MORE, VERBS, command_class, main, named_task, number, short
from astrocore.config import Settings
from astrocore.errors import AstrocoreError
from astrocore.tasks import TASKS
from astrocore.verbs import build, simulate

LIGHT = [verb for verb in VERBS if verb != "train"]


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "toy", "tests.toy")
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))


class Recorder:
    """Takes the place of a verb's run and keeps what it was given."""

    def __init__(self, result: Mapping[str, Any] | BaseException) -> None:
        self.result = result
        self.args: Any = None
        self.explicit: dict[str, Any] = {}

    def __call__(self, args: Settings, explicit: dict[str, Any] | None = None) -> Mapping[str, Any]:
        self.args, self.explicit = args, explicit or {}
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder({"n": 1})
    monkeypatch.setattr(build, "run", recorder)
    return recorder


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """A stand-in for verbs/train.py, which needs torch."""

    class Args(Settings):
        """Train a model."""

        data: Path
        """Folder of the data set."""
        preset: str = ""
        """Settings to begin with."""
        resume: bool = False
        """Go on."""

    module = ModuleType("astrocore.verbs.train")
    recorder = Recorder({"status": "done"})
    module.Args, module.run = Args, recorder
    monkeypatch.setitem(sys.modules, "astrocore.verbs.train", module)
    monkeypatch.setattr("astrocore.verbs.train", module, raising=False)
    return recorder


@pytest.fixture
def data(tmp_path: Path) -> str:
    simulate.run(simulate.Args(task="toy", out=tmp_path / "points", n=30))
    return str(tmp_path / "points")


def test_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {verb}" in out for verb in VERBS)
    assert main([]) == 2
    assert main(["--version"]) == 0 and __version__ in capsys.readouterr().out


def test_an_unknown_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trian"]) == 2
    err = capsys.readouterr().err
    assert "'trian'" in err and "train" in err


@pytest.mark.parametrize("verb", LIGHT)
def test_help_explains_every_option(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert stop.value.code == 0
    fields = import_module(f"astrocore.verbs.{verb}").Args.model_fields
    for name, info in fields.items():
        option = name.upper() if info.is_required() and not info.kw_only else f"--{name.replace('_', '-')}"
        assert option in out and info.description, name
        assert " ".join(info.description.split())[:40] in out
    assert "--json" in out and "(default: None)" not in out
    assert (MORE.get(verb, "no such text") in out) == (verb in MORE)


def test_help_of_a_task_shows_its_own_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "toy", "-h"])
    out = capsys.readouterr().out
    assert "--faint" in out and "--keep-split | --no-keep-split" in out and MORE["build"] not in out


def test_help_of_train_with_and_without_data(trained: Recorder, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words, shown in (([], False), ([data], True), (["no/such/set"], False)):
        with pytest.raises(SystemExit):
            main(["train", *words, "--help"])
        out = capsys.readouterr().out
        assert ("--width" in out and "--bands str,..." in out) == shown
        assert (MORE["train"] in out) == (not shown)


def test_explicit_settings_are_told_from_defaults(built: Recorder) -> None:
    assert main(["build", "toy", "in.csv", "out"]) == 0
    assert built.explicit == {} and built.args.model_fields_set == {"task", "source", "out"}
    assert main(["build", "toy", "in.csv", "out", "--id-column", "id", "--no-keep-split", "--seed=0"]) == 0
    assert built.explicit == {"id_column": "id", "keep_split": False}
    assert built.args.model_fields_set == {"task", "source", "out", "seed"}
    assert (built.args.source, built.args.task) == (Path("in.csv"), "toy")


def test_train_takes_the_task_from_the_data_set(trained: Recorder, data: str) -> None:
    assert main(["train", data, "--width", "8", "--lr", "1e-2", "--bands", "u,g", "--resume"]) == 0
    assert trained.explicit == {"width": 8, "lr": 0.01, "bands": ("u", "g")}
    assert trained.args.resume and str(trained.args.data) == data
    assert main(["train", "--preset", "wide", "--width=16", data]) == 0
    assert trained.explicit == {"width": 16} and trained.args.preset == "wide"


def test_the_environment_sets_nothing(built: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("seed", "SEED", "faint", "FAINT", "VAL", "json", "JSON"):
        monkeypatch.setenv(name, "0.5")
    (tmp_path / ".env").write_text("seed=5\nfaint=3\n")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "toy", "in.csv", "out"]) == 0
    assert built.args == build.Args(task="toy", source=Path("in.csv"), out=Path("out")) and built.explicit == {}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["simulate", "toy"], "OUT"),
        (["simulate", "toy", "out", "--n", "0"], "n: it should be greater"),
        (["simulate", "toy", "out", "--n", "many"], "'many'"),
        (["simulate", "toy", "out", "--what", "1"], "--what 1"),
        (["simulate", "toy", "out", "--se", "1"], "--se 1"),
        (["build", "toy", "in", "out", "--faint", "-1"], "faint"),
        (["build", "toy", "in", "out", "--width", "1"], "--width 1"),
        (["project", "run", "--method", "magic"], "magic"),
        (["evaluate", "--data", "x"], "RUN"),
        (["predict", "--out", "x"], "--data"),
        (["build"], "TASK"),
    ],
)
def test_wrong_usage_is_one_paragraph_and_2(words: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and named in " ".join(shown.err.split())
    assert "\n\n" not in shown.err and "Traceback" not in shown.err and "pydantic" not in shown.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["build", "nix", "in", "out"], "no task 'nix'"),
        (["simulate", "nix", "out"], "no task 'nix'"),
        (["build", "toy", "in.csv", "out"], "in.csv does not exist"),
        (["evaluate", "nix"], "no run nix"),
        (["simulate", "toy", "/dev/null/x"], "Not a directory"),
    ],
)
def test_what_can_not_be_done_is_one_paragraph_and_1(
    words: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and named in shown.err and "\n\n" not in shown.err


def test_train_says_what_is_not_a_data_set(trained: Recorder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "no/such/set", "--width", "3"]) == 1
    assert "no/such/set is not a data set" in capsys.readouterr().err


def test_long_messages_are_wrapped_and_paths_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "/" + "/".join(["a-long-folder"] * 12)
    monkeypatch.setattr(simulate, "run", Recorder(AstrocoreError(f"{'word ' * 60}{path} {'word ' * 60}")))
    assert main(["simulate", "toy", "out"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert path in lines and all(len(line) <= 100 for line in lines if line != path)


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(simulate, "run", Recorder(KeyboardInterrupt()))
    assert main(["simulate", "toy", "out"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_an_unexpected_error_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "run", Recorder(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main(["simulate", "toy", "out"])


RESULT = {
    "run": "toy/é",
    "n": 3,
    "file": Path("a/b"),
    "nothing": None,
    "metrics": {"accuracy": {"value": 0.51234, "low": 0.4, "high": float("nan")}},
    "classes": ("red", "blue"),
    "confusion": [[1, 2], [3, 4]],
}


def test_json_on_stdout(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(simulate, "run", Recorder(RESULT))
    assert main(["simulate", "toy", "out"]) == 0
    shown = capsys.readouterr()
    found = json.loads(shown.out, parse_constant=pytest.fail)
    assert found["metrics"] == {"accuracy": {"value": 0.51234, "low": 0.4, "high": None}}
    assert (found["run"], found["file"], found["confusion"]) == ("toy/é", "a/b", [[1, 2], [3, 4]])
    assert shown.err == ""


def test_json_in_a_file_and_a_table_on_stdout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = Recorder(RESULT)
    monkeypatch.setattr(simulate, "run", recorder)
    assert main(["simulate", "toy", "out", "--json", str(tmp_path / "new" / "r.json")]) == 0
    assert json.loads((tmp_path / "new" / "r.json").read_text(encoding="utf-8"))["n"] == 3
    assert "json_file" not in recorder.args.model_fields_set
    assert [line.split("  ", 1)[0] for line in capsys.readouterr().out.splitlines()] == [
        "run",
        "n",
        "file",
        "metrics accuracy",
        "classes",
    ]
    (tmp_path / "taken").write_text("")
    assert main(["simulate", "toy", "out", "--json", str(tmp_path / "taken" / "r.json")]) == 1
    assert "can't be written" in " ".join(capsys.readouterr().err.split())


def test_short_tells_what_a_person_looks_for() -> None:
    metric = {"value": 0.51234, "low": 0.4, "high": None}
    result = {"a": {"b": {"c": metric}, "d": [1, 2.5]}, "e": [], "f": [[1]], "g": [{}], "h": True, "i": None}
    wanted = [("a b c", "0.5123 (0.4 to undefined)"), ("a d", "1, 2.5"), ("h", "True")]
    assert list(short(result)) == wanted
    assert [number(x) for x in (None, 3, 1e-9, "x")] == ["undefined", "3", "1e-09", "x"]


def test_a_verb_and_its_task_can_not_share_an_option() -> None:
    class Other(Settings):
        """Settings with an option of build's."""

        seed: int = Field(default=0)
        """Seed."""

    with pytest.raises(TypeError, match="seed"):
        command_class("build", build.Args, Other.model_fields)


@pytest.mark.parametrize("task", sorted(TASKS))
def test_no_task_shares_an_option_with_build(task: str) -> None:
    found = named_task("build", [task])
    assert found is not None and found.name == task
    assert command_class("build", build.Args, found.config.Source.model_fields)


def test_a_task_instead_of_data_asks_for_its_set_experiments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = Recorder({"status": "done"})
    monkeypatch.setattr("astrocore.verbs.trials.run", recorder)
    words = ["experiment", "sources", "--compact", "a", "--faint", "b", "--shares", "0.1,0.2", "--lr", "0.01"]
    assert main(words) == 0
    assert (recorder.args.task, recorder.args.shares) == ("sources", (0.1, 0.2))
    assert recorder.explicit == {"compact": Path("a"), "faint": Path("b"), "lr": 0.01}  # the set, not faint-making
    assert main(["experiment", "sources", "--compact", "a"]) == 2 and "--faint" in capsys.readouterr().err
    assert main(["experiment"]) == 2 and main(["experiment", "nonsense"]) == 1
