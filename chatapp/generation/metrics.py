"""Figures of the answers that this process writes."""

from chatapp.observability.metrics import METRICS

LIVE = METRICS.gauge("chatapp_answers_live", "Answers being written.")
ENDED = METRICS.counters("chatapp_answers_total", "Answers that ended.", "state")
CHARACTERS = METRICS.counter("chatapp_characters_total", "Characters committed to the stream log.")
COMMIT = METRICS.histogram("chatapp_commit_seconds", "One commit of the stream log.")
