"""Answers in the making: the durable queue, the runner, the live answer.

Owns `Run`, `Chunk` (the stream log) and `Runner` (the lease of a process).
What is shown was committed before: `log.py` writes, `live.py` shows. Uses all
floors above. Begin with `models.py` (the states), then `runner.py`.
"""
