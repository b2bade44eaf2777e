"""The package's few public names: all there, none brings torch."""

import subprocess
import sys

import pytest

import astrocore

CODE = "import sys, astrocore; [getattr(astrocore, name) for name in astrocore.__all__]; print('torch' in sys.modules)"


def test_every_exported_name_is_there_and_comes_without_torch() -> None:
    assert all(getattr(astrocore, name) is not None for name in astrocore.__all__)
    assert subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True).stdout.strip() == "False"


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        astrocore.nothing  # noqa: B018
