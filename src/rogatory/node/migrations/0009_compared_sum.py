"""How many identifiers were compared in each quarter: published late and rounded (RIGHTS, H4)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0008_seen_and_shown")]
    operations = [
        migrations.CreateModel(
            name="ComparedSum",
            fields=[
                ("quarter", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("count", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "compared_sum"},
        ),
        migrations.AddIndex(
            model_name="compared",
            index=models.Index(fields=["at"], condition=models.Q(count__gt=0), name="compared_not_summed"),
        ),
    ]
