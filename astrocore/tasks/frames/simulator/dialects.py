"""Headers as the software of different observatories writes them.

No dialect has a keyword for one class alone; the words for the type of a frame are those of the software, and where it
has no word for arcs or for biases, neither has the header.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from astrocore.tasks.frames.simulator.equipment import Equipment
from astrocore.tasks.frames.simulator.exposure import Card
from astrocore.tasks.frames.simulator.facts import Facts

TYPE_KEYWORDS = frozenset({"IMAGETYP", "OBSTYPE", "FRAME", "KOAIMTYP", "BILDTYP"})
"""Keywords that name the type of a frame."""
TIME_KEYWORDS = frozenset({"EXPTIME", "EXPOSURE", "EXPOINUS", "ITIME", "ELAPTIME", "DARKTIME", "BELICHT", "REQTIME"})
"""Keywords that tell the exposure time."""


def sexagesimal(degrees: float, hours: bool = False, sep: str = ":") -> str:
    """An angle as 12:34:56.78, of hours for a right ascension."""
    value = abs(degrees) / 15 if hours else abs(degrees)
    hundredths = round(value * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6000)
    sign = "" if hours else "-" if degrees < 0 else "+"
    return f"{sign}{whole:02d}{sep}{minutes:02d}{sep}{seconds / 100:05.2f}"


def stamp(facts: Facts, after: float = 0.0) -> str:
    """Beginning of the exposure, or `after` seconds later, as ISO time."""
    return (facts.begin + timedelta(seconds=after)).replace(tzinfo=None).isoformat(timespec="milliseconds")


def maxim(facts: Facts, own: Equipment) -> list[Card]:
    """MaxIm DL and its kin."""
    words = {"bias": "Bias Frame", "dark": "Dark Frame", "flat": "Flat Field", "arc": "Light Frame"}
    camera = own.camera
    cards: list[Card] = [
        ("DATE-OBS", stamp(facts)[:-4], "YYYY-MM-DDThh:mm:ss observation start, UT"),
        ("EXPTIME", facts.seconds, "Exposure time in seconds"),
        ("EXPOSURE", facts.seconds, "Exposure time in seconds"),
        ("SET-TEMP", float(round(camera.temperature)), "CCD temperature setpoint in C"),
        ("CCD-TEMP", facts.temperature, "CCD temperature at start of exposure in C"),
        ("XPIXSZ", own.pixel, "Pixel Width in microns (after binning)"),
        ("YPIXSZ", own.pixel, "Pixel Height in microns (after binning)"),
        ("XBINNING", camera.binning[0], "Binning factor in width"),
        ("YBINNING", camera.binning[1], "Binning factor in height"),
        ("IMAGETYP", words.get(facts.kind, "Light Frame"), "Type of image"),
        ("FOCALLEN", own.focal, "Focal length of telescope in mm"),
        ("EGAIN", round(camera.gain, 4), "Electronic gain in e-/ADU"),
        ("OBJECT", facts.target, ""),
        ("TELESCOP", own.telescope, "telescope used to acquire this image"),
        ("INSTRUME", own.instrument, "instrument or camera used"),
        ("OBSERVER", own.observer, ""),
        ("SWCREATE", "MaxIm DL Version 5.24", "Name of software"),
    ]
    if own.telescope:
        cards += [
            ("OBJCTRA", sexagesimal(facts.place[0], True, " "), "Nominal Right Ascension of center of image"),
            ("OBJCTDEC", sexagesimal(facts.place[1], False, " "), "Nominal Declination of center of image"),
        ]
    return [*cards, ("SITELAT", sexagesimal(own.latitude, False, " "), ""), ("FILTER", facts.filter, "")]


def nina(facts: Facts, own: Equipment) -> list[Card]:
    """N.I.N.A. and INDI, which know no arcs."""
    word = {"arc": "LIGHT"}.get(facts.kind, facts.kind.upper())
    camera = own.camera
    return [
        ("IMAGETYP", word, "Type of exposure"),
        ("FRAME", word.capitalize(), "Frame Type"),
        ("EXPOSURE", facts.seconds, "[s] Exposure duration"),
        ("EXPTIME", facts.seconds, "[s] Exposure duration"),
        ("DATE-OBS", stamp(facts), "Time of observation (UTC)"),
        ("XBINNING", camera.binning[0], "X axis binning factor"),
        ("YBINNING", camera.binning[1], "Y axis binning factor"),
        ("GAIN", int(camera.well) % 300, "Sensor gain"),
        ("OFFSET", int(camera.bias) % 60, "Sensor gain offset"),
        ("EGAIN", round(camera.gain, 6), "[e-/ADU] Electrons per A/D unit"),
        ("XPIXSZ", own.pixel, "[um] Pixel X axis size"),
        ("INSTRUME", own.instrument, "Imaging instrument name"),
        ("CCD-TEMP", facts.temperature, "[degC] CCD temperature"),
        ("TELESCOP", own.telescope, "Name of telescope"),
        ("FOCALLEN", own.focal, "[mm] Focal length"),
        ("RA", facts.place[0], "[deg] RA of telescope"),
        ("DEC", facts.place[1], "[deg] Declination of telescope"),
        ("AIRMASS", round(facts.airmass, 4), "Airmass at frame center"),
        ("SITELAT", own.latitude, "[deg] Observation site latitude"),
        ("SITELONG", own.longitude, "[deg] Observation site longitude"),
        ("FILTER", facts.filter, "Active filter name"),
        ("OBJECT", facts.target, "Name of the object of interest"),
    ]


def asicap(facts: Facts, own: Equipment) -> list[Card]:
    """The capture programs that come with small cameras: no type, no target."""
    return [
        ("XBINNING", own.camera.binning[0], ""),
        ("YBINNING", own.camera.binning[1], ""),
        ("EXPOINUS", round(facts.seconds * 1e6), "Exposure time in us"),
        ("GAIN", int(own.camera.well) % 300, "The ratio of output / input"),
        ("OFFSET", int(own.camera.bias) % 60, "Camera offset"),
        ("CBLACK", 0, "Initial display black level in ADUs"),
        ("SWCREATE", "ASICAP", "Name of software"),
        ("DATE-OBS", stamp(facts), "Image created time"),
        ("DATE-END", stamp(facts, facts.seconds), ""),
        ("INSTRUME", own.instrument, "Camera model"),
        ("XPIXSZ", own.pixel, "X axis pixel size in um"),
        ("EXPOSURE", facts.seconds, "Exposure time in seconds"),
        ("EXPTIME", facts.seconds, "Exposure time in seconds"),
        ("CCD-TEMP", facts.temperature, "sensor temperature in C"),
    ]


def andor(facts: Facts, own: Equipment) -> list[Card]:
    """Andor Solis: the camera's settings, neither type nor target."""
    return [
        ("HEAD", "DU940P_BV", "Head model"),
        ("ACQMODE", "Single Scan", "Acquisition mode"),
        ("READMODE", "Image", "Readout mode"),
        ("HBIN", own.camera.binning[0], "Horizontal binning"),
        ("VBIN", own.camera.binning[1], "Vertical binning"),
        ("DATATYPE", "Counts", "Data type"),
        ("TRIGGER", "Internal", "Trigger mode"),
        ("EXPOSURE", facts.seconds or 1e-5, "Total exposure time"),
        ("TEMP", facts.temperature, "Temperature"),
        ("READTIME", 2e-05, "Pixel readout time"),
        ("GAIN", int(own.camera.well) % 4, "Gain"),
        ("PREAMP", 4.0, "Pre Amplifier Gain"),
        ("SERNO", 10000 + int(own.camera.well) % 9000, "Serial number"),
        ("DATE", stamp(facts)[:-4], "File creation date"),
    ]


