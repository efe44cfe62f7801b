"""What one streamed answer costs: our app beside the bare floor, in one run.

`python -m bench` prints a table: the app (signed in, saved, rendered) and a bare
ASGI relay under the same server (`floor.py`), each alone on one core; the model
(`model.py`) and the readers (`readers.py`) share the other. Judge by the ratios.
"""
