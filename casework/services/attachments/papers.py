"""Has each PDF written anew by a process of its own, so that only its pages are kept.

The process gets the file by a pipe and nothing else: no environment, no key, no database. It is
ended when it takes too long.
"""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from casework.language import N_
from casework.services.attachments.unfit import Unfit

PROGRAM: Final = Path(__file__).with_name("rewriting.py")
SECONDS: Final = 30
"""How long the process may take, also where the machine is busy."""

LARGEST: Final = 20 * 1024 * 1024
TAIL: Final = 1024

AT_A_TIME: Final = threading.BoundedSemaphore(2)
"""A hostile file takes a gigabyte before it is ended: a process rewrites two at a time."""

DAMAGED = N_(
    "“%(name)s” was not taken: this PDF cannot be read. Save it once more as PDF, or photograph "
    "the pages and add the photos."
)
LOCKED = N_(
    "“%(name)s” was not taken: this PDF is locked with a password. Print it into a new PDF without "
    "one, or photograph the pages and add the photos."
)
BOMB = N_(
    "“%(name)s” was not taken: this PDF is too large or too complex. Save fewer pages as PDF, or "
    "photograph the pages and add the photos."
)
NOT_DRAWN = N_(
    "“%(name)s” was not taken: what was filled in stands only in the form, not on the page. Print "
    "it into a new PDF, or photograph the pages and add the photos."
)
REASONS: Final = {
    b"locked": LOCKED,
    b"bomb": BOMB,
    b"not drawn": NOT_DRAWN,
    b"damaged": DAMAGED,
}


def pages_only(content: bytes) -> bytes:
    """Return a PDF with the pages of ``content`` and nothing that acts, hides or tells of people.

    Raises Unfit for one that is cut off, locked, a bomb, or a form that only some viewers can show.
    """
    if b"%%EOF" not in content[-TAIL:]:
        raise Unfit(DAMAGED)
    with AT_A_TIME:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(PROGRAM)],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unfit(BOMB) from None
    if done.returncode < 0:  # ended by a limit, or by what it read
        raise Unfit(BOMB)
    if done.returncode:
        raise Unfit(REASONS.get(done.stdout, DAMAGED))
    if len(done.stdout) > LARGEST:
        raise Unfit(BOMB)
    return done.stdout
