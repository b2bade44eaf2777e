"""The fake homes of tests/ui, and pages driven without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import empty_home, home, made_home

ROOT = Path(__file__).resolve().parents[2]

__all__ = ["empty_home", "home", "made_home"]


@pytest.fixture
def page() -> Callable[..., AppTest]:
    """Open a page of the app as a browser does: by its file, with query parameters."""

    def opened(file: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if file:
            app = app.switch_page(f"pages/{file}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return opened
