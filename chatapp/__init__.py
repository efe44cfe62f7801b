"""A web chat on Anthropic's Claude API in which no word is lost.

The folders are floors, each using only those above it in the table of
`docs/architecture.md`: claude, rendering, observability; accounts; live;
conversations; usage; context; generation; chat; ops. Begin with that page,
then follow one message: `chat/views/messages.py`, `generation/runner.py`,
`generation/live.py`.
"""
