from django.urls import path

from usine.launches import views
from usine.launches.rules import PAGE_KINDS, PATHS

urlpatterns = [
    path("", views.show_chooser, name="countries"),
    path("sitemap.xml", views.show_sitemap, name="sitemap"),
    path("robots.txt", views.show_robots, name="robots"),
    path("pictures/<path:path>", views.send_shared, {"kind": "pictures"}, name="released_picture"),
    path("static/<path:path>", views.send_shared, {"kind": "static"}, name="released_static"),
    path("<slug:locale_path>/", views.open_locale, name="locale"),
    *(
        path(
            f"<slug:locale_path>/<slug:vehicle>/{PATHS[kind]}",
            views.show_page,
            {"kind": kind},
            name=f"site_{kind}",
        )
        for kind in PAGE_KINDS
    ),
]
