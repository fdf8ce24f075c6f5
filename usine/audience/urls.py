from django.urls import path

from usine.audience import views

urlpatterns = [
    path("<slug:locale_path>/<slug:vehicle>/consent/", views.take_choice, name="take_choice"),
    path("<slug:locale_path>/<slug:vehicle>/visits/", views.take_visit, name="take_visit"),
]
