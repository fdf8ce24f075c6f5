from django.urls import path

from usine.orders import booking, desk, views

urlpatterns = [
    path("desk/", desk.show_floor, name="desk_floor"),
    path("desk/leads/", desk.show_leads, name="desk_leads"),
    path("desk/leads/<int:lead_id>/", desk.show_lead, name="desk_lead"),
    path("desk/leads/<int:lead_id>/state/", desk.change_lead, name="desk_lead_state"),
    path("test-drive/cancel/<str:token>/", views.cancel_booking, name="cancel_booking"),
    path("<slug:locale_path>/<slug:vehicle>/test-drive/", booking.book, name="book_test_drive"),
    path(
        "<slug:locale_path>/<slug:vehicle>/test-drive/<str:token>/", booking.confirm, name="booked_test_drive"
    ),
    path(
        "<slug:locale_path>/<slug:vehicle>/test-drive/<str:token>/test-drive.ics",
        booking.download,
        name="test_drive_calendar",
    ),
]
