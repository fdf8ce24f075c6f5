"""Answer templates, and the form by which an author is forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import UsineError
from usine.reputation.desk import words
from usine.reputation.desk.entering import desk_screen
from usine.reputation.erasing import erase_author
from usine.reputation.keeping import drop_template, save_template
from usine.reputation.queries import list_sources, list_templates


@require_GET
@desk_screen
def show_templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of them; `?edit=` puts one into the form, where its name and language make it the same one."""
    rows = list_templates()
    edited = next((row for row in rows if str(row.pk) == request.GET.get("edit")), None)
    context = {
        "room": "reputation",
        "tab": "templates",
        "rows": [
            {
                "template": row,
                "language": words.name_language(row.language),
                "direction": words.direction(row.language),
                "for": [str(said[key]) for said, key in _uses(row) if key],
            }
            for row in rows
        ],
        "edited": edited,
        "is_central": actor.role is Role.CENTRAL,
        "languages": words.list_language_choices(),
        "intents": list(words.INTENTS.items()),
        "aspects": list(words.ASPECTS.items()),
        "sources": [(source.slug, source.name) for source in list_sources(actor)],
        "can_erase": actor.role is Role.CENTRAL,
    }
    return render(request, "reputation/desk/answers.html", context)


def _uses(row: Any) -> list[tuple[dict[str, Any], str]]:
    return [(words.INTENTS, row.intent), (words.ASPECTS, row.aspect)]


@require_POST
@desk_screen
def keep_template(request: HttpRequest, actor: Actor) -> HttpResponse:
    post = request.POST
    try:
        save_template(
            post.get("name", ""),
            post.get("language", ""),
            post.get("text", ""),
            intent=post.get("intent", ""),
            aspect=post.get("aspect", ""),
            by=actor,
        )
    except UsineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The template is kept."))
    return redirect("reputation_templates")


@require_POST
@desk_screen
def delete_template(request: HttpRequest, actor: Actor, template: int) -> HttpResponse:
    try:
        drop_template(template, by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The template is deleted."))
    return redirect("reputation_templates")


@require_POST
@desk_screen
def erase(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Forget an author at their request; central alone."""
    if actor.role is not Role.CENTRAL:
        raise Http404
    source, author = request.POST.get("source", ""), request.POST.get("author", "").strip()
    try:
        count = erase_author(source, author, by=actor.name, now=timezone.now())
    except UsineError as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "%(n)s mention is erased; nothing of this author is taken again.",
            "%(n)s mentions are erased; nothing of this author is taken again.",
            count,
        )
        messages.success(request, said % {"n": words.write_number(count)})
    return redirect("reputation_templates")
