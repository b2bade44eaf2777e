"""worker: answers requests about one run, a JSON line each, with its net kept warm; the app starts it."""

from __future__ import annotations

import json
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from pydantic import Field

from astrocore.config import Settings
from astrocore.errors import AstrocoreError, ConfigError
from astrocore.runs import Run, load_run, write_predictions
from astrocore.runs.files import plain
from astrocore.tasks import get_task
from astrocore.verbs.given import lacking, nothing_seen
from astrocore.verbs.raw import bring

if TYPE_CHECKING:
    from astrocore.verbs.network import Network


class Args(Settings):
    """Answer requests on standard input, a JSON line each: {"id": 1, "ask": "classify", "source": PATH, ...}."""

    run: str
    """Run: a folder, or task/name."""
    idle: float = Field(default=600.0, gt=0, le=86_400)
    """Seconds without a request after which the worker ends."""


class Worker:
    """A run, and its net from the first request on; loaded anew when the weights were written anew."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._loaded: tuple[int, Network] | None = None
        self._typical: tuple[Network, str, dict[str, np.ndarray]] | None = None

    @property
    def network(self) -> Network:
        """The net; raises RunMissing where the run has none."""
        from astrocore.verbs.network import load_network

        file = self.run.weights_file
        written = file.stat().st_mtime_ns if file.is_file() else 0
        if self._loaded is None or self._loaded[0] != written:
            self._loaded = written, load_network(self.run)
        return self._loaded[1]

    def classify(self, source: str, out: str, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Read what lies at `source` and judge it; data set and predictions go to the folder `out`.

        Parameters
        ----------
        options
            Settings of the task's Source.

        Returns
        -------
        dict
            `dataset` and `predictions`, where these lie; `n` objects; `defects`, the files that could not be used;
            `notes`, what else a person should know.
        """
        info = self.run.read_info()
        found = bring(
            Path(source), get_task(info.task), options or {}, info.classes, Path(out) / "data", info.data.settings
        )
        short = lacking(self.network, found.dataset)
        predictions = self.network.predict(found.dataset)
        blind = nothing_seen(int(predictions.unseen(self.network.task.config.MODALITIES).sum()))
        file = Path(out) / "predictions.parquet"
        write_predictions(predictions, file)
        return {
            "dataset": str(found.dataset.path),
            "predictions": str(file),
            "n": len(predictions),
            "defects": [asdict(defect) for defect in found.defects],
            "notes": [*found.notes, *short, *blind],
        }

    def explain(self, data: str, object_id: str, class_name: str | None = None) -> dict[str, Any]:
        """What the verdict on an object of a data set rests on; see verbs/attribution.py."""
        from astrocore.data.dataset import open_dataset
        from astrocore.verbs.attribution import explain_object, reference_rows, typical_numbers

        dataset, network = open_dataset(Path(data)), self.network
        reference = reference_rows(self.run, dataset)
        known = self._typical
        if known is None or known[0] is not network or known[1] != reference.fingerprint:
            known = self._typical = network, reference.fingerprint, typical_numbers(network, reference)
        return explain_object(network, dataset, object_id, known[2], class_name)

    def answer(self, line: str) -> dict[str, Any]:
        """The answer to one request: {"id", "ok"} or {"id", "error", "kind"}; no request ends the worker."""
        number = None
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise ConfigError("A request is a JSON object.")
            number = request.pop("id", None)
            return {"id": number, "ok": self._ask(str(request.pop("ask", "")))(**request)}
        except AstrocoreError as error:
            return {"id": number, "error": str(error), "kind": type(error).__name__}
        except json.JSONDecodeError as error:
            return {"id": number, "error": f"The request is no JSON ({error}).", "kind": "ConfigError"}
        except Exception as error:  # a request that nobody foresaw must not take the warm net down
            traceback.print_exc()
            return {"id": number, "error": f"{type(error).__name__}: {error}", "kind": type(error).__name__}

    def _ask(self, name: str) -> Callable[..., dict[str, Any]]:
        asks: dict[str, Callable[..., dict[str, Any]]] = {"classify": self.classify, "explain": self.explain}
        if name not in asks:
            raise ConfigError(f"There is no request {name!r}; ask one of {', '.join(asks)}.")
        return asks[name]


def run(args: Args) -> dict[str, Any]:
    """Answer until the input ends or nobody asks for `idle` seconds; raises RunMissing when there is no such run."""
    answers, worker = sys.stdout, Worker(load_run(args.run))
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_collect, args=(sys.stdin, lines), daemon=True).start()
    with redirect_stdout(sys.stderr):  # what a library prints must not stand between the answers
        while (line := _next(lines, args.idle)) is not None:
            if line.strip():
                print(json.dumps(plain(worker.answer(line))), file=answers, flush=True)
    return {}


def _collect(stream: TextIO, lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _next(lines: queue.Queue[str | None], idle: float) -> str | None:
    """The next line; None once the input ended or nothing came in time."""
    try:
        return lines.get(timeout=idle)
    except queue.Empty:
        return None
