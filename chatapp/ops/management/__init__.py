"""Where Django looks for commands.

Owns nothing itself: the commands are thin doors to `supervisor.py`, `web.py`
and `alone.py` of the folder above, which hold the logic and its tests. A new
command goes into `commands/`, one file each. Begin with `commands/serve.py`.
"""
