"""Turn expected errors into answers: a page with one sentence, the right status, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from usine.commons.errors import UsineError
from usine.commons.pages import render_error


class BelieveProxies:
    """What a request says of its scheme counts only from a web server of ours (setting PROXIES)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR", "") not in settings.PROXIES:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class UsineErrors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, UsineError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": error.code, "message": str(error)}, status=error.http_status)
        retry_after_s = getattr(error, "retry_after_s", 0)
        return render_error(request, status=error.http_status, code=error.code, retry_after_s=retry_after_s)
