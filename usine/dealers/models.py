"""Points of sale and the hours at which they receive."""

from __future__ import annotations

from django.db import models


class PointOfSale(models.Model):
    """`hours` lists, for each day of the week from Monday, the opening and closing times: [["09:00", "12:30"], ...].

    `also` lists other names of the town, `serves` the towns beside it, as people may search them.
    """

    code = models.SlugField(max_length=60, unique=True)
    market = models.CharField(max_length=3, db_index=True)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=160)
    postcode = models.CharField(max_length=16)
    city = models.CharField(max_length=80)
    also = models.JSONField(default=list)
    serves = models.JSONField(default=list)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    timezone = models.CharField(max_length=60)
    latitude = models.FloatField()
    longitude = models.FloatField()
    note = models.CharField(max_length=200, blank=True)
    hours = models.JSONField()

    class Meta:
        ordering = ["market", "postcode", "name"]
