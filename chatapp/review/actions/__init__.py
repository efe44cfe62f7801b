"""The verbs of the support room, a file a subject."""
