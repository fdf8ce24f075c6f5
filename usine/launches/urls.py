from django.urls import path, register_converter

from usine.launches.desk import (
    adapting,
    board,
    comparing,
    forecasting,
    founding,
    news,
    redirects,
    sites,
    workflow,
)
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.launches.visitors import machines, staging, views


class LocalePath:
    """`fr-be`, `en`: nothing that another room's address begins with, as `desk` does."""

    regex = "[a-z]{2}(?:-[a-z]{2})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LocalePath, "locale")

urlpatterns = [
    path("desk/launches/", sites.show_launches, name="desk_launches"),
    path("desk/launches/new/", founding.begin_launch, name="desk_begin_launch"),
    path("desk/launches/jobs/<int:job_id>/cancel/", sites.cancel_publication, name="desk_cancel_publication"),
    path("desk/launches/<slug:vehicle>/publish/", sites.publish, name="desk_publish"),
    path("desk/launches/<slug:vehicle>/changes/", forecasting.show_changes, name="desk_changes"),
    path("desk/launches/<slug:vehicle>/redirects/", redirects.show_redirects, name="desk_redirects"),
    path("desk/launches/<slug:vehicle>/board/", board.show_board, name="desk_board"),
    path("desk/launches/<slug:vehicle>/news/", news.show_news, name="desk_news"),
    path("desk/launches/<slug:vehicle>/board/change/", board.change_board, name="desk_change_board"),
    path(
        "desk/launches/<slug:vehicle>/<slug:market>/adapt/<locale:locale_path>/",
        adapting.adapt,
        name="desk_adapt",
    ),
    path(
        "desk/launches/<slug:vehicle>/<slug:market>/preview/<locale:locale_path>/<slug:kind>/",
        adapting.preview,
        name="desk_preview",
    ),
    path("desk/launches/<slug:vehicle>/<slug:market>/", sites.show_market, name="desk_launch_market"),
    path("desk/launches/<slug:vehicle>/<slug:market>/compare/", comparing.compare, name="desk_compare"),
    path(
        "desk/launches/<slug:vehicle>/<slug:market>/<slug:verb>/",
        sites.change_market,
        name="desk_change_market",
    ),
    path(
        "desk/launches/<slug:vehicle>/<slug:market>/workflow/<slug:verb>/",
        workflow.change_workflow,
        name="desk_workflow",
    ),
    path("staging/<str:token>/<locale:locale_path>/<slug:vehicle>/", staging.show_staging, name="staging"),
    path(
        "staging/<str:token>/<locale:locale_path>/<slug:vehicle>/<path:rest>",
        staging.show_staging,
        name="staging_page",
    ),
    path("", views.show_chooser, name="countries"),
    path("sitemap.xml", machines.show_sitemaps, name="sitemaps"),
    path("sitemaps/<locale:locale_path>/<slug:vehicle>.xml", machines.show_sitemap, name="sitemap"),
    path(".well-known/security.txt", machines.show_security, name="security"),
    path("robots.txt", machines.show_robots, name="robots"),
    path("cards/<slug:digest>.jpg", views.send_card, name="card"),
    path("papers/<slug:digest>/<str:name>", views.send_paper, name="paper"),
    path("pictures/<path:path>", views.send_shared, {"kind": "pictures"}, name="released_picture"),
    path("static/<path:path>", views.send_shared, {"kind": "static"}, name="released_static"),
    path("<locale:locale_path>/", views.open_locale, name="locale"),
    *(
        path(
            f"<locale:locale_path>/<slug:vehicle>/{PATHS[kind]}",
            views.show_page,
            {"kind": kind},
            name=f"site_{kind}",
        )
        for kind in PAGE_KINDS
        if kind != "not-found"
    ),
    path("<locale:locale_path>/<slug:vehicle>/<path:rest>", views.show_missing, name="site_missing"),
]
