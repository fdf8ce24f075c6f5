from django.urls import path

from usine.studio import views

urlpatterns = [
    path(
        "c-pictures/<slug:vehicle>/<slug:key>.<slug:suffix>", views.show_picture, name="configuration_picture"
    ),
]
