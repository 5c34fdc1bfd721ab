"""What a running installation tells in its folder: that it runs, and at which address."""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass
class RunState:
    """The lock and the note of the process that runs a folder; the lock ends with the process."""

    var: Path
    _lock: TextIO | None = None

    @property
    def _note(self) -> Path:
        return self.var / "running.json"

    def take(self) -> bool:
        """Become the one who runs this folder. False when another process is that already."""
        lock = open(self.var / "run.lock", "w", encoding="utf-8")  # noqa: SIM115 - held until we end
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    def noted(self) -> dict[str, str]:
        """Return the note of whoever ran here last; empty after a clean end."""
        try:
            note: dict[str, str] = json.loads(self._note.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return note

    def note(self, address: str) -> None:
        self._write({"pid": str(os.getpid()), "address": address})

    def _write(self, note: dict[str, str]) -> None:
        draft = self._note.with_suffix(".new")
        draft.write_text(json.dumps(note), encoding="utf-8")
        draft.replace(self._note)

    def ending(self) -> None:
        """Say that we are about to go, so that a next start waits for it."""
        if self._lock is not None:
            self._write({**self.noted(), "ending": "yes"})

    def end(self) -> None:
        """Say that nothing runs here any more, if it was us who ran."""
        if self._lock is not None:
            self._note.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None
