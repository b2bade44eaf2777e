"""Presets are valid and what does not fit is refused."""

from __future__ import annotations

import pytest

from astrocore.config import configure
from astrocore.errors import ConfigError
from astrocore.tasks.exoplanets.config import MODALITIES, PRESETS, STAGES, UNITS, Config, Source


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_config(preset: str) -> None:
    config = configure(Config, PRESETS, preset, {})
    assert config == configure(Config, PRESETS, preset, {}) and config.modalities == MODALITIES
    assert all(name in UNITS for name in (*config.planet_columns, *config.star_columns))


def test_the_original_is_as_published() -> None:
    config = configure(Config, PRESETS, "original", {})
    assert (config.d_model, config.heads, config.layers, config.batch_size, config.lr) == (32, 2, 1, 16, 1e-4)
    assert (config.loss, config.contrastive_weight, config.weight_decay) == ("focal", 0.1, 0.05)


def test_what_is_set_explicitly_wins_over_the_preset() -> None:
    assert configure(Config, PRESETS, "base", {"layers": 1}).layers == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"heads": 5}, "multiple of heads 5"),
        ({"patch": 0}, "patch"),
        ({"modalities": ()}, "modalities"),
        ({"planet_columns": ("period", "period")}, "twice"),
        ({"star_columns": ("period",)}, "twice"),
        ({"classification_weight": 0}, "fine-tune"),
        ({"mixup": 0.2}, "contrastive_weight to 0"),
        ({"mixup": 0.001, "contrastive_weight": 0}, "hardly mixes"),
        ({"balance_cap": 0.5}, "less than its share"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_settings_that_do_not_fit(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        configure(Config, PRESETS, "small", wrong)


@pytest.mark.parametrize(
    "apart", [{"contrastive_weight": 0}, {"modalities": ("planet",)}, {"epochs": 0, "pretrain_epochs": 3}]
)
def test_mixup_fits_where_nothing_is_aligned_on_mixed_objects(apart: dict[str, object]) -> None:
    assert configure(Config, PRESETS, "small", {"mixup": 0.2, **apart}).mixup == 0.2


def test_stages_and_source() -> None:
    assert STAGES == ("pretrain", "finetune")
    assert Source().views is None and Source().flux_kind == "folded"
    fields = {**Config.model_fields, **Source.model_fields}
    assert [name for name, field in fields.items() if not field.description] == []
