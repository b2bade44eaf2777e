"""Wavelengths [A, in air] and relative strengths of lines of lamps, stars, nebulae and the night sky."""

from __future__ import annotations

import numpy as np

Table = tuple[np.ndarray, np.ndarray]
"""Wavelengths (N,) [A] and strengths (N,)."""


def _table(*pairs: tuple[float, float]) -> Table:
    wavelengths, strengths = np.array(pairs).T
    return wavelengths, strengths


def _forest(seed: int, number: int, low: float, high: float, spread: float) -> Table:
    """Stand-in for a list too long to write down: lines at fixed random places, of log-normal strengths."""
    rng = np.random.default_rng(seed)
    return np.sort(rng.uniform(low, high, number)), np.exp(spread * rng.standard_normal(number)) / np.exp(2 * spread)


def _both(*tables: Table) -> Table:
    wavelengths, strengths = (np.concatenate(parts) for parts in zip(*tables, strict=True))
    order = np.argsort(wavelengths)
    return wavelengths[order], strengths[order]


NEON = _table(
    (5330.78, 0.1), (5400.56, 0.25), (5852.49, 0.8), (5881.89, 0.4), (5944.83, 0.5), (5975.53, 0.2), (6029.99, 0.2),
    (6074.34, 0.5), (6096.16, 0.6), (6143.06, 0.8), (6163.59, 0.4), (6217.28, 0.4), (6266.49, 0.6), (6304.79, 0.3),
    (6334.43, 0.7), (6382.99, 0.8), (6402.25, 1.0), (6506.53, 0.8), (6532.88, 0.4), (6598.95, 0.5), (6678.28, 0.7),
    (6717.04, 0.3), (6929.47, 0.6), (7032.41, 0.9), (7173.94, 0.3), (7245.17, 0.6), (7438.90, 0.4), (8082.46, 0.1),
    (8300.33, 0.2), (8377.61, 0.3), (8495.36, 0.2), (8654.38, 0.2), (8780.62, 0.2),
)  # fmt: skip
ARGON = _table(
    (3948.98, 0.05), (4044.42, 0.08), (4158.59, 0.12), (4200.67, 0.15), (4259.36, 0.1), (4300.10, 0.08),
    (4510.73, 0.06), (4702.32, 0.03), (5187.75, 0.03), (5495.87, 0.03), (6032.13, 0.03), (6416.31, 0.05),
    (6752.83, 0.08), (6965.43, 0.6), (7067.22, 0.5), (7147.04, 0.15), (7272.94, 0.3), (7383.98, 0.5),
    (7503.87, 0.8), (7514.65, 0.5), (7635.11, 1.0), (7723.76, 0.7), (7948.18, 0.4), (8006.16, 0.3),
    (8014.79, 0.5), (8103.69, 0.5), (8115.31, 0.9), (8264.52, 0.4), (8408.21, 0.5), (8424.65, 0.8),
    (8521.44, 0.4), (8667.94, 0.2), (9122.97, 0.5), (9657.78, 0.2),
)  # fmt: skip
MERCURY = _table(
    (3650.15, 0.5), (3654.84, 0.2), (4046.56, 0.6), (4077.83, 0.1), (4358.33, 1.0), (4916.07, 0.02), (5460.74, 1.0),
    (5769.60, 0.3), (5790.66, 0.3), (6907.2, 0.02),
)  # fmt: skip
HELIUM = _table(
    (3888.65, 0.4), (3964.73, 0.05), (4026.19, 0.1), (4120.8, 0.03), (4387.93, 0.04), (4471.48, 0.3), (4713.15, 0.08),
    (4921.93, 0.15), (5015.68, 0.4), (5875.62, 1.0), (6678.15, 0.5), (7065.19, 0.5), (7281.35, 0.15),
)  # fmt: skip
THORIUM = _forest(11, 2600, 3300, 10500, 1.3)
IRON = _forest(12, 1800, 3300, 9500, 1.2)
LAMPS = {
    "Ne": NEON,
    "Hg": MERCURY,
    "HgAr": _both(MERCURY, ARGON),
    "NeAr": _both(NEON, ARGON),
    "HeNeAr": _both(NEON, ARGON, HELIUM),
    "HgNe": _both(MERCURY, NEON),
    "ThAr": _both(THORIUM, (ARGON[0], 2 * ARGON[1])),
    "FeAr": _both(IRON, ARGON),
}
BALMER = _table(
    (3835.4, 0.6), (3889.1, 0.65), (3970.1, 0.7), (4101.7, 0.75), (4340.5, 0.75), (4861.3, 0.75), (6562.8, 0.7)
)
METALS = _both(
    _table(
        (3933.7, 0.9), (3968.5, 0.85), (4226.7, 0.6), (5167.3, 0.5), (5172.7, 0.55), (5183.6, 0.6), (5889.95, 0.6),
        (5895.92, 0.5), (8498.0, 0.5), (8542.1, 0.65), (8662.1, 0.6),
    ),
    _forest(13, 900, 3300, 5200, 0.5),
    _forest(14, 700, 5200, 9500, 0.6),
)  # fmt: skip
TELLURIC = _both(_forest(15, 60, 7594, 7690, 0.3), _forest(16, 40, 6867, 6940, 0.4), _forest(17, 80, 7160, 7340, 0.6),
                 _forest(18, 90, 8120, 8340, 0.6), _forest(19, 200, 9280, 9700, 0.5))  # fmt: skip
BANDHEADS = np.array([4761, 4954, 5167, 5448, 5847, 6158, 6651, 7054, 7589, 8206, 8432])
"""Titanium oxide in cool stars: deep to the red of these, and shallower further on [A]."""
NEBULA = _table(
    (3727.0, 0.6), (3869.0, 0.3), (4101.7, 0.1), (4340.5, 0.2), (4363.2, 0.05), (4685.7, 0.15), (4861.3, 0.4),
    (4958.9, 0.6), (5006.8, 1.8), (5875.6, 0.1), (6300.3, 0.08), (6548.1, 0.25), (6562.8, 1.2), (6583.5, 0.7),
    (6716.4, 0.15), (6730.8, 0.15), (7135.8, 0.1), (9069.0, 0.2),
)  # fmt: skip
SKY = _both(
    _table((5577.34, 1.0), (6300.30, 0.5), (6363.78, 0.17), (5889.95, 0.2), (5895.92, 0.15)),
    _forest(20, 90, 6830, 10500, 0.8),
)
CITY = _table((4046.6, 0.2), (4358.3, 0.6), (5460.7, 0.8), (5682.6, 0.4), (5688.2, 0.5), (5769.6, 0.3), (5790.7, 0.3),
              (5893.0, 1.0), (6154.0, 0.3), (8183.0, 0.3), (8195.0, 0.4))  # fmt: skip
