"""What was seen of other logs in the receipts that came with acts; when a step of this node's own log is shown; acts by time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0007_timestamps")]
    operations = [
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=255)),
                ("what", models.CharField(max_length=5)),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField()),
                ("text", models.TextField()),
            ],
            options={
                "db_table": "log_seen",
                "constraints": [models.UniqueConstraint(fields=("origin", "what", "number"), name="seen_once")],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("line", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("size_before", models.BigIntegerField()),
                ("line_before", models.BigIntegerField()),
            ],
            options={"db_table": "log_shown"},
        ),
        migrations.AddIndex(model_name="skeleton", index=models.Index(fields=["at"], name="act_by_at")),
    ]
