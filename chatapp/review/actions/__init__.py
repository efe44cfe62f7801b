"""The verbs of the support room, a file a subject: items, notes and marks, takeovers, the room.

Each locks what it changes, writes the audit line in the same transaction, and rings
on commit for open queues (`queue:`) and open threads (`thread:`).
"""
