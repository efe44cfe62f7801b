"""LangChain's own ConversationSummaryBufferMemory, with a model that only extracts.

Runs in the environment of `requirements-bench.lock`, without anything of the app. Reads
a JSON object {"turns": [[user, assistant], ...], "limit", "cap", "share", "seed"} and
writes, for each turn, what it would send before the newest message and what the update
after it cost: {"summary", "kept": messages, "calls": [[input, output], ...]}.
"""

import json
import sys
import warnings
from typing import Any

from langchain_classic.memory import ConversationSummaryBufferMemory
from langchain_core.language_models.llms import LLM
from langchain_core.messages import BaseMessage

from bench.context.conversations import tokens
from bench.context.notes import Extractor


class Summarizer(LLM):
    """Answers the library's own prompt; the old notes and the new lines stand at its end."""

    extractor: Any
    cap: int
    share: float
    calls: list[tuple[int, int]] = []  # noqa: RUF012  the library copies it for each one

    @property
    def _llm_type(self) -> str:
        return "extractor"

    def _call(self, prompt: str, *_: Any, **__: Any) -> str:
        asked = prompt.rpartition("Current summary:")[2].rpartition("New summary:")[0]
        old, _, new = asked.partition("New lines of conversation:")
        size = min(self.cap, tokens(old) + round(self.share * tokens(new)))
        notes: str = self.extractor.notes([old, new], size)
        self.calls.append((tokens(prompt), tokens(notes)))
        return notes

    def get_num_tokens(self, text: str) -> int:
        return tokens(text)

    def get_num_tokens_from_messages(self, messages: list[BaseMessage], *_: Any) -> int:
        return sum(tokens(str(message.content)) for message in messages)


def main() -> None:
    warnings.simplefilter("ignore")  # it is deprecated, and still what is copied
    asked = json.load(sys.stdin)
    model = Summarizer(extractor=Extractor(asked["seed"]), cap=asked["cap"], share=asked["share"])
    memory = ConversationSummaryBufferMemory(
        llm=model, max_token_limit=asked["limit"], return_messages=True
    )
    told = []
    for user, assistant in asked["turns"]:
        sent = memory.load_memory_variables({})["history"]
        summary = memory.moving_summary_buffer
        model.calls.clear()
        memory.save_context({"input": user}, {"output": assistant})
        kept = len(sent) - bool(summary)
        told.append({"summary": summary, "kept": kept, "calls": list(model.calls)})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
