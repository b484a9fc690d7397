"""Uploads, held packages and destroyed cases. Expands only: the release before runs on these tables as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("node", "0005_refusals")]

    operations = [
        migrations.AlterField("package", "state", models.CharField(max_length=12)),
        migrations.AddField("package", "made_at", models.DateTimeField(null=True)),
        migrations.AddField("package", "sealed", models.BinaryField(null=True)),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField(db_index=True)),
                ("officer", models.CharField(max_length=220)),
                ("size", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("touched_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "upload"},
        ),
        migrations.CreateModel(
            name="Destroyed",
            fields=[
                ("case", models.UUIDField(primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("emptied_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "destroyed_case"},
        ),
    ]
