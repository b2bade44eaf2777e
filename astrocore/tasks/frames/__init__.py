"""Frames: bias, dark, flat, sky or spectrum, from an observatory's raw frames and their headers (OST)."""
