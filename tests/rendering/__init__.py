"""Tests of text becoming safe HTML. Begin with `reading.py`, which reads the result."""
