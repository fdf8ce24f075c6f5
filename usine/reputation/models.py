"""Sources, what they said, what was understood of it, who answers, and the counts that detectors look at.

Mentions keep no name of who wrote them: `author_key` is a keyed digest, by which an author's mentions are erased and
never taken again (`Erasure`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint

from usine.reputation.contracts import AlertKind, Aspect, Handling, Intent, MentionKind, Sentiment


def _choices(values: type) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]  # type: ignore[attr-defined]


class Source(models.Model):
    """Where we listen, and how it goes there. `options` are its connector's own."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    connector = models.CharField(max_length=40)  # a key of `sources.registry.CONNECTORS`
    address = models.CharField(max_length=1000)
    options = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=8, blank=True)  # what it claims, empty: told by each text
    country = models.CharField(max_length=3, blank=True)
    reach = models.PositiveIntegerField(default=0)  # readers, where a mention does not tell
    is_on = models.BooleanField(default=True)
    every_s = models.PositiveIntegerField(default=300)
    silent_after_s = models.PositiveIntegerField(default=86_400)  # without news for so long: an alert
    keep_days = models.PositiveIntegerField(default=400)
    # how it goes: written by the collector alone
    cursor = models.JSONField(default=dict, blank=True)  # ETag, date, last id
    next_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)  # the last time that it had something new
    refusals = models.JSONField(
        default=dict, blank=True
    )  # of its latest visit that brought something (`health`)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="source_next", condition=Q(is_on=True))]

    def __str__(self) -> str:
        return self.slug


class Story(models.Model):
    """Mentions that say the same: one article and its copies, one post and its shares. Counted once, reached by all."""

    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    size = models.PositiveIntegerField(default=1)
    reach = models.PositiveBigIntegerField(default=0)
    head = models.ForeignKey("Mention", null=True, on_delete=models.SET_NULL, related_name="+")  # the fullest

    class Meta:
        indexes = [models.Index(fields=["-last_at"], name="story_last")]
        verbose_name_plural = "stories"

    def __str__(self) -> str:
        return f"story {self.pk} of {self.size}"


class Mention(models.Model):
    """One thing said in public and what was understood of it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="mentions")
    external_id = models.CharField(max_length=300)
    address = models.CharField(max_length=1000, blank=True)
    canonical = models.CharField(max_length=1000, blank=True)  # the address without what only counts clicks
    digest = models.CharField(max_length=32)  # of the normalised text: exact copies share it
    signature = models.BinaryField(default=bytes)  # MinHash, which finds near copies after a restart
    story = models.ForeignKey(Story, null=True, on_delete=models.SET_NULL, related_name="mentions")
    is_copy = models.BooleanField(default=False)  # of a story's head
    kind = models.CharField(max_length=10, choices=_choices(MentionKind))
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    cut_from = models.PositiveIntegerField(null=True, blank=True)  # its characters, where it was cut
    author_key = models.CharField(max_length=32, blank=True)
    reach = models.PositiveIntegerField(default=0)
    rating = models.FloatField(null=True, blank=True)
    published_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    language = models.CharField(max_length=8, blank=True)  # empty: unknown, which is an answer
    language_sure = models.FloatField(default=0)
    country = models.CharField(max_length=3, blank=True)
    country_why = models.CharField(max_length=20, blank=True)
    sentiment = models.CharField(max_length=10, choices=_choices(Sentiment))
    sentiment_sure = models.FloatField(default=0)
    intent = models.CharField(max_length=10, choices=_choices(Intent), default=Intent.NONE)
    model = models.CharField(max_length=32, blank=True)
    handling = models.CharField(max_length=10, choices=_choices(Handling), default=Handling.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)  # an answer is owed until then
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["source", "external_id"], name="mention_once")]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="mention_latest"),
            models.Index(fields=["country", "-published_at"], name="mention_country"),
            models.Index(fields=["country", "handling", "due_at"], name="mention_inbox"),
            models.Index(fields=["digest"], name="mention_digest"),
            models.Index(fields=["author_key"], name="mention_author", condition=~Q(author_key="")),
        ]

    def __str__(self) -> str:
        return f"mention {self.pk}"


class MentionEntity(models.Model):
    """Who a mention speaks of, and how."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="entities")
    entity = models.CharField(max_length=80)  # kind:slug
    start = models.PositiveIntegerField()  # of the first place that names it (`join_text`)
    end = models.PositiveIntegerField()
    sure = models.FloatField(default=0)
    sentiment = models.CharField(max_length=10, choices=_choices(Sentiment))
    sentiment_sure = models.FloatField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["mention", "entity"], name="mention_entity_once")]
        indexes = [models.Index(fields=["entity", "-mention"], name="mention_entity")]

    def __str__(self) -> str:
        return self.entity


class MentionAspect(models.Model):
    """What a mention says of one aspect of whom."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="aspects")
    aspect = models.CharField(max_length=16, choices=_choices(Aspect))
    entity = models.CharField(max_length=80, blank=True)
    sentiment = models.CharField(max_length=10, choices=_choices(Sentiment))
    sentiment_sure = models.FloatField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["mention", "aspect", "entity"], name="mention_aspect_once")]
        indexes = [models.Index(fields=["aspect", "-mention"], name="mention_aspect")]

    def __str__(self) -> str:
        return self.aspect


class Correction(models.Model):
    """A label that a person set right: shown on the mention, learnt from at the next training."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="corrections")
    # sentiment, intent, language, entity:<entity>, aspect:<aspect>:<entity>
    field = models.CharField(max_length=120)
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80, blank=True)  # empty: it is not there
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.after}"