def iraf(facts: Facts, own: Equipment) -> list[Card]:
    """Observatories that grew up with IRAF."""
    flat = "sflat" if facts.sky else "dflat"
    words = {"bias": "zero", "flat": flat, "arc": "comp", "light": "object"}
    (x, y), shape = own.camera.binning, own.camera.shape
    section = f"[1:{shape[1] * x},1:{shape[0] * y}]"
    return [
        ("OBJECT", facts.target, "Name of the object observed"),
        ("OBSTYPE", words.get(facts.kind, facts.kind), "Type of observation"),
        ("EXPTIME", facts.seconds, "Exposure time (sec)"),
        ("DARKTIME", round(facts.seconds + 0.4, 3), "Total elapsed time (sec)"),
        ("RA", sexagesimal(facts.place[0], True), "right ascension (telescope)"),
        ("DEC", sexagesimal(facts.place[1]), "declination (telescope)"),
        ("EQUINOX", 2000.0, ""),
        ("AIRMASS", f"{facts.airmass:.5f}", "airmass"),
        ("DATE-OBS", stamp(facts)[:10], "date (yyyy-mm-dd)"),
        ("UT", stamp(facts)[11:], "Universal time"),
        ("CCDSUM", f"{x} {y}", "on chip summation (X,Y)"),
        ("GAIN", round(own.camera.gain, 2), "gain (electrons/ADU)"),
        ("RDNOISE", round(own.camera.noise, 2), "read noise (electrons)"),
        ("DETSEC", section, "detector section"),
        ("CCDTEMP", facts.temperature, "CCD temperature"),
        ("TELESCOP", own.telescope, ""),
        ("INSTRUME", own.instrument, ""),
        ("FILTER", facts.filter, "filter"),
        ("OBSERVER", own.observer, ""),
    ]


