"""Building a data set on the Data page: what is brought, its columns, the command, and what comes of it."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.data.dataset import open_dataset, write_dataset
from astrocore.errors import InputError
from astrocore.ui import building
from astrocore.ui.jobs import argument
from tests.data.test_dataset import draft
from tests.pages.test_pages import texts
from tests.pages.test_train import press

Open = Callable[..., AppTest]
PAGE = "1_Data"
N = 40


class Stand:
    """In the place of builds.finished: writes a data set where the command says, and keeps what it was given."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.error: Exception | None = None
        self.defects: list[dict[str, str]] = []

    def __call__(self, words: tuple[str, ...], brought: list[Path]) -> dict[str, Any]:
        self.commands.append(shlex.join(words))
        if self.error:
            raise self.error
        made = draft()
        made.task = words[4]
        made.settings = {"mapping": ["label=sort"]}
        shutil.rmtree(Path(words[6]), ignore_errors=True)
        found = write_dataset(made, Path(words[6]))
        more = {"fingerprint": found.fingerprint, "defects": self.defects}
        return {"n": 6, "groups": 3, "notes": ["A note."], **more}


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    made = Stand()
    monkeypatch.setattr(building, "finished", made)
    return made


def odd_table(file: Path) -> Path:
    """Magnitudes under names that are in part nobody's."""
    rng = np.random.default_rng(0)
    columns = {"who": np.arange(N), "sort": np.array(["STAR", "GALAXY"])[np.arange(N) % 2]}
    columns |= {name: rng.uniform(16, 20, N) for name in ("u", "g", "my_r")}
    pd.DataFrame({**columns, "redshift": 0.5}).to_csv(file, index=False)
    return file


@pytest.fixture
def table(empty_home: Path) -> Path:
    (empty_home / "data").mkdir()
    return odd_table(empty_home / "data" / "odd.csv")


def key(name: str, task: str = "sources", built: int = 0) -> str:
    return f"build:{task}:{built}:{name}"


def unfolded(app: AppTest) -> AppTest:
    """As after a click on the part's head."""
    app.session_state[building.OPEN] = True
    return app.run()


def bring(app: AppTest, path: str = "data/odd.csv", **more: Any) -> AppTest:
    return app.text_input(key=key("source:path", **more)).set_value(path).run()