class Note(models.Model):
    """What was answered, or what colleagues tell each other of a mention."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="notes")
    is_answer = models.BooleanField(default=False)
    text = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Volume(models.Model):
    """How many stories and copies were published within five minutes, of one entity in one country and language.

    `aspect` empty: all of them; each mention is counted once there and once for each of its aspects.
    """

    at = models.DateTimeField()  # the beginning of the five minutes
    country = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=8, blank=True)
    entity = models.CharField(max_length=80)
    aspect = models.CharField(max_length=16, blank=True)
    sentiment = models.CharField(max_length=10)
    stories = models.PositiveIntegerField(default=0)
    mentions = models.PositiveIntegerField(default=0)
    reach = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["at", "country", "language", "entity", "aspect", "sentiment"], name="volume_once"
            )
        ]
        indexes = [models.Index(fields=["entity", "aspect", "at"], name="volume_entity")]

    def __str__(self) -> str:
        return f"{self.entity} {self.at:%F %R}"


class Alert(models.Model):
    """Trouble that a detector saw, until somebody takes it on."""

    kind = models.CharField(max_length=20, choices=_choices(AlertKind))
    subject = models.CharField(max_length=100, blank=True)  # an entity, or a source's slug
    country = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=8, blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    scale_min = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()  # the last time that the detector still saw it
    seen = models.FloatField(default=0)
    expected = models.FloatField(default=0)
    score = models.FloatField(default=0)
    # stories, aspects, how many authors, samples: as they were when it was raised; names no author, quotes nothing
    evidence = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["kind", "subject", "country", "language"],
                condition=Q(closed_at__isnull=True),
                name="alert_open_once",
            )
        ]
        indexes = [models.Index(fields=["-raised_at"], name="alert_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.country}"


class AlertListener(models.Model):
    """Somebody who is told of alerts of a market, or of all that they may see, and when they are left in peace."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    market = models.CharField(max_length=3, blank=True)  # empty: all of theirs
    by_mail = models.BooleanField(default=True)
    by_push = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="en")  # that they are told in, one of the desk's
    # by the clock of the market; urgent alerts pass. Equal: never
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["user", "market"], name="alert_listener_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.market}".strip()


class PushSubscription(models.Model):
    """A browser of somebody that takes messages while it is shut (RFC 8030)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=700, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"push to {self.user}"


class AlertHook(models.Model):
    """A machine that is told of alerts: a POST signed with the secret."""

    address = models.CharField(max_length=1000)
    secret = models.CharField(max_length=200)
    market = models.CharField(max_length=3, blank=True)  # empty: all
    is_on = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.address


class AlertTelling(models.Model):
    """That an alert was told to somebody, waits to be, or why it was not."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="tellings")
    channel = models.CharField(max_length=10)  # mail, push, hook
    to = models.CharField(max_length=200)  # a person's name, a hook's address without its query
    target = models.BigIntegerField()  # the key of the person or the hook
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why not, or not yet

    class Meta:
        constraints = [UniqueConstraint(fields=["alert", "channel", "target"], name="alert_telling_once")]

    def __str__(self) -> str:
        return f"{self.channel} to {self.to}"


class SearchText(models.Model):
    """A mention's words and labels as the index for full text has them (a migration lays it over this table).

    The key is the time of publication in seconds, shifted, and the end of the mention's id: so the index, which gives
    keys in order, gives the latest first.
    """

    key = models.BigIntegerField(primary_key=True)
    mention = models.OneToOneField(Mention, on_delete=models.CASCADE, related_name="search_text")
    tokens = models.TextField()
    marks = models.TextField()

    def __str__(self) -> str:
        return f"words of mention {self.mention_id}"


class Arrival(models.Model):
    """Something heard that waits to be taken in: what a source handed over is kept before it gets its answer."""

    heard = models.JSONField()
    at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)  # a worker has it so long

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class SetAside(models.Model):
    """Something heard that the intake failed on, until it is tried again with success, told anew or discarded."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="set_aside")
    external_id = models.CharField(max_length=300, blank=True)
    heard = models.JSONField()  # as in an arrival, but without the author's name
    author_key = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=500)  # of the last try, in English
    refused = models.JSONField(
        default=list, blank=True
    )  # sentences and values, where the last try was refused
    tries = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    at = models.DateTimeField()
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["source", "external_id"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"set aside {self.pk}"


class SavedSearch(models.Model):
    """A search that somebody keeps, alone or for everybody who may see its market."""

    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000)  # of the address
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = [UniqueConstraint(fields=["owner", "name"], name="saved_search_once")]
        verbose_name_plural = "saved searches"

    def __str__(self) -> str:
        return self.name


class AnswerTemplate(models.Model):
    """A beginning of an answer in one language, to be made one's own."""

    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    intent = models.CharField(max_length=10, choices=_choices(Intent), blank=True)
    aspect = models.CharField(max_length=16, choices=_choices(Aspect), blank=True)
    text = models.TextField()

    class Meta:
        constraints = [UniqueConstraint(fields=["name", "language"], name="answer_template_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class Erasure(models.Model):
    """An author who asked to be forgotten: what they say is never taken again."""

    author_key = models.CharField(max_length=32, unique=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erasure {self.pk}"
