"""The line between browsers and servers, as bad as a test wants it."""

import asyncio
import threading
from collections.abc import Callable, Sequence

from tests.environment import free_port


class Line:
    """One connection: two sockets, and whether anything passes between them."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = writers
        self.flows = asyncio.Event()
        self.flows.set()

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                await self.flows.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()


class Proxy:
    """Passes each connection on to the first of `targets` that takes it."""

    def __init__(self, targets: Sequence[int]) -> None:
        self.port = free_port()
        self.targets = targets
        self.is_open = True
        self.lines: set[Line] = set()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        start = asyncio.start_server(self._accept, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(start, self.loop).result(10)

    def cut(self) -> None:
        """Break off every connection, in the middle of whatever it carries."""
        self._to_all(lambda line: [writer.transport.abort() for writer in line.writers])

    def hang_up(self) -> None:
        """End every connection politely, what is on its way arrives."""
        self._to_all(lambda line: [writer.close() for writer in line.writers])

    def stall(self) -> None:
        """Let nothing more pass on the present connections, without a word."""
        self._to_all(lambda line: line.flows.clear())

    def resume(self) -> None:
        self._to_all(lambda line: line.flows.set())

    def stop(self) -> None:
        self.is_open = False
        self.cut()
        for task in asyncio.all_tasks(self.loop):
            self.loop.call_soon_threadsafe(task.cancel)
        self.loop.call_soon_threadsafe(self.loop.call_soon, self.loop.stop)

    def _to_all(self, do: Callable[[Line], object]) -> None:
        async def work() -> None:
            for line in list(self.lines):
                do(line)

        asyncio.run_coroutine_threadsafe(work(), self.loop).result(10)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far = await self._far_end() if self.is_open else None
        if far is None:
            writer.transport.abort()
            return
        line = Line(writer, far[1])
        self.lines.add(line)
        await asyncio.gather(line.carry(reader, far[1]), line.carry(far[0], writer))
        self.lines.discard(line)

    async def _far_end(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for port in self.targets:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
        return None
