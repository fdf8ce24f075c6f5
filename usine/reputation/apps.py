from django.apps import AppConfig


class ReputationConfig(AppConfig):
    name = "usine.reputation"
    label = "reputation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from usine.reputation import arrivals  # noqa: F401  register their handlers
        from usine.reputation.sources.replay import jobs as replay_jobs  # noqa: F401
        from usine.reputation.trouble import jobs  # noqa: F401
