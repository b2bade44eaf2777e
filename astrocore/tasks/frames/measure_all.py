"""Many files measured side by side: in order, with progress, kept by content, and no file stops the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from astrocore.data.draft import Defect
from astrocore.errors import Damaged, FrameDefect, NotWritable
from astrocore.tasks.frames.grouping import instrument_of, night_of
from astrocore.tasks.frames.measured_files import INSTRUMENT, NIGHT, NOTES, Store
from astrocore.tasks.frames.measuring import measure
from astrocore.tasks.frames.reading import read_unless

ALONE = 12
"""Up to so many files one process is as quick as several."""
AHEAD = 8
"""Files a process that are handed out before their turn."""

Outcome = str | Defect
"""The key of a frame's record, or why there is none."""


def measure_files(files: Sequence[Path], ids: Sequence[str], store: Store, workers: int = 0) -> list[Outcome]:
    """What became of each file, in order.

    Parameters
    ----------
    files, ids
        (N,) files, and what each is called in a defect.
    store
        Where records are kept, and looked up: a file whose content is there already is not measured again.
    workers
        Processes; 0: as many as there are processors.

    Raises
    ------
    NotWritable
        Records can't be written.
    """
    workers = min(workers or _processors(), len(files))
    one = partial(measure_file, store=store)
    pairs = list(zip(files, ids, strict=True))
    found = map(one, pairs) if workers <= 1 or len(files) <= ALONE else _side_by_side(one, pairs, workers)
    return list(tqdm(found, desc="measure", unit="frame", total=len(files), disable=len(files) <= ALONE))


def measure_file(named: tuple[Path, str], store: Store) -> Outcome:
    """Read and measure one file, once; never raises for what the file is."""
    file, name = named
    try:
        key, frame = read_unless(file, store.has)
        if frame is None:
            return key
        texts = {INSTRUMENT: instrument_of(frame), NIGHT: night_of(frame), NOTES: "; ".join(frame.notes)}
        measured = measure(frame, store.size)
    except FrameDefect as error:
        return Defect(name, type(error).__name__, str(error))
    except MemoryError:
        return Defect(name, Damaged.__name__, f"{name} needs more memory than there is; leave it out.")
    try:
        store.write(key, measured, texts)
    except OSError as error:
        raise NotWritable(f"{store.folder} can't be written ({error.strerror or error}); make room there.") from None
    return key


def _side_by_side(one: partial[Outcome], pairs: list[tuple[Path, str]], workers: int) -> Iterator[Outcome]:
    """The outcomes in order, of several processes; one that dies takes no other file with it."""
    waiting = iter(range(len(pairs)))
    done = 0
    while done < len(pairs):
        with _pool(workers) as pool:
            queue = [(i, pool.submit(one, pairs[i])) for i in islice(waiting, workers * AHEAD)]
            try:
                while queue:
                    outcome = queue[0][1].result()
                    queue.pop(0)
                    queue += [(i, pool.submit(one, pairs[i])) for i in islice(waiting, 1)]
                    done += 1
                    yield outcome
            except BrokenProcessPool:
                again = [i for i, _ in queue]
        if done < len(pairs):
            yield from (_by_itself(one, pairs[i]) for i in again)
            done += len(again)


def _by_itself(one: partial[Outcome], pair: tuple[Path, str]) -> Outcome:
    """A file that was under way when a process died: in a process of its own, so that the culprit is known."""
    with _pool(1) as pool:
        try:
            return pool.submit(one, pair).result()
        except BrokenProcessPool:
            said = f"{pair[1]} made the program that read it die; its bytes are damaged. Leave it out."
            return Defect(pair[1], Damaged.__name__, said)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes started afresh: a fork would copy the threads' locks of whatever this process has loaded."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
