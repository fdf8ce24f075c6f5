from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "usine.launches"
    label = "launches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from usine.launches import forecasts, jobs  # noqa: F401  register their handlers
