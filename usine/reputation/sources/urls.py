"""Where others bring what they heard."""

from django.urls import path

from usine.reputation.sources.webhook import take_delivery

urlpatterns = [path("hooks/reputation/<slug:slug>/", take_delivery, name="reputation-delivery")]
