"""Waiting for something outside this process, for a limited time."""

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Return whether ``condition`` came true in time."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.05)
    return True
