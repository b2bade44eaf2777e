"""Images are galsim's own, fluxes are conserved, the PSF is as wide and the sky as noisy as stated."""

from __future__ import annotations

from dataclasses import replace

import galsim
import numpy as np
import pytest

from astrocore.tasks.sources.appearance import Appearance
from astrocore.tasks.sources.bands import BANDS, PIXEL_ARCSEC, SIZE, ZERO_POINT
from astrocore.tasks.sources.drawing import BETA, ELECTRONS, MIDDLE, draw, images, optics_of, phases, psf_transforms
from astrocore.tasks.sources.skies import Sky, draw_sky


@pytest.fixture(scope="module")
def sky() -> Sky:
    return replace(draw_sky(np.random.default_rng(3)), fwhm=np.array([1.4, 1.3, 1.2, 1.1, 1.0]))


def looks(share: float, index: float, radius: float, shear: tuple[float, float]) -> Appearance:
    return Appearance(
        np.zeros((1, 5)), np.full((1, 5), share), np.array([index]), np.array([radius]), np.array([shear])
    )


@pytest.mark.parametrize(
    ("share", "index", "radius", "shear"),
    [
        (0.0, 1.0, 0.0, (0.0, 0.0)),
        (1.0, 1.0, 0.9, (0.3, -0.1)),
        (1.0, 4.0, 0.3, (0.0, 0.2)),
        (0.3, 2.5, 1.5, (0.1, 0.1)),
    ],
)
def test_images_are_those_of_galsim(
    sky: Sky, share: float, index: float, radius: float, shear: tuple[float, float]
) -> None:
    rng = np.random.default_rng(0)
    centre, flux = MIDDLE + rng.uniform(-0.5, 0.5, (1, 5, 2)), rng.uniform(1, 100, (1, 5))
    found = draw(looks(share, index, radius, shear), flux, optics_of(sky), centre)
    for band in range(5):
        psf = galsim.Moffat(beta=BETA, fwhm=sky.fwhm[band]).shear(g1=sky.shear[band, 0], g2=sky.shear[band, 1])
        light = psf
        if share:
            profile = galsim.Sersic(index, half_light_radius=radius, trunc=8 * radius).shear(g1=shear[0], g2=shear[1])
            light = share * galsim.Convolve(profile, psf) + (1 - share) * psf
        offset = tuple(centre[0, band] - MIDDLE)
        want = flux[0, band] * light.drawImage(nx=SIZE, ny=SIZE, scale=PIXEL_ARCSEC, offset=offset).array
        # What is left is aliasing beyond the pixels' Nyquist frequency, most in the sharpest band; it drowns in noise.
        np.testing.assert_allclose(found[0, band], want, atol=4e-3 * want.max())
        assert found[0, band].sum() == pytest.approx(want.sum(), rel=2e-3)


def test_flux_is_conserved(sky: Sky) -> None:
    flux = np.array([[3.0, 5.0, 7.0, 11.0, 13.0]])
    middle = np.full((1, 5, 2), MIDDLE)
    point, disc = (draw(looks(share, 1.0, 0.6, (0.2, 0.0)), flux, optics_of(sky), middle) for share in (0.0, 1.0))
    np.testing.assert_allclose(point.sum(axis=(2, 3)), flux, rtol=3e-3)
    np.testing.assert_allclose(disc.sum(axis=(2, 3)), flux, rtol=6e-3)


def test_the_psf_is_as_wide_as_stated(sky: Sky) -> None:
    drawn = images(psf_transforms(sky.fwhm, np.zeros((5, 2))), 16.0, 16.0)
    for image, width in zip(drawn, sky.fwhm, strict=True):
        seen = galsim.InterpolatedImage(
            galsim.Image(image.astype(float), scale=PIXEL_ARCSEC), x_interpolant="lanczos15"
        )
        stated = galsim.Convolve(galsim.Moffat(beta=BETA, fwhm=width), galsim.Pixel(PIXEL_ARCSEC)).calculateFWHM()
        assert width < stated < 1.1 * width and seen.calculateFWHM() == pytest.approx(stated, rel=0.01)


def test_a_point_at_the_depth_has_an_error_of_a_fifth_of_a_magnitude(sky: Sky) -> None:
    rng, found = np.random.default_rng(0), optics_of(sky)
    psf = images(found.transform)
    flux = 10 ** (0.4 * (ZERO_POINT - sky.depth))
    for band in range(5):
        light = flux[band] * psf[band]
        deviation = np.sqrt(found.noise[band] ** 2 + np.maximum(light, 0) / ELECTRONS[band])
        pixels = light + deviation * rng.standard_normal((6000, SIZE, SIZE))
        measured = (pixels * psf[band]).sum(axis=(1, 2)) / (psf[band] ** 2).sum()
        assert measured.mean() == pytest.approx(flux[band], rel=0.01)
        assert 2.5 / np.log(10) * measured.std() / flux[band] == pytest.approx(0.2, rel=0.03)


def test_the_noise_is_that_of_sdss(sky: Sky) -> None:
    # Sky of the field 3900-6-269 [nmgy/arcsec^2] as photons alone, with read noise in u and z above that.
    photons = np.sqrt(np.array([1.8, 2.1, 4.2, 6.4, 18.2]) * PIXEL_ARCSEC**2 / ELECTRONS)
    usual = replace(sky, depth=np.array([band.depth for band in BANDS.values()]))
    assert (np.abs(np.log(optics_of(usual).noise / photons)) < 0.6).all()


def test_phases_shift_by_whole_pixels() -> None:
    image = np.random.default_rng(0).normal(size=(16, 16))
    moved = np.fft.irfft2(np.fft.rfft2(image) * phases(3.0, -2.0, 16), s=(16, 16))
    np.testing.assert_allclose(moved, np.roll(image, (-2, 3), axis=(0, 1)), atol=1e-5)
