"""The house's rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "astrocore").rglob("*.py"))


def imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("page", [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))], ids=lambda p: p.name)
def test_a_page_is_thin_and_knows_only_streamlit_and_ui(page: Path) -> None:
    assert len(page.read_text().splitlines()) <= 30
    assert {name.split(".")[0] for name in imported(page)} <= {"streamlit", "astrocore", "__future__"}
    assert all(name.startswith("astrocore.ui") for name in imported(page) if name.startswith("astrocore"))


def test_no_file_is_too_long_and_none_is_called_utils() -> None:
    assert not [f for f in SOURCES if len(f.read_text().splitlines()) > 300 or f.stem in ("utils", "helpers", "misc")]


@pytest.mark.parametrize("user", ["lightning_fabric", "streamlit", "plotly", "pickle"])
def test_each_library_lives_where_it_belongs(user: str) -> None:
    homes = {"lightning_fabric": "verbs/train.py", "streamlit": "ui/", "plotly": "charts/", "pickle": "nowhere"}
    runtime = [f for f in SOURCES if re.search(rf"^(import|from) {user}\b", f.read_text(), re.M)]
    assert not [f for f in runtime if not f.relative_to(ROOT / "astrocore").as_posix().startswith(homes[user])]


def test_readme_names_every_folder_and_the_commands() -> None:
    text = (ROOT / "README.md").read_text()
    folders = [p.name for p in (ROOT / "astrocore").iterdir() if p.is_dir() and p.name != "__pycache__"]
    assert all(f"{name}/" in text for name in folders)
    assert text.index("make app") < text.index("make test") < text.index("Without make")


def test_every_link_in_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert len(links) >= 3 and not [link for link in links if not (ROOT / link).exists()]


def test_no_path_of_one_machine_is_in_the_tree() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    texts = [ROOT / f for f in files if f.endswith((".py", ".md", ".toml", ".json", ".jsonl", ".txt", ".html"))]
    here = str(ROOT.parent) + "/"
    assert not [f for f in texts if f.is_file() and here in f.read_text(errors="ignore") and len(here) > 4]
