from pathlib import Path
from astrocore.runs.files import write_json


def save_experiments(folder, told):
    write_json(folder / "experiments.json", told)
