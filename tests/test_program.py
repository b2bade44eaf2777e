"""The command line as a process of its own: what it imports, and that it is a program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from astrocore.__main__ import VERBS

LIGHT = [verb for verb in VERBS if verb != "train"]


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        ([], {"pydantic_settings", "pandas", "torch"}),
        (["-h"], {"pydantic_settings", "pandas", "torch"}),
        *[([verb, "-h"], {"torch", "sklearn", "plotly", "streamlit", "lightning_fabric"}) for verb in LIGHT],
    ],
)
def test_help_imports_little(words: list[str], absent: set[str]) -> None:
    code = (
        "import sys\nfrom astrocore.__main__ import main\n"
        f"try: main({words})\nexcept SystemExit: pass\n"
        f"print('loaded', sorted({absent} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "."}, capture_output=True, text=True)
    assert done.stdout.endswith("loaded []\n"), done.stdout[-200:] + done.stderr


def test_the_module_is_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "astrocore", "evaluate", "nix"]
    environment = {"PYTHONPATH": str(Path.cwd()), "ASTROCORE_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith("There is no run nix.")
