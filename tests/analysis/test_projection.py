"""Maps: the same every time, groups stay together, odd inputs get a map or a sentence."""

import subprocess
import sys

import numpy as np
import pytest

from astrocore.analysis.projection import project
from astrocore.errors import InputError

METHODS = ("pca", "tsne", "umap")


def blobs(n=90, d=6, seed=0):
    rng = np.random.default_rng(seed)
    which = np.arange(n) % 3
    x = rng.normal(size=(n, d)).astype(np.float32)
    x[np.arange(n), which] += 12
    return x, which


def test_pca_is_the_singular_vectors():
    x, _ = blobs()
    found = project(x, "pca", dims=3)
    centred = x.astype(float) - x.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(found.coords), np.abs(u[:, :3] * s[:3]), atol=1e-4)
    np.testing.assert_allclose(found.explained, (s**2 / (s**2).sum())[:3], rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dims", [2, 3])
def test_maps_repeat_and_keep_groups_together(method, dims):
    x, which = blobs()
    one, two = project(x, method, dims, seed=3), project(x, method, dims, seed=3)
    np.testing.assert_array_equal(one.coords, two.coords)
    assert one.coords.shape == (90, dims)
    assert one.coords.dtype == np.float32
    assert one.parameters == {**one.parameters, "method": method, "dims": dims, "seed": 3, "n": 90}
    distance = np.linalg.norm(one.coords[:, None] - one.coords[None], axis=-1)
    np.fill_diagonal(distance, np.inf)
    assert (which[distance.argmin(axis=1)] == which).all()


@pytest.mark.parametrize("method", METHODS)
def test_rows_with_nan_are_left_out(method):
    x, _ = blobs()
    x[[0, 41], 2] = np.nan
    found = project(x, method)
    assert np.isnan(found.coords[[0, 41]]).all()
    assert np.isfinite(np.delete(found.coords, [0, 41], axis=0)).all()
    assert found.rows.tolist() == [i for i in range(90) if i not in (0, 41)]
    clean = project(np.delete(x, [0, 41], axis=0), method)
    np.testing.assert_array_equal(np.delete(found.coords, [0, 41], axis=0), clean.coords)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9])
def test_few_rows(method, dims, n):
    x, _ = blobs(n)
    found = project(x, method, dims)
    assert np.isfinite(found.coords).all()
    assert found.parameters["method"] == (method if n >= 3 else "pca")
    if method == "tsne" and n >= 3:
        assert found.parameters["perplexity"] == pytest.approx((n - 1) / 3)
    if method == "umap" and n >= 3:
        assert found.parameters["n_neighbors"] == n - 1


def test_parameters_that_fit_are_kept():
    x, _ = blobs()
    assert project(x, "tsne", perplexity=7).parameters["perplexity"] == 7
    used = project(x, "umap", n_neighbors=9, min_dist=0.3).parameters
    assert (used["n_neighbors"], used["min_dist"]) == (9, 0.3)


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_are_all_the_same(method):
    found = project(np.ones((20, 4)), method)
    assert (found.coords == 0).all()
    assert found.parameters["method"] == "pca"
    assert found.explained.tolist() == [0, 0]


def test_fewer_columns_than_dimensions():
    found = project(np.arange(5.0)[:, None], "pca", dims=3)
    assert (found.coords[:, 1:] == 0).all()
    np.testing.assert_allclose(found.explained, [1, 0, 0])


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        (np.full((3, 2), np.nan), {}, "No object has this embedding"),
        (np.empty((0, 4)), {}, "No object has this embedding"),
        (np.ones(4), {}, "shape \\(4,\\)"),
        (np.eye(4), {"method": "isomap"}, "no map 'isomap'"),
        (np.eye(4), {"dims": 4}, "2 or 3 dimensions"),
        (np.eye(4), {"perplexity": 0}, "perplexity 0"),
        (np.eye(4), {"n_neighbors": 1}, "n_neighbors 1"),
        (np.eye(4), {"min_dist": 2}, "min_dist 2"),
    ],
)
def test_what_has_no_map_is_named(x, options, words):
    with pytest.raises(InputError, match=words):
        project(x, **options)


def test_slow_libraries_are_imported_when_asked_for():
    code = "import sys, astrocore.analysis.projection; print({'umap', 'openTSNE', 'numba'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
