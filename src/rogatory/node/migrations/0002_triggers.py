"""Triggers that refuse to change or delete what must stay."""

from django.db import migrations

from rogatory.node.triggers import install


class Migration(migrations.Migration):
    dependencies = [("node", "0001_tables")]
    operations = [migrations.RunPython(lambda apps, editor: install(editor.connection), migrations.RunPython.noop)]
