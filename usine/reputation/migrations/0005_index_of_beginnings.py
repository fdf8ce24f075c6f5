"""An index of the beginnings of words beside that of words, on SQLite: `abc*` walks one list as a word does.

Without it every list of a word that begins so is read to its end and merged, however few mentions are wanted. Two and
three letters have such a list; longer beginnings are those of few words. PostgreSQL's GIN index needs none. The triggers
of migration 0003 name the table and stay.
"""

from django.db import migrations

BEGINNINGS = "prefix='2 3',"


def _lay(beginnings):
    def lay(_apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("DROP TABLE reputation_searchtext_fts")
            cursor.execute(
                "CREATE VIRTUAL TABLE reputation_searchtext_fts USING fts5("
                f"tokens, marks, content='reputation_searchtext', content_rowid='key', {beginnings} "
                "tokenize=\"ascii tokenchars '=:._-'\")"
            )
            cursor.execute("INSERT INTO reputation_searchtext_fts (reputation_searchtext_fts) VALUES ('rebuild')")

    return lay


class Migration(migrations.Migration):
    dependencies = [("reputation", "0004_listener_language")]

    operations = [migrations.RunPython(_lay(BEGINNINGS), _lay(""))]
