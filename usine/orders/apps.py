from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "usine.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from usine.orders import jobs  # noqa: F401  registers its handlers
