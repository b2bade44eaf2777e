"""Loading and saving threshold profiles: the run's own, a file, or thresholds typed in any of the known forms."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from astrocore.analysis.thresholds import Outcome
from astrocore.errors import AstrocoreError
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import FORMAT, VERDICT, FittedOn, Profile, profiles, save_profile
from astrocore.runs.threshold_forms import read_thresholds
from astrocore.ui import cache
from astrocore.ui.decisions import Desk
from astrocore.ui.numbers import day, figure


def load_controls(desk: Desk) -> None:
    """Ways to load thresholds."""
    with st.popover("Load a profile", icon=":material/folder_open:"):
        known = {profile.name: profile for profile in profiles(desk.run)}
        if known:
            name = st.selectbox("Profiles of this run", list(known), key=desk.key("profile"))
            st.caption(about(known[name]))
            st.button("Load", key=desk.key("load"), on_click=_load, args=(desk, known[name]))
        else:
            st.caption("This run has no profiles yet.")
        file = st.file_uploader("A profile from a file", type=["json", "txt"], max_upload_size=1, key=desk.key("file"))
        st.button("Load the file", key=desk.key("load file"), on_click=_load_text, args=(desk, file), disabled=not file)
        typed = st.text_input(
            "Thresholds as text",
            key=desk.key("typed"),
            placeholder=", ".join(["0.5"] * len(desk.classes)),
            help="A number for all classes, a comma list or JSON list in class order, or JSON {class: number}.",
        )
        st.button("Take them", key=desk.key("take"), on_click=_load_text, args=(desk, typed), disabled=not typed)


def tell(desk: Desk, what: str) -> None:
    """Say, once, what came of loading or saving."""
    for kind, show in (("done", st.success), ("error", st.error)):
        if message := st.session_state.pop(desk.key(f"{what} {kind}"), None):
            show(message)


def save_controls(desk: Desk, some: Predictions, split: str, result: Outcome) -> None:
    """The name under which to keep the decision, the button, and the file to take away."""
    st.subheader("Keep the decision", anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        name = str(
            st.text_input("Name of the profile", key=desk.key("name"), placeholder="survey-2026", width=260) or ""
        )
        profile = make_profile(desk, some, split, result, name or "thresholds")
        args = (desk, profile)
        st.button("Save in the run", key=desk.key("save"), type="primary", on_click=_save, args=args, disabled=not name)
        st.download_button(
            "Download as JSON",
            profile.model_dump_json(indent=1),
            file_name=f"{profile.name}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key=desk.key("download"),
        )
    tell(desk, "save")


def about(profile: Profile) -> str:
    """A profile in one line."""
    values = ", ".join(f"{name} {figure(value)}" for name, value in profile.thresholds.items())
    fitted = profile.fitted_on
    where = f"fitted on {fitted.split}, n = {fitted.n:,}" if fitted.split else "given"
    voice = "" if (whose := profile.voice) == VERDICT else f" to the voice {whose}"
    return f"{values}; {'abstaining' if profile.abstain else 'not abstaining'}; {where}{voice}; {day(profile.created)}."


def make_profile(desk: Desk, some: Predictions, split: str, result: Outcome, name: str) -> Profile:
    """The decision as it stands; what a loaded profile held beyond it is kept."""
    info = desk.run.read_info()
    intervals = desk.intervals(some)
    metrics: dict[str, Any] = {"n": result.n}
    for key, value in result.numbers().items():
        low, high = intervals.get(key, (float("nan"), float("nan")))
        metrics[key] = {"value": value, "low": low, "high": high}
    own = {
        "name": name,
        "task": info.task,
        "classes": desk.classes,
        "thresholds": dict(zip(desk.classes, desk.thresholds().tolist(), strict=True)),
        "abstain": desk.abstain,
        "objective": desk.objective,
        "fitted_on": _origin(desk, split, len(some)),
        "metrics": {split: metrics},
        "voice": desk.voice,
    }
    kept = desk.loaded.model_dump(exclude={"created", *own}) if desk.loaded else {}
    return Profile.model_validate({**kept, **own})


def parse(text: str, desk: Desk) -> Profile:
    """Thresholds in any known form, as a profile for the desk's run.

    Raises
    ------
    ForeignProfile
        The text is none of the forms, or belongs to other classes.
    """
    thresholds = read_thresholds(text, desk.classes)
    content = _object(text)
    if content.get("format") == FORMAT:
        return Profile.model_validate({**content, "classes": desk.classes, "thresholds": thresholds})
    task = desk.run.read_info().task
    return Profile(name="given", task=task, classes=desk.classes, thresholds=thresholds, objective="given")


def _object(text: str) -> dict[str, Any]:
    """The JSON object that a text is; empty where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _origin(desk: Desk, split: str, n: int) -> FittedOn:
    """What the thresholds were chosen on: a loaded profile that nobody touched stays what it is."""
    loaded = desk.loaded
    if loaded and [loaded.thresholds[name] for name in desk.classes] == desk.thresholds().tolist():
        return loaded.fitted_on
    return FittedOn(run=desk.run.full_name, split=split, n=n, predictions=cache.predictions(desk.run).hash)


def _load(desk: Desk, profile: Profile) -> None:
    desk.take(profile)
    said = f"Loaded {profile.name}: {about(profile)}"
    if (whose := profile.voice) != desk.voice:
        said += f" These thresholds are for the voice {whose}, and here the {desk.voice} decides: fit them again."
    st.session_state[desk.key("load done")] = said


def _load_text(desk: Desk, source: Any) -> None:
    """Load from an uploaded file or a typed text."""
    try:
        text = source if isinstance(source, str) else source.getvalue().decode()
        _load(desk, parse(text, desk))
    except UnicodeDecodeError:
        st.session_state[desk.key("load error")] = "The file is not text, so it holds no thresholds."
    except AstrocoreError as error:
        st.session_state[desk.key("load error")] = str(error)


def _save(desk: Desk, profile: Profile) -> None:
    try:
        save_profile(desk.run, profile)
        st.session_state[desk.key("save done")] = f"Saved as {profile.name} in {desk.run.name}: {about(profile)}"
    except AstrocoreError as error:
        st.session_state[desk.key("save error")] = str(error)
