"""Forms: what a settings class says, and options that the command line reads back as the very same settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import Field
from pydantic_settings import BaseSettings, CliApp, SettingsConfigDict
from streamlit.testing.v1 import AppTest

from astrocore.config import Settings
from astrocore.errors import ConfigError
from astrocore.tasks import TASKS, get_task
from astrocore.ui.forms import explicit, form_fields, options


class Toy(Settings):
    """Every kind of field."""

    whole: int = Field(3, ge=1, lt=10)
    """A number of things."""
    share: float = Field(0.25, ge=0, lt=1)
    """A share."""
    rate: float = Field(1e-3, gt=0)
    """A rate."""
    on: bool = False
    """A switch."""
    kind: Literal["red", "blue"] = "red"
    """One of two."""
    parts: tuple[Literal["a", "b", "c"], ...] = ("a", "b")
    """Some of three."""
    columns: tuple[str, ...] = ("x",)
    """Names."""
    widths: tuple[int, ...] = (8, 4)
    """Numbers of things."""
    step: float | None = Field(None, gt=0)
    """A number or none."""
    place: Path | None = None
    """A path or none."""


class Line(BaseSettings):
    """The same fields as a command line reads them."""

    model_config = SettingsConfigDict(env_prefix="none ", cli_kebab_case=True, cli_implicit_flags=True, extra="forbid")
    whole: int = 3
    share: float = 0.25
    rate: float = 1e-3
    on: bool = False
    kind: Literal["red", "blue"] = "red"
    parts: tuple[Literal["a", "b", "c"], ...] = ("a", "b")
    columns: tuple[str, ...] = ("x",)
    widths: tuple[int, ...] = (8, 4)
    step: float | None = None


PRESETS: dict[str, dict[str, Any]] = {"first": {}, "second": {"whole": 7, "on": True, "parts": ("c",)}}


def test_fields_say_what_the_class_says() -> None:
    found = {field.name: field for field in form_fields(Toy)}
    assert [found[name].kind for name in ("whole", "share", "on", "kind", "parts", "columns", "place")] == [
        "int", "float", "bool", "choice", "choices", "words", "text",
    ]  # fmt: skip
    assert (found["whole"].low, found["whole"].high) == (1, 9)  # lt=10 on a whole number
    assert (found["share"].low, found["share"].high) == (0, 1)
    assert found["parts"].choices == ("a", "b", "c")
    assert found["step"].optional and found["step"].kind == "float" and not found["rate"].optional
    assert found["whole"].help == "A number of things." and found["kind"].title == "Kind"


@pytest.mark.parametrize("task", TASKS)
def test_every_setting_of_a_task_has_a_widget_and_a_help(task: str) -> None:
    config = get_task(task).config
    fields = form_fields(config.Config)
    assert {field.name for field in fields} == set(config.Config.model_fields)
    assert all(field.help for field in fields)
    bare = [field.name for field in fields if field.kind == "text"]
    assert all(config.Config.model_fields[name].annotation is str for name in bare)  # nothing else fell through


def test_only_what_differs_from_the_preset_is_explicit() -> None:
    same = Toy(whole=7, on=True, parts=("c",)).model_dump()
    assert explicit(Toy, PRESETS, "second", same) == {}
    assert explicit(Toy, PRESETS, "second", {**same, "whole": 3, "on": False}) == {"whole": 3, "on": False}
    with pytest.raises(ConfigError, match="third"):
        explicit(Toy, PRESETS, "third", same)


names = some.text("abcxyz_0189=, ", min_size=1, max_size=8).map(str.strip).filter(bool)
toys = some.fixed_dictionaries(
    {
        "whole": some.integers(1, 9),
        "share": some.floats(0, 0.999),
        "rate": some.floats(1e-8, 1e3),
        "on": some.booleans(),
        "kind": some.sampled_from(["red", "blue"]),
        "parts": some.lists(some.sampled_from("abc"), unique=True).map(tuple),
        "columns": some.lists(names, max_size=4).map(tuple),
        "widths": some.lists(some.integers(1, 99), max_size=4).map(tuple),
        "step": some.none() | some.floats(1e-6, 1e6),
    }
)


@given(values=toys, preset=some.sampled_from(list(PRESETS)))
def test_options_come_back_as_the_same_settings(values: dict[str, Any], preset: str) -> None:
    words = list(options(explicit(Toy, PRESETS, preset, values)))
    read = CliApp.run(Line, cli_args=words)
    given = {name: getattr(read, name) for name in read.model_fields_set}
    assert Toy(**{**PRESETS[preset], **given}) == Toy(**values)


def _toy_page() -> None:
    import streamlit as st

    from astrocore.config import configure
    from astrocore.ui.forms import explicit, form, form_fields, options, preset_picker
    from tests.ui.test_forms import PRESETS, Toy

    preset = preset_picker(PRESETS, "toy")
    values = form(form_fields(Toy), configure(Toy, PRESETS, preset, {}), f"toy:{preset}")
    st.code(" ".join(options(explicit(Toy, PRESETS, preset, values))))


def test_widgets_begin_with_the_preset_and_only_changes_become_options() -> None:
    app = AppTest.from_function(_toy_page).run()
    assert not app.exception and app.code[0].value == ""
    app.number_input(key="toy:first:whole").set_value(5).run()
    assert app.code[0].value == "--whole 5"
    app.segmented_control(key="toy:preset").set_value("second").run()
    assert app.number_input(key="toy:second:whole").value == 7 and app.code[0].value == ""
    app.toggle(key="toy:second:on").set_value(False)
    app.multiselect(key="toy:second:parts").set_value(["b", "a"])
    app.text_input(key="toy:second:columns").set_value(" x , y,").run()
    assert app.code[0].value == "--no-on --parts a,b --columns x,y"
    app.text_input(key="toy:second:widths").set_value("16, 4").run()
    assert app.code[0].value == "--no-on --parts a,b --columns x,y --widths 16,4"
    app.text_input(key="toy:second:widths").set_value("8,4").run()
    assert app.code[0].value == "--no-on --parts a,b --columns x,y"
    app.segmented_control(key="toy:preset").set_value("first").run()
    assert app.code[0].value == "--whole 5"  # what was typed for the first preset is still there
