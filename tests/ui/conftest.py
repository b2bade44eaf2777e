"""A fake home for a whole session of tests; what a test writes into goes into a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import streamlit as st

from tests.ui.fakes import make_home


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("made"))


@pytest.fixture
def home(made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "home"
    shutil.copytree(made_home, path)
    return _current(path, monkeypatch)


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "empty").mkdir()
    return _current(tmp_path / "empty", monkeypatch)


def _current(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASTROCORE_HOME", str(path))
    st.cache_resource.clear()
    return path
