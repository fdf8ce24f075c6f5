from django.urls import path

from usine.testdrive import views

urlpatterns = [
    path("<slug:locale_path>/<slug:vehicle>/virtual-drive/", views.show_drive, name="virtual_drive"),
    path("<slug:locale_path>/<slug:vehicle>/virtual-drive/results/", views.keep, name="keep_virtual_drive"),
    path(
        "<slug:locale_path>/<slug:vehicle>/virtual-drive/<slug:code>/",
        views.show_kept,
        name="kept_virtual_drive",
    ),
]
