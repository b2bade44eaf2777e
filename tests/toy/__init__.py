"""A task of one page: points of two classes in a CSV file, read as a data set with a modality that may be missing."""
