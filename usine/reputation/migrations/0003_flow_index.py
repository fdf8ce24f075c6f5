"""The index for full text over `SearchText`, and the triggers that keep it in step.

SQLite: FTS5 without a copy of the words; its tokenizer `ascii` splits at spaces and takes every other letter as it is,
for the words are cut and folded before they come. PostgreSQL: a GIN index of the same words with their places.
On SQLite a migration that alters `Mention` or `SearchText` makes the table anew without its triggers: repeat them there
(tests/reputation/test_searching.py fails until then).
"""

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE reputation_searchtext_fts USING fts5(
        tokens, marks, content='reputation_searchtext', content_rowid='key',
        tokenize="ascii tokenchars '=:._-'")""",
    """CREATE TRIGGER reputation_searchtext_added AFTER INSERT ON reputation_searchtext BEGIN
        INSERT INTO reputation_searchtext_fts (rowid, tokens, marks) VALUES (new.key, new.tokens, new.marks);
    END""",
    """CREATE TRIGGER reputation_searchtext_deleted AFTER DELETE ON reputation_searchtext BEGIN
        INSERT INTO reputation_searchtext_fts (reputation_searchtext_fts, rowid, tokens, marks)
        VALUES ('delete', old.key, old.tokens, old.marks);
    END""",
    """CREATE TRIGGER reputation_searchtext_changed AFTER UPDATE ON reputation_searchtext BEGIN
        INSERT INTO reputation_searchtext_fts (reputation_searchtext_fts, rowid, tokens, marks)
        VALUES ('delete', old.key, old.tokens, old.marks);
        INSERT INTO reputation_searchtext_fts (rowid, tokens, marks) VALUES (new.key, new.tokens, new.marks);
    END""",
    """CREATE TRIGGER reputation_mention_handled AFTER UPDATE OF handling ON reputation_mention
    WHEN old.handling <> new.handling BEGIN
        UPDATE reputation_searchtext SET marks = replace(marks, 'h=' || old.handling, 'h=' || new.handling)
        WHERE mention_id = new.id;
    END""",
)
UNDO_SQLITE = (
    "DROP TRIGGER reputation_mention_handled",
    "DROP TRIGGER reputation_searchtext_changed",
    "DROP TRIGGER reputation_searchtext_deleted",
    "DROP TRIGGER reputation_searchtext_added",
    "DROP TABLE reputation_searchtext_fts",
)
POSTGRESQL = (
    """CREATE INDEX reputation_searchtext_words ON reputation_searchtext
    USING gin (((tokens || ' ' || marks)::tsvector))""",
    """CREATE FUNCTION reputation_mark_handling() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE reputation_searchtext
        SET marks = replace(marks, '''h=' || OLD.handling || '''', '''h=' || NEW.handling || '''')
        WHERE mention_id = NEW.id;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER reputation_mention_handled AFTER UPDATE OF handling ON reputation_mention
    FOR EACH ROW WHEN (OLD.handling IS DISTINCT FROM NEW.handling)
    EXECUTE FUNCTION reputation_mark_handling()""",
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER reputation_mention_handled ON reputation_mention",
    "DROP FUNCTION reputation_mark_handling()",
    "DROP INDEX reputation_searchtext_words",
)


def lay(_apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def take_up(_apps, schema_editor):
    _run(schema_editor, {"sqlite": UNDO_SQLITE, "postgresql": UNDO_POSTGRESQL})


def _run(schema_editor, statements):
    with schema_editor.connection.cursor() as cursor:
        for statement in statements[schema_editor.connection.vendor]:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reputation", "0002_flow")]

    operations = [migrations.RunPython(lay, take_up)]
