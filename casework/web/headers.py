"""What every answer carries: security headers, caching, and one line in the log without names."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, current_app, g, request

from casework.web.guard import OpenBlueprint, loaded_viewer
from casework.web.uploads import BODY_LIMIT, may_be_large

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000"
HASHED = re.compile(r"build/[\w-]+\.[0-9a-f]{10}\.\w+")
REQUEST_ID = re.compile(r"[\w-]{8,64}", re.ASCII)

log = structlog.get_logger("request")


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_complete)


def _begin() -> None:
    g.began = time.perf_counter()
    if may_be_large(request.endpoint):
        request.max_content_length = BODY_LIMIT
    g.request_id = _request_id()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _request_id() -> str:
    """Take the proxy's id when there is a proxy that we trust, else make one."""
    given = request.headers.get("X-Request-ID", "")
    if current_app.config["PROXIES"] and REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _complete(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    if "Cache-Control" not in response.headers or request.endpoint == "static":
        response.headers["Cache-Control"] = _caching(response.status_code)
    if not _is_static():
        response.vary.update(("Cookie", "Accept-Language"))
    if "request_id" in g:
        response.headers["X-Request-ID"] = g.request_id
        _write_line(response.status_code)
    return response


def _is_static() -> bool:
    return request.endpoint == "static"


def _caching(status: int) -> str:
    """Keep nothing, except files whose name changes with their content and pages for everybody."""
    if _is_static():
        name = (request.view_args or {}).get("filename", "")
        if status in (200, 206, 304) and HASHED.fullmatch(name):
            return "public, max-age=31536000, immutable"
        return "no-cache" if status < 400 else "no-store"
    blueprint = current_app.blueprints.get(request.blueprint or "")
    shared = isinstance(blueprint, OpenBlueprint) and blueprint.shared
    if shared and status in (200, 304) and loaded_viewer() is None:
        return "private, no-cache"
    return "no-store"


def _write_line(status: int) -> None:
    """Log the route, never the address: addresses hold numbers and what people searched for."""
    if _is_static():
        return
    viewer = loaded_viewer()
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=status,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        user=viewer.id if viewer else None,
    )
