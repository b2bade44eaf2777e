"""How large the tests are: `make test` draws few examples, `make test-all` (ASTROCORE_TEST_BUDGET=large) many."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LARGE = os.environ.get("ASTROCORE_TEST_BUDGET") == "large"

settings.register_profile("small", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("large", max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("large" if LARGE else "small")
