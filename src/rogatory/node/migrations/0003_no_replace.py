"""The triggers anew: no insert takes the place of a row, by any of its keys."""

from django.db import migrations

from rogatory.node.triggers import install


class Migration(migrations.Migration):
    dependencies = [("node", "0002_triggers")]
    operations = [migrations.RunPython(lambda apps, editor: install(editor.connection), migrations.RunPython.noop)]
