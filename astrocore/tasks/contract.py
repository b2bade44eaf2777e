"""What the loop, the verbs and the pages know of a task: five files of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import numpy as np
import pandas as pd

from astrocore.config import Settings, Training
from astrocore.data.draft import Draft
from astrocore.tasks.card import Card
from astrocore.tasks.trials import Trials

if TYPE_CHECKING:
    from torch import Tensor, nn

Arrays = Mapping[str, np.ndarray]


class ConfigModule(Protocol):
    """tasks/<task>/config.py: settings and words, no torch.

    It may also have TAKES, endings of the files that the pages take, without a dot, where these are not tables and
    arrays; ALIKE, settings of Source in which objects must be made as those were that a run learned from; and KEPT,
    names of settings of Source that tell of the form of a user's table: a run reads other tables by those with which
    its own data set was built. And COARSE, {name: {class: word}}: groupings of its classes in coarser words, such as
    {"type": {"flat_slit": "flat", "flat_echelle": "flat"}}; see `Task.coarse`.
    """

    TITLE: str
    """What the task is, in a few words."""
    CLASSES: tuple[str, ...]
    """Default classes, in order."""
    UNITS: Mapping[str, str]
    """Unit of each default column, "" for a pure number."""
    MODALITIES: tuple[str, ...]
    """Names of the modalities, as in predictions."""
    BRINGS: str
    """What the page Classify asks for: the files that `read` takes, in a few words."""
    DRAWN: str
    """What an object's card draws besides numbers, in the plural: curves, images."""
    STAGES: tuple[str, ...]
    """Stages of training, in order; a stage with zero epochs is left out."""
    PRESETS: Mapping[str, Mapping[str, Any]]
    """Named settings; the first one is the default."""
    Config: type[Training]
    """Model and training settings."""
    Source: type[Settings]
    """How to read what a user has on disk."""


class DataModule(Protocol):
    """tasks/<task>/data.py: from files to arrays, no torch.

    It may also be MakesCopies, ChoosesSettings, ChecksInputs or MapsColumns, and have `statistics`, as `features`: the
    fair comparison of a boosted model on statistics of a curve.
    """

    def read(self, path: Path, source: Any) -> Draft:
        """What a user has on disk, checked, as a data set that is not yet split or written."""

    def prepare(
        self, table: pd.DataFrame, arrays: Arrays, config: Any, numbers: pd.DataFrame | None = None
    ) -> dict[str, np.ndarray]:
        """Rows of a data set -> inputs of the model, (B, ...) each; deterministic, the same in training and serving.

        `numbers` is what `features` gives for these rows, from a caller who has it already.
        """

    def features(self, table: pd.DataFrame, arrays: Arrays, config: Any) -> pd.DataFrame:
        """The same rows as (B, F) float columns for a table model: what the net sees as numbers; NaN where missing."""

    def hide(self, table: pd.DataFrame, arrays: Arrays, modality: str) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """The same rows as if `modality` had not been measured."""

    def basis(self, table: pd.DataFrame, arrays: Arrays) -> pd.DataFrame:
        """What a verdict on each row rests on, told beside it: a few columns (B,), such as what was measured at all."""


@runtime_checkable
class MakesCopies(Protocol):
    """A data module that knows rows as they might have been measured instead: objects of a fainter sample, say.

    The companion learns from these too, and net, companion and verdict are judged on them.
    """

    def copies(self, config: Any) -> int:
        """Copies of each row that the settings ask for."""

    def degraded(
        self, table: pd.DataFrame, arrays: Arrays, config: Any, seed: int
    ) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """A copy of each row; the same seed gives the same."""


@runtime_checkable
class ChoosesSettings(Protocol):
    """A data module that settles what its settings may leave open."""

    def fitted(self, config: Any, columns: Iterable[str]) -> Any:
        """The settings with what they leave open chosen for a data set of these measured columns."""


@runtime_checkable
class ChecksClasses(Protocol):
    """A data module with settings that name classes."""

    def check_classes(self, config: Any, classes: Sequence[str]) -> None:
        """Raise a ConfigError where a setting names what is no class."""


@runtime_checkable
class ChecksInputs(Protocol):
    """A data module that knows what training by some settings needs of the inputs."""

    def check_inputs(self, config: Any, inputs: Mapping[str, np.ndarray]) -> None:
        """Raise an InputError where these inputs, made of some training rows, leave a stage nothing to learn from."""

    def check_frozen(self, config: Any, before: Any) -> None:
        """Raise a ConfigError where pre-training by the settings `before` left random what is to be frozen now."""


