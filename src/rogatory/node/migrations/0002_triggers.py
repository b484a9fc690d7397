"""Triggers that refuse to change or delete what must stay."""

from django.db import migrations

from rogatory.node.triggers import statements


def make(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in statements(schema_editor.connection.vendor):
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("node", "0001_tables")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
