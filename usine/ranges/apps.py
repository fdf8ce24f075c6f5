from django.apps import AppConfig


class RangesConfig(AppConfig):
    name = "usine.ranges"
    label = "ranges"
    default_auto_field = "django.db.models.BigAutoField"
