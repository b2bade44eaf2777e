"""Every error that astrocore raises on purpose, drawn as a tree.

    AstrocoreError
    +-- InputError             a file or table that a user brought
    |   +-- FileUnreadable       absent, empty, truncated, of another format
    |   |   +-- NothingUsable        files of which none could be used, with what is wrong with each
    |   +-- MissingColumns
    |   +-- LeakColumn           a column that gives the label away, asked for as a feature
    |   +-- UnknownLabel
    |   +-- BadValue             a number outside its domain, named by row and column
    |   +-- DuplicateIds
    |   +-- Misaligned           arrays and table that do not have the same rows
    |   +-- GroupLeak            one star (field, night) in more than one split
    |   +-- MissionsPooled       labels of two missions in one table: the mission would give them away
    |   +-- ShortCadence         a light curve of short cadence, averaged or left out
    |   +-- DuplicateFile        the same cadences of a star in another file, left out
    |   +-- TimesEqual           a light curve whose points all have one time
    |   +-- FrameDefect          a file that gives no frame, and why
    |       +-- CannotOpen         absent, a folder, or not allowed to be read
    |       +-- EmptyFile
    |       +-- LfsPointer         the stand-in that Git LFS leaves where a file was not fetched
    |       +-- NotAnImage         text, a web page, another format
    |       +-- HeaderOnly         a FITS file without pixels
    |       +-- TableOnly          a FITS file with tables, or with random groups of visibilities, alone
    |       +-- OneDimensional     a spectrum or list of numbers
    |       +-- TableAsImage       columns of numbers stored as a narrow image
    |       +-- TooSmall           an image of fewer than 2 x 2 pixels
    |       +-- NothingMeasured    an image whose pixels are all blank
    |       +-- Truncated          the file ends before its pixels do
    |       +-- UnreadableCodec    compressed in a way that can't be undone here
    |       +-- TooLarge           more pixels, or more bytes after expansion, than the reader takes
    |       +-- Damaged            bytes that nothing could make sense of
    +-- NotWritable            a data set can't be written where it was wanted
    +-- ConfigError            a setting that does not fit
    +-- RunError               a run's folder
    |   +-- RunMissing
    |   +-- RunNotWritable
    |   +-- WrongTask            a data set, checkpoint or profile of another task or other classes
    |   +-- ForeignWeights       not safetensors, truncated, or not written by astrocore
    |   +-- ForeignProfile       not a threshold profile
    |   +-- ForeignExperiment    not an experiments.json, or a damaged one
    |   +-- NothingToResume
    +-- WorkerFailed           a helper process of the app died or did not answer

Each message is one paragraph that names the thing, says what is wrong with it and what to do.
"""


class AstrocoreError(Exception):
    """Something a user can mend; the command line prints it without a traceback."""


class InputError(AstrocoreError):
    """A file or table that a user brought can't be used as it is."""


class FileUnreadable(InputError):
    """A file is absent, empty, truncated or of another format."""


class NothingUsable(FileUnreadable):
    """None of the files could be used; `defects` tells of each, as a draft's do."""

    def __init__(self, message: str, defects: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.defects = defects


class MissingColumns(InputError):
    """A table lacks columns that the task needs."""


class LeakColumn(InputError):
    """A column that gives the label away was asked for as a feature."""


class UnknownLabel(InputError):
    """A label is not one of the classes."""


class BadValue(InputError):
    """A number lies outside its domain."""


class DuplicateIds(InputError):
    """Two rows carry one object_id."""


class Misaligned(InputError):
    """Arrays and table do not have the same rows."""


class GroupLeak(InputError):
    """One group (star, field, night) appears in more than one split."""


class MissionsPooled(InputError):
    """Labelled rows of two missions stand in one table; the mission would give the label away."""


class ShortCadence(InputError):
    """A light curve of short cadence was averaged, or left out."""


class DuplicateFile(InputError):
    """Cadences of a star stand in an earlier file already and were left out."""


class TimesEqual(InputError):
    """All points of a light curve have one time."""


class FrameDefect(InputError):
    """A file gives no frame; the kind of the error is the reason."""


class CannotOpen(FrameDefect):
    """A file is absent, a folder, or not allowed to be read."""


class EmptyFile(FrameDefect):
    """A file holds no byte."""


class LfsPointer(FrameDefect):
    """A file is the text that Git LFS leaves where the real one was not fetched."""


class NotAnImage(FrameDefect):
    """A file is text, a web page or of another format, or its numbers are not those of a detector."""


class HeaderOnly(FrameDefect):
    """A FITS file has headers and no pixels."""


class TableOnly(FrameDefect):
    """A FITS file has tables, or random groups, and no image."""


class OneDimensional(FrameDefect):
    """An image has a single axis longer than one pixel."""


class TableAsImage(FrameDefect):
    """An image so narrow and long that it can only be columns of numbers."""


class TooSmall(FrameDefect):
    """An image has fewer than 2 x 2 pixels."""


class NothingMeasured(FrameDefect):
    """All pixels of an image are blank."""


class Truncated(FrameDefect):
    """A file ends before its pixels do."""


class UnreadableCodec(FrameDefect):
    """An image is compressed in a way that can't be undone."""


class TooLarge(FrameDefect):
    """A file asks for more memory than the reader takes for one frame."""


class Damaged(FrameDefect):
    """Nothing could make sense of a file's bytes."""


class NotWritable(AstrocoreError):
    """A data set can't be written where it was wanted."""


class ConfigError(AstrocoreError):
    """A setting does not fit."""


class RunError(AstrocoreError):
    """A run's folder can't be used as asked."""


class RunMissing(RunError):
    """No run, or no such part of a run, lies there."""


class RunNotWritable(RunError):
    """The run's folder can't be written."""


class WrongTask(RunError):
    """A data set, checkpoint or profile belongs to another task or other classes."""


class ForeignWeights(RunError):
    """A weights file is not safetensors, is truncated, or was not written by astrocore."""


class ForeignProfile(RunError):
    """A file is not a threshold profile."""


class ForeignExperiment(RunError):
    """A file is not a table of experiments, or is damaged."""


class NothingToResume(RunError):
    """Resume was asked for where no checkpoint was left."""


class WorkerFailed(AstrocoreError):
    """A helper process of the app died, did not answer in time, or met an error that nobody foresaw."""
