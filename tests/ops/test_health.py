"""The two questions that a load balancer asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.generation.models import Runner


@pytest.mark.django_db
def test_being_alive_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz/live")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_it_is_ready_when_a_runner_was_just_seen(client: Client) -> None:
    Runner.objects.create()
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "runner": True}


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [None, 5])
def test_without_a_living_runner_it_is_not_ready(client: Client, minutes: int | None) -> None:
    if minutes:
        Runner.objects.create(seen_at=timezone.now() - timedelta(minutes=minutes))
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["runner"] is False


@pytest.mark.django_db
def test_with_a_migration_to_come_it_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'generation'")
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_asking_for_health_changes_nothing(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