def lick(facts: Facts, own: Equipment) -> list[Card]:
    """A system that knows only an open or a closed shutter, with the lamps' switches beside."""
    shut = facts.kind in ("bias", "dark")
    lamps = {"1": "Blue", "2": "Red", "5": "Sup_Blue", "F": "He", "H": "Hg-A", "J": "Neon", "D": "Spare_Ar"}
    on = {"flat": {"2", "5"}, "arc": {"F", "H", "J"}}.get(facts.lamp, set())
    return [
        ("OBSNUM", facts.number, "observation number"),
        ("EXPTIME", round(facts.seconds, 0 if facts.seconds >= 1 else 1), "exposure time in seconds"),
        ("VERSION", "kastr", ""),
        ("DATE-OBS", stamp(facts)[:-1], "start of observation"),
        ("DATE-END", stamp(facts, facts.seconds)[:-1], ""),
        ("OBJECT", facts.target, ""),
        ("OBSTYPE", "DARK" if shut else "OBJECT", ""),
        ("GAIN", 1, ""),
        ("RA", sexagesimal(facts.place[0], True), ""),
        ("DEC", sexagesimal(facts.place[1]), ""),
        ("TEMPDET", facts.temperature, "detector temperature"),
        ("READ-SPD", 160, ""),
        ("GRATNG_N", "600/7500", ""),
        ("SLIT_N", "2.0 arcsec", ""),
        ("AIRMASS", round(facts.airmass, 3), ""),
        ("OBSERVER", own.observer, ""),
        *((f"LAMPNAM{key}", name, "") for key, name in lamps.items()),
        *((f"LAMPSTA{key}", "on" if key in on else "off", "") for key in lamps),
    ]


def keck(facts: Facts, own: Equipment) -> list[Card]:
    """A large observatory of the nineties: its own names for the time, lamps as 0 and 1."""
    words = {"flat": "flatlamp", "arc": "arclamp", "light": "object", "dark": "dark", "bias": "bias"}
    word = words[facts.kind]
    return [
        ("TELESCOP", own.telescope or "II", ""),
        ("OBSERVER", own.observer, ""),
        ("OBJECT", facts.target, ""),
        ("FILENUM", facts.number, ""),
        ("ITIME", facts.seconds, "Integration time per coadd"),
        ("COADDS", 1, ""),
        ("SAMPMODE", 2, ""),
        ("DETBIAS", 450, ""),
        ("SLITNAME", "42x0.760", ""),
        ("FILNAME", facts.filter, ""),
        ("CALMPOS", int(facts.lamp != ""), ""),
        ("FLAT", int(facts.lamp == "flat"), ""),
        ("NEON", int(facts.lamp == "arc"), ""),
        ("ARGON", int(facts.lamp == "arc"), ""),
        ("RA", facts.place[0], ""),
        ("DEC", facts.place[1], ""),
        ("AIRMASS", round(facts.airmass, 4), ""),
        ("DATE-OBS", stamp(facts)[:10], ""),
        ("UTC", stamp(facts)[11:], ""),
        ("IMAGETYP", word, ""),
        ("KOAIMTYP", word, ""),
        ("INSTRUME", own.instrument, ""),
        ("CRYOTEMP", 30.0, ""),
    ]