@runtime_checkable
class MapsColumns(Protocol):
    """A data module whose Source has a `mapping` of the columns of a user's table: entries name=column."""

    def columns_of_file(self, path: Path, source: Any) -> pd.DataFrame:
        """A row for each column of the table at `path`.

        Text: `column`; `holds`, what it is taken for, or ""; `left_out`, why it is not kept, or ""; `example`.
        """

    def known_columns(self, source: Any) -> dict[str, str]:
        """What a column may be mapped to, with units."""

    def kept_for(self, path: Path, settings: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Those of kept settings (the config's KEPT) that fit the table at `path`, and notes."""


class ViewsModule(Protocol):
    """tasks/<task>/views.py: what an object's card shows, no torch.

    It may also have PLANE, two columns over which the classes' regions are drawn to begin with.
    """

    SLICES: tuple[str, ...]
    """Columns by which results are naturally sliced."""
    EDITABLE: Mapping[str, str]
    """Columns that the card lets a person change, with units."""

    def card(
        self,
        row: pd.Series,
        arrays: Arrays,
        edits: Mapping[str, float] | None = None,
        siblings: pd.DataFrame | None = None,
    ) -> Card:
        """One object's card; `arrays` holds this row of each array, without the row axis.

        `siblings` are the other rows of its group.
        """


class SimulateModule(Protocol):
    """tasks/<task>/simulate.py: physically honest objects, no torch.

    It may also have POPULATIONS, {name: a function as `simulate`}, for sets of a kind.
    """

    def simulate(self, n: int, seed: int) -> Draft:
        """`n` simulated objects; the same seed gives the same objects."""


class Model(Protocol):
    """tasks/<task>/model.py: class Model(nn.Module), built as Model(config, classes).

    A batch is what `prepare` gave, as tensors, `label` (B,), -1 where unknown, and `group` (B,), one number a group.

    It may also have `attention(batch)`, {input: (B, y, x)}, where the net looks at an image; `taught()`, names of the
    embeddings that pre-training trains; names of inputs: AUGMENT_ONLY, those that `augment` alone uses, SCALED, those
    that `fit_scale` uses (all, when not given), and NOT_MIXED, those that MixUp leaves alone. It may be a Flips or a
    JudgesApart. Class weights and loss come of nn/objective.py, which knows all settings of them.
    """

    OF_CLASSES: tuple[str, ...]
    """Beginnings of the names of weights that belong to the classes: not taken over from a run with others."""
    OF_DATA: tuple[str, ...]
    """The same for buffers that belong to the training rows: not taken over from any other run."""

    def fit_scale(self, batch: Mapping[str, Tensor]) -> None:
        """Set normalisation buffers and class weights from training rows; called once, before a run from scratch."""

    def augment(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        """Random, on the device, in training only; a stage that draws its own views leaves the batch as it is."""

    def embed(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{modality or "fused": (B, D)}; rows whose modality is missing are NaN.

        Projections that the pre-training aligns come as "aligned <modality>", of one width, where the model has them.
        """

    def head(self, fused: Tensor) -> Tensor:
        """The classifier alone: (B, D) of embed's "fused" -> (B, C)."""

    def logits(self, batch: Mapping[str, Tensor]) -> Tensor:
        """(B, C)."""

    def forward(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        """{"loss": scalar, named parts as scalars}, over the rows of all processes.

        Where the stage has them also, of all processes, "label" (B,) with "logits" (B, C), or with "embedding" (B, D)
        where the stage learns without labels and is not training: its neighbours tell how far it has come.
        """

    def parameters_of(self, stage: str, freeze_backbone: bool) -> Iterable[nn.Parameter]:
        """What the stage trains; the rest is frozen. Empty when there is nothing to do: the stage is left out."""


@runtime_checkable
class Flips(Protocol):
    """A model whose inputs may be mirrored without a change of class: its word may be the mean over the mirrored."""

    def flips(self, batch: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
        """The batch mirrored in every way that counts, without the batch as it is; deterministic, same rows."""


@runtime_checkable
class JudgesApart(Protocol):
    """A model that says what each part of its input alone would tell: the image without the header, say."""

    def apart(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """{part: logits (B, C)}, NaN rows where the part is missing; the same parts for every batch.

        They are kept as voices "<part> only" beside the others, and never enter a verdict.
        """


class ModelModule(Protocol):
    """The module that holds Model."""

    Model: type[nn.Module]


class ExperimentsModule(Protocol):
    """tasks/<task>/experiments.py, for a task whose literature has set experiments; no torch."""

    TRIALS: Trials
    """The experiments."""


@dataclass(frozen=True)
class Task:
    """A task by name; each of its modules is imported when first asked for, so torch comes only with `model`."""

    name: str
    package: str

    @cached_property
    def config(self) -> ConfigModule:
        """Settings and words."""
        return cast(ConfigModule, import_module(f"{self.package}.config"))

    @cached_property
    def data(self) -> DataModule:
        """Readers."""
        return cast(DataModule, import_module(f"{self.package}.data"))

    @cached_property
    def views(self) -> ViewsModule:
        """Object cards."""
        return cast(ViewsModule, import_module(f"{self.package}.views"))

    @cached_property
    def simulate(self) -> SimulateModule:
        """Simulator."""
        return cast(SimulateModule, import_module(f"{self.package}.simulate"))

    @cached_property
    def trials(self) -> Trials | None:
        """Set experiments; None where the task has none."""
        name = f"{self.package}.experiments"
        return cast(ExperimentsModule, import_module(name)).TRIALS if find_spec(name) else None

    def coarse(self, classes: Iterable[str]) -> dict[str, dict[str, str]]:
        """Name -> {class: word} of each grouping in coarser words that knows all of these classes."""
        known: Mapping[str, Mapping[str, str]] = getattr(self.config, "COARSE", {})
        wanted = tuple(classes)
        return {name: {one: words[one] for one in wanted} for name, words in known.items() if set(wanted) <= set(words)}

    @cached_property
    def model(self) -> ModelModule:
        """The net; importing it imports torch."""
        return cast(ModelModule, import_module(f"{self.package}.model"))
