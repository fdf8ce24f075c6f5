from django.urls import path

from usine.translations import desk

urlpatterns = [
    path("desk/translations/<slug:vehicle>/", desk.show, name="desk_translations"),
    path("desk/translations/<slug:vehicle>/export/", desk.export, name="desk_translations_export"),
    path("desk/translations/<slug:vehicle>/checks/", desk.show_checks, name="desk_translations_checks"),
    path(
        "desk/translations/<slug:vehicle>/pseudo/<slug:how>/",
        desk.show_pseudo,
        {"path": ""},
        name="desk_translations_pseudo",
    ),
    path("desk/translations/<slug:vehicle>/pseudo/<slug:how>/<path:path>", desk.show_pseudo),
    path("desk/translations/<slug:vehicle>/uploads/", desk.upload, name="desk_translations_send"),
    path(
        "desk/translations/<slug:vehicle>/uploads/<int:upload_id>/",
        desk.review,
        name="desk_translations_upload",
    ),
]
