"""What time does to files: the scanner is asked again, what was never sent is thrown away."""

from datetime import datetime

from casework.jobs.work import Work
from casework.services.attachments import baskets, scanning
from casework.services.attachments.scanning import ScannerAway

AT_ONCE = 200


def scan_waiting(work: Work, at: datetime) -> int:
    """Ask the scanner about the files that wait for it, the oldest first; count the answers.

    It ends with the first file about which nothing can be learned: the scanner is away.
    """
    if work.scanner is None:
        return 0
    with work.sessions() as session:
        waiting = [file.id for file in scanning.waiting(session, limit=AT_ONCE)]
    for count, file_id in enumerate(waiting):
        with work.sessions() as session:
            content = scanning.content_to_scan(session, file_id, sealer=work.sealer)
        if content is None:
            continue
        try:
            found = work.scanner.verdict(content)
        except ScannerAway:
            return count
        with work.sessions.begin() as session:
            scanning.settle(session, file_id, found, at=at, sealer=work.sealer)
    return len(waiting)


def throw_away_unsent(work: Work, at: datetime) -> int:
    """Delete the files of forms that were never sent."""
    with work.sessions.begin() as session:
        return baskets.throw_away_unsent(session, at=at)
