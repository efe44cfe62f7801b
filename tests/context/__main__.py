"""The fuzz at length: `python -m tests.context 10000` judges so many requests."""

import sys

import pytest

wanted = sys.argv[1] if len(sys.argv) > 1 else "10000"
options = [f"--requests={wanted}", "--timeout=0", "-s"]
sys.exit(pytest.main(["tests/context/test_fuzz.py", *options]))
