"""Tests of the client and the simulator, each the other's partner.

The official `anthropic` package judges both: what it reads from the simulator must be
what our client reads. Time and chance are replaced; the network is real loopback.
Begin with `conftest.py`.
"""
