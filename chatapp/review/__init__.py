"""The support room: the queue of threads, review, notes, and stepping in.

Owns `Item` (a thread in the queue), notes, tags, macros, saved views and rules. What a
person may read is asked of conversations; every look is on record there. Uses all
floors above. Begin with `models/`, then `intake.py` and `masking.py`.
"""
