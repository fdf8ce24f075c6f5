"""The desk's screen on which the central team begins a launch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import UsineError
from usine.launches.sources.library import list_choices, read_library
from usine.launches.writing.founding import (
    TITLE_AT_MOST,
    check_may_begin,
    find_home,
    found_launch,
    list_candidates,
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def begin_launch(request: HttpRequest) -> HttpResponse:
    """Choose a released range, a title, an opening picture; what is wrong is said above what was typed."""
    actor = get_actor(request.user)
    check_may_begin(actor)
    status, fault = 200, ""
    if request.method == "POST":
        picture = request.POST.get("picture", "")
        try:
            launch = found_launch(
                request.POST.get("vehicle", ""),
                title=request.POST.get("title", ""),
                picture=int(picture) if picture.isdecimal() else None,
                by=actor,
            )
        except UsineError as error:
            status, fault = error.http_status, str(error)
        else:
            messages.success(
                request,
                _("The launch “%(title)s” is begun. Write its pages, then publish its markets.")
                % {"title": launch.title},
            )
            return redirect(reverse("wagtailadmin_pages:edit", args=[find_home(launch).pk]))
    candidates = list_candidates()
    context = {
        "room": "launches",
        "fault": fault,
        "candidates": [candidate for candidate in candidates if not candidate.fault],
        "not_yet": [candidate for candidate in candidates if candidate.fault],
        "library": list_choices(read_library()),
        "typed": request.POST,
        "longest": TITLE_AT_MOST,
    }
    return render(request, "launches/desk/begin.html", context, status=status)
