"""Addresses and answers for readers outside: people, feed readers, search engines."""

from flask import Response, current_app, make_response, request, url_for


def address_of(endpoint: str, **values: object) -> str:
    """Return the one public address of a page; the host is configured, never the request's."""
    host: str = current_app.extensions["settings"].public_url
    return host + url_for(endpoint, **values)  # type: ignore[arg-type]


def tagged(body: str | bytes, status: int = 200, *, mimetype: str | None = None) -> Response:
    """Return what a browser may keep, and is told by its tag when nothing has changed.

    It asks each time, so that what is taken down is gone at once.
    """
    response = make_response(body, status)
    if mimetype:
        response.mimetype = mimetype
    if status == 200:
        response.add_etag()
        response.make_conditional(request)
    return response
