"""Many files measured side by side: in order, with progress, kept by content, and no file stops the others."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from threadpoolctl import threadpool_limits
from tqdm import tqdm

from astrocore.data.draft import Defect
from astrocore.errors import Damaged, FrameDefect, NotWritable
from astrocore.tasks.frames.grouping import instrument_of, night_of
from astrocore.tasks.frames.measured_files import INSTRUMENT, NIGHT, NOTES, Store
from astrocore.tasks.frames.measuring import measure
from astrocore.tasks.frames.reading import read_unless

ALONE = 12
"""Up to so many files this process is as quick as others that must be started first."""
AHEAD = 8
"""Files a process that are handed out before their turn."""

Outcome = str | Defect
"""The key of a frame's record, or why there is none."""
Named = tuple[Path, str]
"""A file, and what it is called in a defect."""
Work = Callable[[Named], Outcome]


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
    if len(files) <= ALONE:
        return [one(pair) for pair in pairs]
    return list(tqdm(_side_by_side(one, pairs, workers), desc="measure", unit="frame", total=len(files)))


def measure_file(named: Named, store: Store) -> Outcome:
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


def _side_by_side(one: Work, pairs: Sequence[Named], workers: int) -> Iterator[Outcome]:
    """The outcomes in order, of several processes; one that dies takes no other file with it."""
    left = deque(pairs)
    while left:
        queue: deque[tuple[Named, Future[Outcome]]] = deque()
        with _pool(workers) as pool:
            try:
                while left or queue:
                    while left and len(queue) < workers * AHEAD:
                        queue.append((left[0], pool.submit(one, left[0])))
                        left.popleft()
                    outcome = queue[0][1].result()
                    queue.popleft()
                    yield outcome
            except BrokenProcessPool:
                pass
        yield from _again(one, list(queue))


def _again(one: Work, suspects: list[tuple[Named, Future[Outcome]]]) -> Iterator[Outcome]:
    """What was under way when a process died: outcomes that were there already, and the others one by one."""
    finished = [future.done() and future.exception() is None for _, future in suspects]
    others = _one_by_one(one, [pair for (pair, _), done in zip(suspects, finished, strict=True) if not done])
    for (_, future), done in zip(suspects, finished, strict=True):
        yield future.result() if done else next(others)


def _one_by_one(one: Work, pairs: Sequence[Named]) -> Iterator[Outcome]:
    """Outcomes from a single process, so that it is known which file makes it die; another goes on."""
    left = deque(pairs)
    while left:
        with _pool(1) as pool:
            try:
                while left:
                    outcome = pool.submit(one, left[0]).result()
                    left.popleft()
                    yield outcome
            except BrokenProcessPool:
                if not _starts():
                    yield from map(one, left)
                    return
                yield _died(left.popleft()[1])


def _starts() -> bool:
    """Whether a process lives that has nothing to do: a script that is not guarded by __main__ can start none."""
    with _pool(1) as pool:
        try:
            pool.submit(int).result()
        except BrokenProcessPool:
            return False
    return True


def _died(name: str) -> Defect:
    said = f"{name} made the program that read it die; its bytes are damaged. Leave it out."
    return Defect(name, Damaged.__name__, said)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes started afresh: a fork would copy the threads' locks of whatever this process has loaded."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """In each process: one thread, since there are other processes; an end when the one that started it is gone.

    Ctrl-C is for the parent to act upon, which lets the files under way come to their end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for its next file for ever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
