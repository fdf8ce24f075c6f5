"""The root of every error that a room may raise on purpose."""


class UsineError(Exception):
    """An expected failure. `code` is stable, the message is one sentence for people: what, where, what to do."""

    code = "error"
    http_status = 400


class NotFound(UsineError):
    code = "not_found"
    http_status = 404


class Forbidden(UsineError):
    code = "forbidden"
    http_status = 403
