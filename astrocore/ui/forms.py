"""Forms from settings: a pydantic class becomes widgets, what differs from the preset becomes command-line options."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from astrocore.config import Settings, configure

S = TypeVar("S", bound=Settings)
TITLES = {
    "lr": "Learning rate",
    "lr_batch": "Batch of the learning rate",
    "d_model": "Token width (d_model)",
    "num_nodes": "Nodes",
    "resident_mb": "Resident data [MB]",
}
"""Labels of names that say too little."""
Kind = Literal["bool", "int", "float", "choice", "choices", "words", "text"]


@dataclass(frozen=True)
class FormField:
    """One setting as a form sees it; bounds are inclusive, None where there is none."""

    name: str
    kind: Kind
    help: str
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    optional: bool = False

    @property
    def title(self) -> str:
        """The name as a label."""
        return TITLES.get(self.name, self.name.replace("_", " ").capitalize())


def form_fields(kind: type[Settings]) -> tuple[FormField, ...]:
    """The fields of a settings class, in their order."""
    return tuple(_form_field(name, info) for name, info in kind.model_fields.items())


def explicit(
    kind: type[S], presets: Mapping[str, Mapping[str, Any]], preset: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Those of `values` that differ from the preset's."""
    base = configure(kind, presets, preset, {})
    return {name: value for name, value in values.items() if value != getattr(base, name)}


def options(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Command-line options for `values`, as the commands read them."""
    return tuple(word for name, value in values.items() for word in _option(name.replace("_", "-"), value))


def preset_picker(presets: Iterable[str], key: str) -> str:
    """A picker of presets; the first one is the default."""
    names = tuple(presets)
    picked = st.segmented_control(
        "Preset",
        names,
        default=names[0],
        required=True,
        key=f"{key}:preset",
        persist_state="session",
        help="Named settings. Choosing one puts every setting below back to its own.",
    )
    return str(picked or names[0])


def form(fields: Sequence[FormField], defaults: Settings, key: str, columns: int = 2) -> dict[str, Any]:
    """Widgets for `fields` in columns; what they hold now, by name.

    A `key` of its own for each preset puts the widgets back to that preset's defaults.
    """
    cells = st.columns(columns)
    values = {}
    for place, field in enumerate(fields):
        with cells[place % columns]:
            values[field.name] = widget(field, getattr(defaults, field.name), f"{key}:{field.name}")
    return values


def widget(field: FormField, default: Any, key: str) -> Any:
    """The widget of one field; its value, of the type that the settings class takes."""
    common: dict[str, Any] = {"key": key, "help": field.help, "persist_state": "session"}
    match field.kind:
        case "bool":
            return st.toggle(field.title, default, **common)
        case "choice":
            return st.selectbox(field.title, field.choices, field.choices.index(default), **common)
        case "choices":
            picked = st.multiselect(field.title, field.choices, default, wrap=True, **common)
            return tuple(choice for choice in field.choices if choice in picked)
        case "int" | "float":
            return _number(field, default, common)
        case "words":
            typed = st.text_input(field.title, ", ".join(map(str, default)), **common)
            return tuple(_word(word.strip(), default) for word in str(typed or "").split(",") if word.strip())
        case "text":
            typed = st.text_input(field.title, "" if default is None else str(default), **common)
            return None if field.optional and not typed else typed


def _word(word: str, default: Sequence[Any]) -> Any:
    """A word as typed, or a number where the default holds numbers; what is none is left to the validation."""
    kind = type(default[0]) if default else str
    try:
        return kind(word)
    except ValueError:
        return word


def _number(field: FormField, default: float | None, common: dict[str, Any]) -> float | int | None:
    cast = int if field.kind == "int" else float
    numbers: dict[str, Any] = {
        "min_value": None if field.low is None else cast(field.low),
        "max_value": None if field.high is None else cast(field.high),
        "value": None if default is None else cast(default),
        "step": 1 if cast is int else _step(default),
        "format": "%d" if cast is int else "%.6g",
        "placeholder": "none" if field.optional else None,
    }
    value = st.number_input(field.title, **common, **numbers)
    return None if value is None else cast(value)


def _step(default: float | None) -> float:
    """A tenth of the default's power of ten at most, 0.01 where there is none."""
    return 10.0 ** math.floor(math.log10(abs(default) / 2)) if default else 0.01


def _option(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (f"--{name}" if value else f"--no-{name}",)
    if isinstance(value, (tuple, list)):
        words = [str(word) for word in value]
        # A word that holds a comma would be read as two.
        return (f"--{name}", json.dumps(words) if any("," in word for word in words) else ",".join(words) or "[]")
    return (f"--{name}", "null" if value is None else str(value))


def _form_field(name: str, info: FieldInfo) -> FormField:
    annotation, optional = _without_none(info.annotation)
    low, high = _bounds(info, whole=annotation is int)
    kind, choices = _kind(annotation)
    text = info.description or ""
    return FormField(name, kind, text, choices, low, high, optional)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, UnionType):
        left = [part for part in get_args(annotation) if part is not NoneType]
        return (left[0] if len(left) == 1 else str), len(left) < len(get_args(annotation))
    return annotation, False


def _kind(annotation: Any) -> tuple[Kind, tuple[Any, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        return ("choices", get_args(inner)) if get_origin(inner) is Literal else ("words", ())
    if annotation is bool:
        return "bool", ()
    if annotation is int:
        return "int", ()
    return ("float", ()) if annotation is float else ("text", ())


def _bounds(info: FieldInfo, whole: bool) -> tuple[float | None, float | None]:
    """Inclusive bounds; an open bound of a float stays as it is and is left to the validation."""
    low = high = None
    margin = 1 if whole else 0
    for rule in info.metadata:
        if isinstance(rule, Ge):
            low = float(str(rule.ge))
        elif isinstance(rule, Gt):
            low = float(str(rule.gt)) + margin
        elif isinstance(rule, Le):
            high = float(str(rule.le))
        elif isinstance(rule, Lt):
            high = float(str(rule.lt)) - margin
    return low, high
