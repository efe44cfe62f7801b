"""What an operator can see: log lines and figures of this process.

Owns the log format with request and run ids (`logs.py`, `ids.py`), the removal
of secrets from every line (`redaction.py`), counters, gauges and histograms
(`metrics.py`). Uses nothing of ours and no Django. Begin with `logs.py`.
"""
