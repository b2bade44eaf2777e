"""A page under test takes the place of the main module; the next test has its own again."""

from __future__ import annotations

import sys

from streamlit.testing.v1 import AppTest

from tests.conftest import MAIN


def _page() -> None:
    import streamlit as st

    st.write("here")


def test_a_page_takes_the_place_of_the_main_module() -> None:
    assert AppTest.from_function(_page).run().markdown[0].value == "here"
    assert sys.modules["__main__"] is not MAIN  # else `own_main` is not needed any more


def test_then_the_main_module_is_the_tests_own_again() -> None:
    assert sys.modules["__main__"] is MAIN
