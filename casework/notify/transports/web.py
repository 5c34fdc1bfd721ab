"""One request to a system elsewhere: no redirects, no proxies, no waiting without end."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, NamedTuple

from casework.notify.transports.outcomes import Later

TIMEOUT = 10.0
MOST_READ = 64 * 1024


class Answer(NamedTuple):
    """What the other side said."""

    status: int
    body: bytes


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other, and never followed."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects())


def ask(
    url: str, *, method: str, headers: Mapping[str, str], body: bytes | None, timeout: float
) -> Answer:
    """Send one request and return the answer, whatever its status. Raises Later without one."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            return Answer(response.status, response.read(MOST_READ))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(MOST_READ))
    except (OSError, HTTPException) as error:
        raise Later(type(error).__name__) from error
