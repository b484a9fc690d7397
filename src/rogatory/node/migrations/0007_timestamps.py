"""Time-stamps on checkpoints, which stay."""

from django.db import migrations, models

from rogatory.node.triggers import install


class Migration(migrations.Migration):
    dependencies = [("node", "0006_evidence")]
    operations = [
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("response", models.BinaryField()),
            ],
            options={"db_table": "log_timestamp"},
        ),
        migrations.RunPython(lambda apps, editor: install(editor.connection), migrations.RunPython.noop),
    ]
