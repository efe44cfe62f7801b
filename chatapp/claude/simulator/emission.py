"""Writes the steps of one answer to its socket, each when it is due.

Driven by timers instead of a task that sleeps, and past aiohttp's writer: at 40,000
deltas a second a future and three coroutines for each would be most of the cost.
"""

import asyncio
from collections.abc import Iterator

from chatapp.claude.simulator.record import Record
from chatapp.claude.simulator.steps import Cut, Frame, Step, Wait

_FULL = 256 * 1024  # bytes waiting in our own buffer: the reader is behind
_BEHIND = 0.02  # seconds until we look again
_BURST = 200  # frames written before others have a turn


class Emission:
    """`await done` to see the end: True when all was written, False after a cut."""

    def __init__(
        self,
        transport: asyncio.Transport,
        steps: Iterator[Step],
        record: Record,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[bool] = self._loop.create_future()
        self._transport = transport
        self._steps = steps
        self._record = record
        self._due = self._loop.time()
        self._timer: asyncio.Handle = self._loop.call_soon(self._run)

    def cancel(self) -> None:
        """Write no more."""
        self._timer.cancel()
        self.done.cancel()

    def _run(self) -> None:
        failed = True
        try:
            if self._transport.get_write_buffer_size() > _FULL:
                self._due = self._loop.time() + _BEHIND
                self._sleep()
            else:
                self._write()
            failed = False
        finally:
            # A timer's exception is only logged; whoever waits must not wait for ever.
            if failed:
                self._finish(False)

    def _write(self) -> None:
        frames: list[bytes] = []
        for step in self._steps:
            if isinstance(step, Frame):
                frames.append(b"%x\r\n%b\r\n" % (len(step.data), step.data))
                if step.text:
                    self._record.deltas += 1
                    self._record.pieces.append(step.text)
                if len(frames) < _BURST:
                    continue
            elif isinstance(step, Wait):
                self._due += step.seconds
            elif isinstance(step, Cut):
                self._send(frames)
                return self._finish(False)
            if frames:
                self._send(frames)
                frames = []
            return self._sleep()
        self._send(frames)
        self._finish(True)

    def _send(self, frames: list[bytes]) -> None:
        if frames and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def _sleep(self) -> None:
        now = self._loop.time()
        if self._transport.is_closing():
            return self._finish(False)
        if self._due <= now:
            self._timer = self._loop.call_soon(self._run)
        else:
            self._timer = self._loop.call_at(self._due, self._run)

    def _finish(self, whole: bool) -> None:
        if not self.done.done():
            self.done.set_result(whole)
