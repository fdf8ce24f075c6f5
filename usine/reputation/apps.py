from django.apps import AppConfig


class ReputationConfig(AppConfig):
    name = "usine.reputation"
    label = "reputation"
    default_auto_field = "django.db.models.BigAutoField"
