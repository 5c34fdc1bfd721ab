"""What every start of the web server has in common; gunicorn reads this module's names."""

import os
from typing import Any

worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
preload_app = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"
# No access log: addresses hold what people searched for. The application writes its own.
accesslog = None


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker connections of its own; loaded before the fork, the code is shared."""
    sessions = server.app.wsgi().extensions["sessions"]
    sessions.kw["bind"].dispose(close=False)
