"""Turn expected errors into answers: one sentence, the right status, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from usine.commons.errors import UsineError


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
        return render(request, "error.html", {"error": error}, status=error.http_status)
