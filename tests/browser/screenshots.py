"""Screenshots of every page: `python tests/browser/screenshots.py [--out screenshots] [--only PAGE]`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.browser.gallery import main

    sys.exit(main())