def edit(app: AppTest, **holds: str) -> AppTest:
    """As a person edits the table of columns: what each of these shall hold."""
    editor = app.data_editor[0]
    rows = {editor.value["column"].tolist().index(name): {"holds": now or None} for name, now in holds.items()}
    app.session_state[editor.key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return app.run()


def command(app: AppTest) -> str:
    return str(app.code[-1].value)


def ready(app: AppTest) -> bool:
    return not next(button for button in app.button if button.label == "Build").disabled


def test_folded_up_it_costs_the_page_nothing(home: Path, page: Open) -> None:
    app = page(PAGE)
    assert building.TITLE in [box.label for box in app.expander] and not app.get("file_uploader") and not app.code
    app = unfolded(app)
    assert not app.exception and not app.error and not ready(app)
    assert command(app) == "python -m astrocore build exoplanets FILE data/NAME"


def test_the_empty_page_offers_it_and_others_lead_to_it(empty_home: Path, page: Open) -> None:
    app = page(PAGE)
    assert app.get("file_uploader") and not ready(app) and not app.exception and not app.error
    links = [link.proto.label for link in page("2_Train").main.get("page_link")]
    assert "Build one on the page Data" in links
    assert "Build one on the page Data" not in [link.proto.label for link in app.main.get("page_link")]


def test_the_columns_of_a_table_as_they_are_read(table: Path, page: Open) -> None:
    app = bring(page(PAGE, task="sources"))
    assert not app.exception and not app.error and ready(app)
    shown = app.data_editor[0].value.set_index("column")
    assert shown["holds"].to_dict() == {
        **dict.fromkeys(("who", "sort", "my_r", "redshift"), ""),
        **{"u": "modelMag_u", "g": "modelMag_g"},
    }
    assert shown.loc["redshift", "remark"] == "left out: stars have none"
    assert shown.loc["my_r", "remark"] == "kept under its own name"
    assert command(app).endswith(f"build sources {argument(table)} {argument(table.parent / 'odd')}")


def test_edits_become_a_mapping_in_the_command_that_is_run(table: Path, page: Open, stand: Stand) -> None:
    app = edit(bring(page(PAGE, task="sources")), sort="label", my_r="modelMag_g", who="object_id")
    assert command(app).endswith("--mapping label=sort,modelMag_g=my_r,object_id=who")
    assert "With these edits: `g` is kept under its own name." in texts(app)
    wanted = command(app)
    press(app, "Build")
    assert stand.commands == [wanted] and not app.exception and not app.error


def test_a_name_that_is_blanked_but_known_is_told(table: Path, page: Open) -> None:
    app = edit(bring(page(PAGE, task="sources")), u="")
    assert "With these edits: `u`" not in texts(app) and "--mapping" not in command(app)  # nothing can be passed
    app = edit(app, u="", my_r="modelMag_r")
    assert "`u` is read as modelMag_u, by its name" in texts(app)


def test_what_was_built_is_shown_with_its_notes_and_settings(table: Path, page: Open, stand: Stand) -> None:
    stand.defects = [{"file": "a.fits", "error": "FileUnreadable", "message": "It is empty."}]
    write_dataset(draft_of("sources"), table.parent / "another")
    app = press(bring(unfolded(page(PAGE, task="sources"))), "Build")
    assert app.selectbox(key="data").value == "data/odd" and app.query_params["data"] in ("data/odd", ["data/odd"])
    assert app.success[0].value == "Built data/odd: 6 objects in 3 groups." and "A note." in texts(app)
    assert "One file was not used as brought" in app.warning[0].value
    assert "Built with mapping `label=sort`." in texts(app)
    assert not app.get("file_uploader")  # it is folded up again
    app.selectbox(key="data").set_value("data/another").run()
    assert not app.success or "Built" not in app.success[0].value
    app = unfolded(app)
    assert not app.text_input(key=key("source:path", built=1)).value and not app.text_input(key=building.NAME).value


def draft_of(task: str) -> Any:
    made = draft()
    made.task = task
    return made


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("modelMag_r=theirs", "lacks theirs, which the mapping names"),
        ("modelMag_r=redshift", "redshift can't be mapped to modelMag_r: stars have none"),
        ("modelMag_r", "is not name=column"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_name(table: Path, page: Open, typed: str, says: str) -> None:
    app = bring(page(PAGE, task="sources"))
    app.text_input(key=key("mapping")).set_value(typed).run()
    assert says in app.error[0].value and not ready(app) and not app.exception


def test_a_column_that_gives_the_label_away_can_not_be_chosen(table: Path, page: Open) -> None:
    app = edit(bring(page(PAGE, task="sources")), redshift="modelMag_r")
    assert "redshift can't be mapped to modelMag_r: stars have none" in app.error[0].value and not ready(app)
    app = edit(app, redshift="", my_r="modelMag_r")
    assert not app.error and ready(app)


@pytest.mark.parametrize("name", ["../evil", "sneaky"])
def test_names_that_would_leave_data_are_refused(table: Path, page: Open, stand: Stand, name: str) -> None:
    (table.parent / "sneaky").symlink_to(table.parent.parent)
    app = bring(page(PAGE, task="sources"))
    app.text_input(key=building.NAME).set_value(name).run()
    assert app.error and not ready(app) and not app.exception and stand.commands == []


@pytest.mark.parametrize("path", ["/etc/passwd", "data/../secret.csv"])
def test_files_elsewhere_are_refused(table: Path, page: Open, path: str) -> None:
    (table.parents[1] / "secret.csv").write_text("x\n1\n")
    for field in ("source:path", "images:path"):
        app = bring(page(PAGE, task="sources"))
        app.text_input(key=key(field)).set_value(path).run()
        assert app.error and not ready(app) and not app.exception
        assert "FILE" in command(app) or "--images" not in command(app)


def test_settings_that_name_files_are_brought_like_the_rest(table: Path, page: Open) -> None:
    (table.parent / "frames").mkdir()
    app = bring(page(PAGE, task="sources"))
    app.text_input(key=key("frames:path")).set_value("data/frames").run()
    assert command(app).endswith(f"--frames {argument(table.parent / 'frames')}")
    app = app.file_uploader(key=key("images:files")).set_value([("../a.fits", b"1", ""), ("b.fits", b"2", "")]).run()
    words = shlex.split(command(app))
    images = Path(words[words.index("--images") + 1])
    assert images.is_relative_to(table.parent / ".build")
    assert {file.name for file in images.iterdir()} == {"a.fits", "b.fits"}


def test_a_data_set_is_replaced_only_where_a_person_says_so(home: Path, page: Open, stand: Stand) -> None:
    app = unfolded(page(PAGE))
    (home / "data").mkdir()
    shutil.copytree(home / "sample_data" / "exoplanets", home / "data" / "koi")
    app.file_uploader(key=key("source:files", "exoplanets")).set_value([("koi.csv", b"period\n1\n", "")]).run()
    assert app.text_input(key=building.NAME).value == "koi-2" and not app.data_editor and not app.error
    app.text_input(key=building.NAME).set_value("koi").run()
    assert "There is a data set data/koi already" in app.error[0].value and not ready(app)
    app.checkbox(key="build:replace:koi").set_value(True).run()
    assert not app.error
    press(app, "Build")
    assert len(stand.commands) == 1 and app.selectbox(key="data").value == "data/koi"


def test_a_build_that_fails_says_why_and_all_stays(table: Path, page: Open, stand: Stand) -> None:
    stand.error = InputError("Row 3 has a magnitude that is none.")
    app = press(bring(page(PAGE, task="sources")), "Build")
    assert app.error[0].value == "Row 3 has a magnitude that is none." and not app.exception
    assert ready(app) and app.text_input(key=key("source:path")).value == "data/odd.csv"


def test_the_real_thing(empty_home: Path, page: Open) -> None:
    content = odd_table(empty_home / "odd.csv").read_bytes()
    app = page(PAGE, task="sources")
    app.file_uploader(key=key("source:files")).set_value([("odd.csv", content, "text/csv")]).run()
    app = edit(app, sort="label", my_r="modelMag_r", who="object_id")
    press(app, "Build")
    assert not app.exception and not app.error and f"Built data/odd: {N} objects" in app.success[0].value
    found = open_dataset(empty_home / "data" / "odd")
    kept = {"mapping": ["label=sort", "modelMag_r=my_r", "object_id=who"]}
    assert found.settings == kept and found.sources == ("odd.csv",)
    assert found.table["object_id"].tolist() == [str(i) for i in range(N)] and found.table["label"].notna().all()
    assert {"modelMag_r", "modelMag_u"} <= set(found.table) and "redshift" not in found.table
    assert str(empty_home) not in json.dumps(json.loads((found.path / "dataset.json").read_text()))
    assert "Columns that give the label away were left out: redshift." in texts(app)


def test_the_real_thing_gone_wrong(empty_home: Path, page: Open) -> None:
    app = page(PAGE, task="sources")
    app.file_uploader(key=key("source:files")).set_value([("t.csv", b"r,class\n17,STAR\n18,CAT\n", "text/csv")]).run()
    press(app, "Build")
    assert "CAT" in app.error[0].value and ".build" not in app.error[0].value and not app.exception
    assert not (empty_home / "data" / "t").exists()
