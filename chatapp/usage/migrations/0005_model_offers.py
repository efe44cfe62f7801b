"""Models that admins offer, and prices that differ here."""

import django.core.validators
from django.db import migrations, models

import chatapp.usage.models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0004_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=100, unique=True)),
                ("is_offered", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "input",
                    chatapp.usage.models.TokenPrice(
                        blank=True, decimal_places=3, max_digits=9, null=True
                    ),
                ),
                (
                    "output",
                    chatapp.usage.models.TokenPrice(
                        blank=True, decimal_places=3, max_digits=9, null=True
                    ),
                ),
                (
                    "cache_write_5m",
                    chatapp.usage.models.TokenPrice(
                        blank=True, decimal_places=3, max_digits=9, null=True
                    ),
                ),
                (
                    "cache_write_1h",
                    chatapp.usage.models.TokenPrice(
                        blank=True, decimal_places=3, max_digits=9, null=True
                    ),
                ),
                (
                    "cache_read",
                    chatapp.usage.models.TokenPrice(
                        blank=True, decimal_places=3, max_digits=9, null=True
                    ),
                ),
                (
                    "context_window",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(20000)],
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("input__gte", 0), ("input", None), _connector="OR"),
                        name="offer_input",
                        violation_error_message="The price of input is less than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("output__gte", 0), ("output", None), _connector="OR"),
                        name="offer_output",
                        violation_error_message="The price of output is less than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cache_write_5m__gte", 0), ("cache_write_5m", None), _connector="OR"
                        ),
                        name="offer_cache_write_5m",
                        violation_error_message="The price of cache_write_5m is less than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cache_write_1h__gte", 0), ("cache_write_1h", None), _connector="OR"
                        ),
                        name="offer_cache_write_1h",
                        violation_error_message="The price of cache_write_1h is less than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cache_read__gte", 0), ("cache_read", None), _connector="OR"
                        ),
                        name="offer_cache_read",
                        violation_error_message="The price of cache_read is less than nothing.",
                    ),
                ],
            },
        ),
    ]
