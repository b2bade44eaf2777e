"""What experiments.json holds: rows of models over experiments and labels, checked as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from astrocore.errors import ForeignExperiment
from astrocore.runs.info import Number, Record

FORMAT = "astrocore-experiments-1"
SCORES = ("accuracy", "precision", "recall")
"""What the main table shows; precision and recall are means over the classes."""
REFERENCE = "margformer"
"""The row from whose accuracy that of the others is taken away."""
TITLES = {"SG": "star-galaxy", "SGQ": "star-galaxy-quasar"}
"""Names of the sets of labels."""
NAN = float("nan")
MEND = "give the command of the experiment once more, and it is written anew from the finished runs."


class Mean(Record):
    """Mean over the seeds, and their standard deviation; NaN for a single seed."""

    mean: Number = NAN
    sd: Number = NAN


class Paired(Record):
    """A difference on the same objects with its 95 % interval by groups."""

    value: Number
    low: Number = NAN
    high: Number = NAN


class ClassScores(Record):
    """Scores of a class, NaN where undefined."""

    n: int = Field(0, ge=0)
    precision: Number = NAN
    recall: Number = NAN


class Bin(Record):
    """Accuracy between two values of a column."""

    low: float
    high: float
    n: int = Field(0, ge=0)
    accuracy: Number = NAN


class Row(Record):
    """A model in an experiment."""

    seeds: int = Field(0, ge=0)
    accuracy: Mean = Mean()
    precision: Mean = Mean()
    recall: Mean = Mean()
    per_class: dict[str, ClassScores] = Field(default_factory=dict)
    bins: list[Bin] = Field(default_factory=list)
    minus: Paired | None = None
    """Accuracy minus that of REFERENCE, which has none itself."""
    chosen: dict[str, str] = Field(default_factory=dict)
    """Seed -> the model that validation chose."""


class FewLabels(Record):
    """A model that learned from a share of the labels."""

    share: float
    n: int = Field(ge=0)
    accuracy: Mean = Mean()
    macro_f1: Mean = Mean()
    minus: Paired | None = None


class Common(Record):
    """What training and test set have in common."""

    objects: int = Field(0, ge=0)
    groups: int = Field(0, ge=0)
    removed: bool = False
    """Whether the common objects were taken out."""


class Column(Record):
    """The measured column of the bins."""

    name: str
    unit: str | None = None


class Published(Record):
    """Figures that others published, as shares; NaN where they gave none."""

    accuracy: Number = NAN
    precision: Number = NAN
    recall: Number = NAN


class Experiment(Record):
    """One experiment with one set of labels: a line of the main table."""

    experiment: str
    labels: str
    train: str
    test: str
    classes: list[str] = Field(default_factory=list)
    n_train: int | None = None
    n_val: int | None = None
    n_test: int | None = None
    n_groups: int | None = None
    """Groups in test."""
    common: Common | None = None
    rows: dict[str, Row] = Field(default_factory=dict)
    """Those of which a cell is finished."""
    column: Column | None = None
    published: dict[str, Published] = Field(default_factory=dict)
    efficiency: dict[str, list[FewLabels]] = Field(default_factory=dict)

    @property
    def sets(self) -> str:
        """What it learns from and what it is tested on."""
        return f"{self.train} train/test" if self.train == self.test else f"{self.train} train, {self.test} test"

    @property
    def task(self) -> str:
        """The labels by name: star-galaxy."""
        return TITLES.get(self.labels, self.labels)


class DataOf(Record):
    """A data set that was used."""

    path: str = ""
    fingerprint: str = ""
    n: int | None = None


class Cells(Record):
    """How far the experiments are."""

    done: int = Field(0, ge=0)
    total: int = Field(0, ge=0)


class Table(Record):
    """All of experiments.json."""

    format: str
    name: str
    task: str
    created: str = ""
    status: str
    seeds: list[int] = Field(default_factory=list)
    preset: str = ""
    simulated: list[str] = Field(default_factory=list)
    """Modalities whose data is simulated."""
    sets: dict[str, DataOf] = Field(default_factory=dict)
    cells: Cells = Cells()
    seconds: Number = NAN
    rows: dict[str, str]
    """Key -> title of our rows, in order."""
    published: dict[str, str] = Field(default_factory=dict)
    """Key -> title of the published rows, in order."""
    experiments: list[Experiment]
    left_out: dict[str, str] = Field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every cell is done."""
        return self.cells.done >= self.cells.total


def checked(content: object, where: str = "The table of experiments") -> Table:
    """The content of an experiments.json as a table; what is one already comes back as it is.

    Raises
    ------
    ForeignExperiment
        It is of another format, or lacks what the format asks for.
    """
    if isinstance(content, Table):
        return content
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        raise ForeignExperiment(f"{where} is not of the format {FORMAT}; make it anew with `experiment sources`.")
    try:
        return Table.model_validate(dict(content))
    except ValidationError as error:
        raise ForeignExperiment(f"{where} is damaged at {_first(error.errors(include_url=False)[0])}; {MEND}") from None


def _first(error: Any) -> str:
    """Where the first error is and what it is."""
    return f"{'.'.join(map(str, error['loc']))} ({error['msg'].lower()})"
