"""A night's headers in order: each may keep something of the one before."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from astrocore.tasks.frames.simulator.dialects import TIME_KEYWORDS, TYPE_KEYWORDS, WRITERS
from astrocore.tasks.frames.simulator.equipment import Equipment
from astrocore.tasks.frames.simulator.exposure import Card
from astrocore.tasks.frames.simulator.facts import Facts, Manner, mistaken, said_target, said_type, true_type
from astrocore.tasks.frames.simulator.shots import Shot


class Journal:
    """A night's headers, each of which may have kept something of the one before."""

    def __init__(self, rng: np.random.Generator, setting: str, manner: Manner, own: Equipment) -> None:
        self.setting, self.manner, self.own = setting, manner, own
        self.time = own.start
        self.kind, self.target, self.place = "light", "", own.parked
        self.parks = bool(rng.random() < 0.5)

    def entry(self, rng: np.random.Generator, label: str, shot: Shot, i: int) -> tuple[Card, ...]:
        """Header of the night's frame `i`."""
        true = true_type(label)
        kind = said_type(rng, self.manner, label, self.kind)
        target = said_target(rng, self.manner, label, shot.target, self.target)
        if true == "light" and shot.target != self.target:
            self.place = (round(float(rng.uniform(0, 360)), 5), round(float(rng.uniform(-30, 85)), 5))
            self.target = shot.target
        self.kind = true
        sky = true == "light" or label == "flats"
        facts = Facts(
            kind=kind,
            lamp=true if true in ("flat", "arc") and label != "flats" else "",
            sky=sky,
            target=target,
            seconds=shot.seconds,
            begin=self.time,
            temperature=round(self.own.camera.temperature + float(rng.normal(0, 0.1)), int(rng.choice([1, 2, 4]))),
            place=self.own.parked if self.parks and not sky else self.place,
            airmass=float(1 + rng.exponential(0.3)) if sky else 1.0,
            filter=str(rng.choice(self.own.filters)),
            number=i + 1,
            setting=self.setting,
        )
        self.time += timedelta(seconds=shot.seconds + float(rng.uniform(3, 90)))
        return self.written(mistaken(rng, facts))

    def written(self, facts: Facts) -> tuple[Card, ...]:
        """The facts in the words of the camera's software, less what it leaves out."""
        if self.manner.headerless:
            return ()
        left_out = TYPE_KEYWORDS if self.manner.untyped else frozenset()
        left_out |= TIME_KEYWORDS if self.manner.timeless else frozenset()
        return tuple(card for card in WRITERS[self.own.dialect](facts, self.own) if card[0] not in left_out)
