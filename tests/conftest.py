"""How large the tests are: `make test` draws few examples, `make test-all` (ASTROCORE_TEST_BUDGET=large) many.

Run side by side (`-n`), each process, and what it starts, computes on one thread: more would wait for each other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

LARGE = os.environ.get("ASTROCORE_TEST_BUDGET") == "large"

settings.register_profile("small", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("large", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("large" if LARGE else "small")

MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Put the tests' own main module back: a page under test takes its place, and a process started afresh runs it."""
    yield
    sys.modules["__main__"] = MAIN
