"""The promise of the contract: a fourth task is one folder and one line.

A copy of the house gets the folder tests/toy as astrocore/tasks/toy and one line in TASKS, nothing else; then the
command line, the form, the cards, the pages and the evaluation have to work for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINE = '    "toy": "astrocore.tasks.toy",\n'

LOOK = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

for page in ("app.py", *sorted(map(str, Path("pages").glob("*.py")))):
    app = AppTest.from_file(page, default_timeout=120)
    app.query_params["task"] = "toy"
    app.run()
    assert not app.exception, (page, [e.value for e in app.exception])
    assert not app.error, (page, [e.value for e in app.error])
    words = [x.value for kind in (app.title, app.header, app.subheader, app.caption, app.markdown) for x in kind]
    widgets = (app.number_input, app.selectbox, app.toggle, app.text_input, app.slider)
    labels = [x.label for kind in widgets for x in kind]
    tables = [x.value.to_string() for x in app.table]
    print(page, "|", " ".join(map(str, [*words, *labels, *tables])).replace(chr(10), " "))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, with a simulated toy data set and a trained run."""
    place = tmp_path_factory.mktemp("house")
    for name in ("astrocore", "pages"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", place)
    shutil.copytree(ROOT / "tests" / "toy", place / "astrocore" / "tasks" / "toy")
    for file in (place / "astrocore" / "tasks" / "toy").glob("*.py"):
        file.write_text(file.read_text().replace("tests.toy", "astrocore.tasks.toy"))
    tasks = place / "astrocore" / "tasks" / "__init__.py"
    text = tasks.read_text()
    tasks.write_text(text.replace("TASKS: dict[str, str] = {\n", "TASKS: dict[str, str] = {\n" + LINE))
    assert tasks.read_text() == text.replace("{\n", "{\n" + LINE, 1)
    call(place, "simulate", "toy", "sample_data/toy", "--n", "240")
    call(place, "train", "sample_data/toy", "--run", "first", "--epochs", "3", "--width", "16", "--accelerator", "cpu")
    return place


def python(house: Path, *words: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("ASTROCORE_HOME", "PYTHONPATH")}
    done = subprocess.run([sys.executable, *words], cwd=house, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    return done.stdout


def call(house: Path, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(python(house, "-m", "astrocore", *words))
    return found


def test_the_command_line_works(house: Path) -> None:
    info = json.loads((house / "checkpoints" / "toy" / "first" / "run.json").read_text())
    assert info["status"] == "done" and info["config"]["width"] == 16 and info["modalities"] == ["image", "photometry"]
    found = call(house, "evaluate", "toy/first")
    assert found["split"] == "test" and set(found["metrics"]) >= {"accuracy", "macro_f1"}  # type: ignore[call-overload]
    assert call(house, "project", "toy/first", "--embedding", "all")
    assert call(house, "thresholds", "toy/first", "--name", "first")
    assert (house / "checkpoints" / "toy" / "first" / "thresholds" / "first.json").is_file()
    help_text = python(house, "-m", "astrocore", "train", "sample_data/toy", "--help")
    assert "--width" in help_text and "Width of the net" in help_text


def test_its_own_files_are_read(house: Path) -> None:
    lines = ["id,label,magnitude,group", *(f"a{i},{'red' if i % 2 else 'blue'},{18 + i},g{i}" for i in range(30))]
    (house / "toy.csv").write_text("\n".join(lines) + "\n")
    assert call(house, "build", "toy", "toy.csv", "data/toy", "--faint", "40")["n"] == 23
    assert call(house, "evaluate", "toy/first", "--data", "data/toy")["n"] == 23


def test_every_page_shows_it(house: Path) -> None:
    pages = dict(line.split(" | ", 1) for line in python(house, "-c", LOOK).splitlines() if " | " in line)
    assert len(pages) == 7
    assert "idth" in pages["pages/2_Train.py"]
    assert "red" in pages["pages/5_Thresholds.py"] and "blue" in pages["pages/5_Thresholds.py"]
    assert "agnitude" in pages["pages/1_Data.py"]
    assert "Faint" in pages["pages/6_Classify.py"]
