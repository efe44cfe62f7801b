"""What long conversations cost, and what is still known of them, without a model.

`python -m bench.context` replays made-up conversations through the app's own planner
(`chatapp.context.policy`), through the whole history and through LangChain's
ConversationSummaryBufferMemory, at the prices of the catalogue, and prints tables. One
word is one token. Begin with `replays.py`; `prices.py` is the model of the API's cache,
`notes.py` the stand-in for a summarizer. LangChain is the real library in an environment
of its own (`summary_buffer.py`, `make bench-context`).
"""
