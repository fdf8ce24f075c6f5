from django.apps import AppConfig


class DealersConfig(AppConfig):
    name = "usine.dealers"
    label = "dealers"
    default_auto_field = "django.db.models.BigAutoField"
