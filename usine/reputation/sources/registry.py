"""The connectors by the names that sources use. Another way to listen is one class and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from usine.reputation.sources.connectors import Connector
from usine.reputation.sources.feeds import Feeds
from usine.reputation.sources.folders import Folders
from usine.reputation.sources.mastodon import Mastodon
from usine.reputation.sources.pages import Pages
from usine.reputation.sources.reviews import MarkedReviews, Reviews
from usine.reputation.sources.webhook import Webhook

_ALL: tuple[Connector, ...] = (
    *(Feeds(), Pages(), Mastodon(), Reviews(), MarkedReviews()),
    *(Folders(), Webhook()),
)
CONNECTORS: Mapping[str, Connector] = {connector.name: connector for connector in _ALL}
