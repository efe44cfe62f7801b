"""A stand-in for Claude's API: real HTTP, the same wire format, failures on request.

Owns the pretended answers and faults; uses aiohttp and the catalogue, nothing else.
Begin with `server.py` (routes), then `wire.py` (frames), `answers.py` (what is said).
In a test: `async with Simulator() as sim: ... sim.url, sim.sent`. On its own:
`python -m chatapp.claude.simulator --port 8900 [--speed 50] [--script "[[sim: ...]]"]`.

`GET /simulator/requests` gives what was asked and sent; `DELETE` on it forgets that.
`POST /simulator/script` with `{"script": "[[sim: ...]]"}` sets directives that hold for
all following requests. A directive in the newest user message wins over the script:

    [[sim: text ANYTHING]]       answer exactly this     [[sim: text64 BASE64]]  the same, coded
    [[sim: giant 100000]]        so many characters      [[sim: hostile]]        markup that attacks
    [[sim: speed 200]]           deltas a second, 0: all [[sim: delta 4]]        characters a delta
    [[sim: slow-start 3]]        seconds to the headers  [[sim: first 0.5]]      to the first delta
    [[sim: stamp]]               each delta is the monotonic time of its writing
    [[sim: error 529]]           answer with that status [[sim: error 529 times 2]]  twice
    [[sim: retry-after 3]]       header of such an error [[sim: error-code CODE]]    in its details
    [[sim: error-mid overloaded_error after 20]]         error event after so many deltas
    [[sim: cut after 30]]        connection breaks       [[sim: no-stop]]        no message_stop
    [[sim: stall after 10 for 5]] silence for seconds    [[sim: not-sse]]        HTML instead
    [[sim: stop max_tokens]]     ends with that reason   [[sim: refusal]]        refuses
    [[sim: thinking off]]        no thinking block       [[sim: thinking TEXT]]  thinks this, shown
    [[sim: tool NAME {"a": 1}]]  calls a tool            [[sim: unknown-events]] types nobody knows
    [[sim: crlf]]                lines end with \\r\\n  [[sim: tool-again NAME {}]]  in each round
    [[sim: batch-delay 60]]      seconds until it is done in a batch

In a batch the directives of each request hold for it alone: `error 529` is its result,
and what is not done when the batch is a day old expires. `cut after 3` in the script
breaks the reading of results after so many lines.

A tool is called only where the request offers it. What else is asked for beside it, the
round after its results does; `tool-again` calls until `tool_choice` forbids it.

Asked for notes on a `<transcript>`, it copies out what was to be remembered.
"""

from chatapp.claude.simulator.pace import Pace
from chatapp.claude.simulator.record import Record
from chatapp.claude.simulator.server import Simulator

__all__ = ["Pace", "Record", "Simulator"]
