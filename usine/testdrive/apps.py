from django.apps import AppConfig


class TestdriveConfig(AppConfig):
    name = "usine.testdrive"
    label = "testdrive"
    default_auto_field = "django.db.models.BigAutoField"
