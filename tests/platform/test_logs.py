"""Logs never hold what people typed, whoever writes them."""

import json
import logging
import subprocess
import sys

from casework.logs import leave_out_persons, tell_faults_by_place

CANARY = "13800001111"


def test_personal_values_are_left_out() -> None:
    event = leave_out_persons(None, "info", {"event": "x", "phone": CANARY, "count": 3})
    assert event == {"event": "x", "phone": "[left out]", "count": 3}


def test_a_fault_is_told_by_its_place_and_not_by_its_words() -> None:
    try:
        int(CANARY + "x")
    except ValueError as error:
        event = tell_faults_by_place(None, "error", {"event": "fault", "exc_info": error})
    assert event["kind"] == "ValueError"
    assert "test_logs.py" in event["places"][0]
    assert CANARY not in json.dumps(event)


def test_other_libraries_log_the_same_way() -> None:
    program = (
        "import logging; from casework import logs; logs.start()\n"
        "try: int('" + CANARY + "x')\n"
        "except ValueError: logging.getLogger('other').exception('it failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    line = json.loads(done.stderr)
    assert line["event"] == "it failed"
    assert line["kind"] == "ValueError"
    assert CANARY not in done.stderr
    assert logging.getLogger("other").level == logging.NOTSET
