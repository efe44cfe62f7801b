"""Files of a test that no other one sees."""

from pathlib import Path

import pytest
from django.conf import LazySettings

STORAGE = "django.core.files.storage.FileSystemStorage"


@pytest.fixture(autouse=True)
def own_files(settings: LazySettings, tmp_path: Path) -> None:
    kept = {"BACKEND": STORAGE, "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": kept}
