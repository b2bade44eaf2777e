"""Names as observers write them: of targets, lamps and flats, with their typing errors."""

from __future__ import annotations

import numpy as np

STARS = (
    "Vega", "Sirius", "ksi Cas", "Ksi Cas", "P Cyg", "gam Cas", "Gamma Cas", "Altair", "alf Lyr", "bet Lyr", "Deneb",
    "Betelgeuse", "mu Cep", "51 Peg", "zeta Tau", "HD 12345", "HD163296", "BD+28 4211", "Feige 34", "G191-B2B",
    "WR 140", "HIP 97649", "SS Cyg", "AG Peg", "Arcturus", "Rigel", "HR 7596", "BD+33_2642", "V838 Mon", "SN2023ixf",
)  # fmt: skip
NEBULAE = ("M 57", "M57", "M27", "M 76", "M76", "NGC 6543", "NGC7027", "NGC 7662", "M42", "M 1", "NGC 2392", "IC 418")
FIELDS = (
    "M 31", "M51", "NGC 7331", "NGC 891", "M13", "M 92", "M33", "NGC 6946", "M101", "IC 1396", "NGC 7000", "HAT-P-32",
    "WASP-12", "TrES-3b", "Landolt SA98", "PG1633", "5945 Roachapproach", "C/2023 A3", "didymos", "NGC 188", "M 81",
    "SN2023ixf", "T CrB", "Stephans Quintet", "BL Lac", "GRB230812B", "Abell 2151", "NGC7789", "Coma", "M 67",
)  # fmt: skip
SUNS = (
    "Sun",
    "Sonne",
    "Halpha",
    "H-alpha",
    "NaD",
    "Fe 6173",
    "AR 13664",
    "NOAA 12673",
    "sunspot",
    "Sonnenfleck",
    "Ca II K",
)
FLATS = ("flat", "Flat", "Dome Flat", "dome flat", "domeflat", "FLAT", "Flat_Halogen", "halogen", "Tungsten", "quartz",
         "flatfield", "lamp flat", "WeisslichtFlat", "flat 5s")  # fmt: skip
SKYFLATS = ("skyflat", "flat R", "flat V", "Flat_B", "twilight flat", "V twil flat", "flat L", "FlatField", "sky flat",
            "Flat", "flat", "dome flat", "Flats Ha", "Panel")  # fmt: skip
DARKS = ("dark", "Dark", "darks", "DARK", "Dark_300s", "Cold Dark (Short)", "dunkel", "Dunkelbild")
BIASES = ("bias", "Bias", "BIAS", "zero", "Zero", "offset", "Bias_1")
ARC_NAMES = ("arc", "Arc", "comp", "COMP", "wave", "{}", "{}", "{}", "{} lamp", "{}_1", "Kalib {}", "calib", "{} arc")
NOISE = ("", "test", "Test", "asdf", "1", "focus", "new")
TARGETS = {"star": STARS, "nebula": NEBULAE, "field": FIELDS, "sun": SUNS}


def draw_target(rng: np.random.Generator, kind: str) -> str:
    """Name of a star, nebula, field or sun."""
    return str(rng.choice(TARGETS[kind]))


def draw_flat_name(rng: np.random.Generator, sky: bool = False) -> str:
    """Name of a flat of a spectrograph, or of an imager."""
    return str(rng.choice(SKYFLATS if sky else FLATS))


def draw_arc_name(rng: np.random.Generator, lamp: str) -> str:
    """Name of an arc by its lamp."""
    return str(rng.choice(ARC_NAMES)).format(lamp)


def typed(rng: np.random.Generator, name: str) -> str:
    """The name as it was typed: now and then with a letter lost or two exchanged, or something else altogether."""
    odd = rng.random()
    if odd < 0.03:
        return str(rng.choice(NOISE))
    if odd < 0.06 and len(name) > 3:
        at = int(rng.integers(1, len(name) - 1))
        return name[:at] + name[at + 1 :] if odd < 0.045 else name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return name
