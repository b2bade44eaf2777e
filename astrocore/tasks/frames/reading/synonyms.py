"""Under which keywords observatories write a quantity, in the order in which they are believed.

Keywords are compared without blanks, points, hyphens and underscores, in upper case.
"""

from __future__ import annotations

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "exposure_time": (
        *(
            "EXPTIME",
            "EXPOSURE",
            "EXPOSED",
            "EXP_TIME",
            "EXPTIM",
            "TEXPTIME",
            "ITIME",
            "INTTIME",
            "INT_TIME",
            "TRUITIME",
        ),
        *("ELAPTIME", "TELAPSE", "XPOSURE", "EFFEXPTM", "ESO DET WIN1 DIT1", "ESO DET DIT", "EXPMS", "EXPINMS"),
        *("EXPOINMS", "EXPUS", "EXPINUS", "EXPOINUS", "EXPTOTAL", "DARKTIME"),
    ),
    "gain": (
        *("GAIN", "EGAIN", "CCDGAIN", "DETGAIN", "GAINCCD", "SYSGAIN", "GAIN1", "GAIN_1", "GAIN.SPE", "AGAIN_01"),
        *("ESO DET OUT1 CONAD", "ESO DET OUT1 GAIN", "ISO", "ISOSPEED"),
    ),
    "temperature": (
        *("CCD-TEMP", "CCDTEMP", "CCD_TEMP", "CCDATEMP", "DET-TEMP", "DETTEMP", "DET_TEMP", "TEMPDET", "CAMTEMP"),
        *("SENSTEMP", "CHIPTEMP", "CCDTEMP1", "TEMPERAT", "TEMP", "SET-TEMP", "SETTEMP", "CCDSTEMP", "CCDSETT"),
    ),
    "binning_x": (
        *("XBINNING", "BINX", "XBIN", "CCDXBIN", "HBIN", "BINNINGX", "BIN-X", "BINAXIS1", "CCDBIN1", "RBIN"),
        *("ESO DET WIN1 BINX", "CCDSUM", "BINNING", "CCDBIN", "BIN", "DETBIN"),
    ),
    "binning_y": (
        *("YBINNING", "BINY", "YBIN", "CCDYBIN", "VBIN", "BINNINGY", "BIN-Y", "BINAXIS2", "CCDBIN2", "CBIN"),
        *("ESO DET WIN1 BINY", "CCDSUM", "BINNING", "CCDBIN", "BIN", "DETBIN"),
    ),
    "airmass": ("AIRMASS", "SECZ", "AMSTART", "AIRMASS1", "ESO TEL AIRM START", "ESO OBS AIRM"),
    "moon_phase": ("MOONPHAS", "MOONPHSE", "MOONPHASE", "MOON_PHASE", "MOONILL", "MOONFRAC", "MOONILLU"),
    "seeing": ("SEEING", "DIMMSEE", "DSEEING", "FWHM", "GUIDFWHM", "ESO TEL AMBI FWHM START", "ESO TEL IA FWHM"),
    "ra": ("RA", "OBJCTRA", "TELRA", "OBSRA", "RA_OBJ", "OBJRA", "TARGRA", "RA_TARG", "CAT-RA", "RA-D", "RA_PNT"),
    "dec": (
        *("DEC", "OBJCTDEC", "TELDEC", "OBSDEC", "DEC_OBJ", "OBJDEC", "TARGDEC", "DEC_TARG", "CAT-DEC", "DEC-D"),
        "DEC_PNT",
    ),
    "date": (
        *("DATE-OBS", "DATE-BEG", "DATE-STA", "DATE_OBS", "DATEOBS", "UTDATE", "UTSTART", "DATE-END", "MJD-OBS", "MJD"),
        *("JD", "DATETIME", "FRAME", "DATE"),
    ),
    "frame_type": (
        *("IMAGETYP", "IMAGETYPE", "IMGTYPE", "IMTYPE", "OBSTYPE", "OBS_TYPE", "FRAMETYP", "FRAMETYPE", "EXPTYPE"),
        *(
            "EXP_TYPE",
            "CCDTYPE",
            "VIMTYPE",
            "KOAIMTYP",
            "DATA-TYP",
            "DATATYP",
            "ESO DPR TYPE",
            "ESO DPR CATG",
            "CALTYPE",
        ),
        *("OBSCLASS", "FRAME", "PICTTYPE", "OBS_MODE", "OBSMODE", "OBS-MODE"),
    ),
    "object": (
        *("OBJECT", "OBJNAME", "OBJ_NAME", "OBJECT1", "TARGNAME", "TARGET", "TARGNAM", "OBJCTNAM", "ESO OBS TARG NAME"),
        *("TITLE", "FIELD"),
    ),
    "filter": (
        *(
            "FILTER",
            "FILTERS",
            "FILTNAM",
            "FILTNAME",
            "FILTERID",
            "FILTER1",
            "FILTERNM",
            "FILNAME",
            "FILNAM",
            "FILTNME1",
        ),
        *("ESO INS FILT1 NAME", "FILTER2", "FILTNME2", "FILTNME3", "FILTNAM1", "INSFILTE", "BAND", "WAVELNTH"),
    ),
    "lamp": (
        *("LAMP", "LAMPS", "LAMPID", "LAMPNAME", "ARCLAMP", "CALLAMP", "LMP_ID", "LAMP_ID", "FLATLAMP", "CALSOURC"),
        *("CALLMP", "OBSLAMP"),
    ),
    "disperser": (
        *(
            "GRATING",
            "GRISM",
            "DISPERSE",
            "DISPERSR",
            "DISPNAME",
            "GRATNAM",
            "GRANAME",
            "GRISNAME",
            "GRISM_N",
            "GRATNG_N",
        ),
        *("GRAT_ID", "ECHELLE", "ECHNAME", "CONFNAME", "ESO INS GRIS1 NAME", "ESO INS GRAT NAME", "SLITNAME", "SLIT_N"),
        *(
            "SLIT",
            "SLITMASK",
            "SLMSKNAM",
            "ESO INS SLIT NAME",
            "DECKNAME",
            "DECKER",
            "APERTURE",
            "APERNAME",
            "APERTYPE",
        ),
    ),
    "instrument": (
        *(
            "INSTRUME",
            "INSTRUMENT",
            "INSTRUM",
            "CURRINST",
            "CAMERA",
            "CAMNAME",
            "CAMID",
            "CAMMODEL",
            "LCAMMOD",
        ),
        *("DETECTOR", "DETNAM", "DSENSOR", "SENSOR", "HEAD"),
    ),
    "telescope": ("TELESCOP", "TELESCOPE", "TELNAME", "LTELMOD", "TELESCID", "TELID", "SCOPE"),
    "observatory": (
        "OBSERVAT",
        "OBSERVATORY",
        "SITENAME",
        "SITE",
        "SITEID",
        "OBSERVTY",
        "OBSAFFIL",
        "OBSNAME",
        "ORIGIN",
    ),
    "mode": (
        *(
            "OBSMODE",
            "OBS_MODE",
            "OBS-MODE",
            "INSTMODE",
            "INSMODE",
            "MODE",
            "CONFMODE",
            "DETMODE",
            "CAMMODE",
            "ACQMODE",
        ),
        *("READMODE", "ESO DPR TECH", "SAMPMODE"),
    ),
}
"""Canonical name of a quantity -> keywords."""
ALTITUDES = ("OBJCTALT", "TELALT", "ALT-OBJ", "ALT_OBJ", "ALTITUDE", "ALT", "ELEVATIO", "ELEV", "EL", "ESO TEL ALT")
"""Where the height over the horizon stands [deg]; some of these also name the height of the site."""
SATURATIONS = ("SATURATE", "SATURATI", "SATLEVEL", "SATUR_LEVEL", "MAXLIN", "SATVAL")
"""From which value on a pixel is saturated, in the units of the pixels."""
SECONDS: Mapping[str, float] = {
    **dict.fromkeys(("EXPMS", "EXPINMS", "EXPOINMS"), 1e-3),
    **dict.fromkeys(("EXPUS", "EXPINUS", "EXPOINUS"), 1e-6),
}
"""Seconds in the unit that a keyword of the exposure time implies."""