def lco(facts: Facts, own: Equipment) -> list[Card]:
    """A robotic network."""
    light = "EXPOSE" if facts.setting == "imager" else "SPECTRUM"
    flat = "SKYFLAT" if facts.setting == "imager" else "LAMPFLAT"
    words = {"bias": "BIAS", "dark": "DARK", "flat": flat, "arc": "ARC", "light": light}
    word = words[facts.kind]
    return [
        ("ORIGIN", "LCOGT", ""),
        ("TELESCOP", own.telescope, ""),
        ("LATITUDE", own.latitude, "[deg North] Telescope Latitude"),
        ("LONGITUD", own.longitude, "[deg East] Telescope Longitude"),
        ("OBSTYPE", word, "Observation type"),
        ("MOLTYPE", word, "Molecule type"),
        ("DATE-OBS", stamp(facts), "[UTC] Start of the observation"),
        ("EXPTIME", facts.seconds, "[s] Exposure length"),
        ("REQTIME", facts.seconds, "[s] Requested exposure length"),
        ("FILTER", facts.filter, "Filter used"),
        ("INSTRUME", own.instrument, "Instrument used"),
        ("GAIN", round(own.camera.gain, 2), "[electrons/count] Pixel gain"),
        ("RDNOISE", round(own.camera.noise, 2), "[electrons/pixel] Read noise"),
        ("CCDSUM", "{} {}".format(*own.camera.binning), "CCD binning factors"),
        ("CCDATEMP", facts.temperature, "[deg C] CCD actual temperature"),
        ("RA", sexagesimal(facts.place[0], True), "[HH:MM:SS.sss] Right ascension"),
        ("DEC", sexagesimal(facts.place[1]), "[sDD:MM:SS.ss] Declination"),
        ("OBJECT", facts.target, "Object name"),
        ("AIRMASS", round(facts.airmass, 4), "Effective mean airmass"),
        ("MOONFRAC", round(float(facts.begin.day / 31), 3), "Moon's fraction lit"),
    ]


def tower(facts: Facts, own: Equipment) -> list[Card]:
    """A laboratory's own program, which writes next to nothing."""
    return [
        ("EXPTIME", facts.seconds, ""),
        ("DATE", stamp(facts)[:10], ""),
        ("ORIGIN", own.observer, ""),
    ][: 1 + int(own.camera.well) % 3]


def german(facts: Facts, own: Equipment) -> list[Card]:
    """Amateurs who tell by the name of the target what the frame is."""
    words = {"bias": "Bias", "dark": "Dark", "flat": "Flat", "arc": "Light", "light": "Light"}
    return [
        ("OBJECT", facts.target, ""),
        ("BILDTYP", words[facts.kind], ""),
        ("EXPTIME", facts.seconds, "Belichtungszeit in s"),
        ("CCD-TEMP", facts.temperature, ""),
        ("BINNING", "{}x{}".format(*own.camera.binning), ""),
        ("GAIN", round(own.camera.gain, 3), ""),
        ("DATE-OBS", stamp(facts), ""),
        ("INSTRUME", own.instrument, ""),
        ("TELESCOP", own.telescope, ""),
        ("OBSERVER", own.observer, ""),
        ("AIRMASS", round(facts.airmass, 3), ""),
    ]


def plain(facts: Facts, own: Equipment) -> list[Card]:
    """A few cards that nearly every program writes."""
    return [
        ("IMAGETYP", {"arc": "comp", "light": "object", "bias": "zero"}.get(facts.kind, facts.kind), ""),
        ("OBJECT", facts.target, ""),
        ("EXPTIME", facts.seconds, ""),
        ("DATE-OBS", stamp(facts)[:-4], ""),
        ("INSTRUME", own.instrument, ""),
    ]


WRITERS: dict[str, Callable[[Facts, Equipment], list[Card]]] = {
    "maxim": maxim, "nina": nina, "asicap": asicap, "andor": andor, "iraf": iraf, "lick": lick, "keck": keck,
    "lco": lco, "tower": tower, "german": german, "plain": plain,
}  # fmt: skip
