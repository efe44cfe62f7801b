"""How fast the simulator speaks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """`first` seconds to the first delta, then `speed` deltas a second (0: no waiting)
    of about `chars` characters, each interval longer or shorter by up to `jitter` of it.
    The requests of a batch are done after `batch` seconds and expire after `batch_lifetime`.
    """

    first: float = 0.4
    speed: float = 50.0
    chars: int = 4
    jitter: float = 0.3
    batch: float = 0.0
    batch_lifetime: float = 86_400.0


AT_ONCE = Pace(first=0.0, speed=0.0)
