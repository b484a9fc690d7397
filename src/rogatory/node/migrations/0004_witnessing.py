"""What a node remembers as a witness, and evidence against logs, which stays."""

from django.db import migrations, models

from rogatory.node.triggers import install


class Migration(migrations.Migration):
    dependencies = [("node", "0003_no_replace")]
    operations = [
        migrations.CreateModel(
            name="WitnessHead",
            fields=[
                ("origin", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("text", models.TextField()),
                ("timestamp", models.BigIntegerField()),
            ],
            options={"db_table": "witness_head"},
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=20)),
                ("origin", models.CharField(max_length=255)),
                ("by", models.CharField(max_length=255)),
                ("known", models.TextField(default="")),
                ("shown", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
            options={"db_table": "log_evidence"},
        ),
        migrations.RunPython(lambda apps, editor: install(editor.connection), migrations.RunPython.noop),
    ]
