"""The way of a market's site to the public: steps, approvals, embargoes, plans, guests, news."""
