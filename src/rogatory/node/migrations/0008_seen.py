"""What was seen of other logs in the receipts that came with acts."""

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
    ]
