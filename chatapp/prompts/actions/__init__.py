"""The verbs of prompts, by use case.

`writing.py` saves versions, cards, approvals and comments; `publishing.py` moves what
answers people: labels and rollouts. Each locks the prompt's row and leaves a line in
the record of changes.
"""
