"""Galaxies: the colour tracks are those of the spectra, sizes fall with magnitude and can be held below a limit."""

from __future__ import annotations

import galsim
import numpy as np
import pytest

from astrocore.tasks.sources.galaxies import COMPACT, REDSHIFT, SIZE, TRACKS, TYPES, draw_galaxies, draw_radius, track

FUKUGITA = {"u": (355.7, 59.9), "g": (482.5, 137.9), "r": (626.1, 138.2), "i": (767.2, 153.5), "z": (909.7, 137.0)}
"""Centre and width [nm] of the bands: Fukugita et al. 1996, table 2a."""


def band(centre: float, width: float) -> galsim.Bandpass:
    """A box with soft edges."""
    wavelength = np.linspace(centre - 0.75 * width, centre + 0.75 * width, 121)
    through = 1 / (1 + np.exp((np.abs(wavelength - centre) - width / 2) / (0.03 * width)))
    return galsim.Bandpass(galsim.LookupTable(wavelength, through, interpolant="linear"), "nm").withZeropoint("AB")


@pytest.mark.parametrize("kind", TYPES)
def test_tracks_are_those_of_the_spectra(kind: str) -> None:
    spectrum = galsim.SED(f"CWW_{kind}_ext_more.sed", wave_type="Ang", flux_type="flambda")
    bands = [band(*one) for one in FUKUGITA.values()]
    for redshift, colours in zip(REDSHIFT[::2], TRACKS[TYPES.index(kind)][::2], strict=True):
        magnitudes = [spectrum.atRedshift(redshift).calculateMagnitude(one) for one in bands]
        np.testing.assert_allclose(-np.diff(magnitudes), colours, atol=0.012)


def test_between_the_rows_of_the_table() -> None:
    np.testing.assert_allclose(track(np.array([0.0, 3.0]), np.array([0.0, 1.0])), TRACKS[[0, 3], [0, -1]])
    middle = track(np.array([1.5]), np.array([0.25]))[0]
    np.testing.assert_allclose(middle, TRACKS[1:3, 2:4].mean(axis=(0, 1)))
    np.testing.assert_allclose(track(np.array([9.0]), np.array([5.0]))[0], TRACKS[3, -1])


def test_red_and_blue_part_at_u_minus_r() -> None:
    # Strateva et al. 2001: u-r = 2.22 parts the two.
    steps = -np.diff(draw_galaxies(np.random.default_rng(0), np.full(4000, 17.0)).relative, axis=1)
    u_minus_r = steps[:, 0] + steps[:, 1]
    counts = [((u_minus_r > low) & (u_minus_r < low + 0.3)).sum() for low in (1.55, 2.1, 2.55)]
    assert 0.35 < (u_minus_r > 2.22).mean() < 0.65 and counts[1] < min(counts[0], counts[2])


def test_sizes_fall_with_magnitude() -> None:
    rng = np.random.default_rng(0)
    medians = [np.median(draw_radius(rng, np.full(3000, r))) for r in (15.0, 18.0, 20.0, 22.5)]
    assert medians == sorted(medians, reverse=True)
    np.testing.assert_allclose(medians[:2], [SIZE[0], SIZE[2]], rtol=0.08)
    shares = [(draw_radius(rng, np.full(3000, r)) < COMPACT[1]).mean() for r in (16.0, 22.0)]
    assert shares[0] < 0.06 < shares[1]


def test_a_limit_cuts_the_tail_and_changes_nothing_below() -> None:
    rng, r = np.random.default_rng(0), np.full(60_000, 20.5)
    every, limited = draw_radius(rng, r), draw_radius(rng, r, 0.9)
    assert limited.max() <= 0.9
    below = every[every <= 0.9]
    np.testing.assert_allclose(
        np.quantile(limited, [0.02, 0.1, 0.5, 0.9]), np.quantile(below, [0.02, 0.1, 0.5, 0.9]), rtol=0.05
    )


def test_shapes_are_possible() -> None:
    seen = draw_galaxies(np.random.default_rng(0), np.linspace(15, 22.5, 500))
    size = np.hypot(*seen.shear.T)
    assert (seen.share == 1).all() and size.max() < 0.61 and set(seen.index) <= {1.0, 1.5, 2.0, 2.5, 3.0, 4.0}
    assert np.abs(seen.shear.mean(axis=0)).max() < 0.05
