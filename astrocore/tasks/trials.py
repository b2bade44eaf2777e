"""What a task's experiments are: which sets are trained and tested on, with which classes, by which rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from astrocore.config import Settings

Kind = Literal["net", "probe", "simple"]


@dataclass(frozen=True)
class Row:
    """A row of the table: one way to make a classifier."""

    title: str
    kind: Kind = "net"
    """net: trained; probe: a linear model on the embeddings of pre-training; simple: the best of a few on features."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Settings of training that make the row what it is."""
    pretrained: bool = False
    """Whether it begins with the weights of pre-training."""
    counterpart: str = ""
    """The row that is the same but for the pre-training; left empty: there is none."""
    few: bool = True
    """Whether it is also trained with a share of the labels."""


@dataclass(frozen=True)
class Experiment:
    """A set to train on and one to test on, by their names among the sets."""

    name: str
    train: str
    test: str


@dataclass(frozen=True)
class Trials:
    """All experiments of a task."""

    sets: type[Settings]
    """The data sets, each a field with its folder."""
    experiments: tuple[Experiment, ...]
    labels: Mapping[str, tuple[str, ...]]
    """Name of a choice of classes -> classes that it leaves out."""
    few: tuple[str, ...]
    """Choices of classes with a label-efficiency curve."""
    rows: Mapping[str, Row]
    pretraining: Mapping[str, Any]
    """Settings of the pre-training that pretrained rows and probes begin with."""
    reference: str
    """Row that the others are compared with."""
    column: str
    """Measured column by which results are sliced."""
    edges: tuple[float, ...]
    """Edges of its bins."""
    authors: Mapping[str, str]
    """Key -> title of published results."""
    published: Mapping[tuple[str, str], Mapping[str, Mapping[str, float]]]
    """(Experiment, labels) -> key of authors -> accuracy, precision, recall, as shares."""
