"""A run's folder: the one place that reads and writes it. No torch.

    run.json               info.py          what was trained, on what, how it went
    .lock                  lock.py          held while a process works on the run
    events.jsonl           events.py        one line per report of the training loop
    looks.jsonl            events.py        one line per look at the results on test
    model.safetensors      weights.py       weights and buffers; nothing is executed on load
    companion.skops        companion.py     a gradient-boosting model beside the net; nothing is executed on load
    predictions.parquet    predictions.py   probabilities and embeddings: all that the analysis needs
    projections/           projections.py   2-D and 3-D maps of the embeddings
    thresholds/            profiles.py      decisions, one JSON each
    alignment.json         reports.py       what the verb align measured
    boundaries/            reports.py       maps of the class over two columns, one JSON each

Beside the runs lie experiments, <name>.experiment/experiments.json (experiments.py): tables over many runs.

Every file is whole or not there, whatever kills its writer.
"""

from astrocore.runs.companion import Companion, companion_file, load_companion, save_companion
from astrocore.runs.info import DataRef, FoldRef, RunInfo, StageInfo, Verdict
from astrocore.runs.predictions import Predictions, joined
from astrocore.runs.predictions_file import read_predictions, write_predictions, writing
from astrocore.runs.profiles import VERDICT, Profile, heard, load_profile, profiles, save_profile
from astrocore.runs.projections import Projection, load_projection, projection_key, projections, save_projection
from astrocore.runs.run import Run, create_run, find_runs, load_run, run_folder
from astrocore.runs.threshold_forms import read_thresholds
from astrocore.runs.weights import expect_task, load_state, save_state

__all__ = [
    "VERDICT",
    "Companion",
    "DataRef",
    "FoldRef",
    "Predictions",
    "Profile",
    "Projection",
    "Run",
    "RunInfo",
    "StageInfo",
    "Verdict",
    "companion_file",
    "create_run",
    "expect_task",
    "find_runs",
    "heard",
    "joined",
    "load_companion",
    "load_profile",
    "load_projection",
    "load_run",
    "load_state",
    "profiles",
    "projection_key",
    "projections",
    "read_predictions",
    "read_thresholds",
    "run_folder",
    "save_companion",
    "save_profile",
    "save_projection",
    "save_state",
    "write_predictions",
    "writing",
]
