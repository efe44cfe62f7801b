"""Real processes are killed, cut off and restarted; no byte may be lost or shown twice.

`stack.py` starts them behind the `proxy.py` that plays a bad line. Two kinds of page look on:
`reader.py` applies frames as the browser does, `tab.py` is a real Chromium. Both compare all
that they ever show with what Claude was made to say (`said.py`); begin there.
"""
