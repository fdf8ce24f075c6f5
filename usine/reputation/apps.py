from django.apps import AppConfig


class ReputationConfig(AppConfig):
    name = "usine.reputation"
    label = "reputation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from usine.commons.jobs import announce

        announce("usine.reputation.arrivals", "reputation.take")
        announce("usine.reputation.trouble.jobs", "reputation.watch", "reputation.expire", "reputation.tell")
        announce("usine.reputation.sources.replay.jobs", "reputation.follow_replay")
