"""Numbers from predictions: arrays in, numbers out; knows no files, no runs, no nets, no charts."""
