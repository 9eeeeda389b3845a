"""Prints line by line, as at a terminal: output is shown while the program runs, and survives its being killed."""

import sys

sys.stdout.reconfigure(line_buffering=True)
