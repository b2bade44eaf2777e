"""Settings: the presets, the original's recommended command, the coarser words."""

from __future__ import annotations

import pytest

from astrocore.config import configure, validated
from astrocore.errors import ConfigError
from astrocore.tasks import get_task
from astrocore.tasks.frames.config import CLASSES, COARSE, MODALITIES, PRESETS, SPECTRA, Config, Source


def test_the_classes_are_the_original_s_in_its_order() -> None:
    named = (
        *("bias", "darks", "flats", "deep_sky", "flat_dados", "spectrum_dados", "wavelength_calibration_dados"),
        *("flat_baches", "spectrum_baches", "wavelength_calibration_baches", "einsteinturm"),
    )
    assert named == CLASSES


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_holds(preset: str) -> None:
    found = configure(Config, PRESETS, preset, {})
    assert found.modalities == MODALITIES and set(found.conservative) <= set(CLASSES)


def test_the_original_preset_is_the_recommended_command_field_by_field() -> None:
    found = configure(Config, PRESETS, "original", {})
    recommended = {
        "epochs": 30,
        "batch_size": 24,
        "class_weight_power": 0.3,
        "class_weight_cap": 4.0,
        "label_smoothing": 0.08,
        "lr": 1e-3,
        "lr_batch": 32,
        "schedule": "cosine",
        "warmup_epochs": 5,
        "augment_strength": 0.3,
        "conservative": (
            *("flat_dados", "darks", "flats", "spectrum_dados"),
            *("wavelength_calibration_dados", "wavelength_calibration_baches"),
        ),
        "randaugment_n": 2,
        "randaugment_m": 5.0,
        "mixup": 0.1,
        "balance_cap": 4.0,
        "loss": "cross_entropy",
        "patience": 10,
        "net": "original",
    }
    assert {name: getattr(found, name) for name in recommended} == recommended
    assert found.peak_lr == pytest.approx(1e-3 * 24 / 32)
    assert found.loss_power == 0  # balanced sampling switches the weights of classes off
    hidden = ("header_dropout", "image_dropout", "word_dropout", "feature_dropout", "apart_weight")
    assert [getattr(found, name) for name in hidden] == [0] * 5 and not found.companion


def test_coarser_words_cover_all_classes() -> None:
    assert all(tuple(words) == CLASSES for words in COARSE.values())
    found = get_task("frames").coarse(CLASSES)
    assert found["type"]["wavelength_calibration_baches"] == "arc" and found["type"]["darks"] == "dark"
    assert found["type"]["einsteinturm"] == found["type"]["deep_sky"] == found["type"]["spectrum_dados"] == "light"
    assert {name for name, word in found["spectrograph"].items() if word == "none"} == set(CLASSES) - set(SPECTRA)
    assert get_task("frames").coarse(("bias", "of my own")) == {}


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(ConfigError, match="The original's net sees the image"):
        validated(Config, {"net": "original", "modalities": ("header",)})
    with pytest.raises(ConfigError, match="Modalities has one twice: image, image"):
        validated(Config, {"modalities": ("image", "image")})
    with pytest.raises(ConfigError, match="Setting width"):
        validated(Source, {"width": 4})
