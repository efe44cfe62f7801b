"""Where files are kept is a setting: a folder, or what speaks S3."""

from pathlib import Path

from storages.backends.s3 import S3Storage

from chatapp.environment import read
from chatapp.setting_parsers import parse_files

S3 = "s3://key:s%2Fcret@s3.example.com:9000/chats/files?region=eu-1"


def test_by_default_files_lie_in_the_data_folder(tmp_path: Path) -> None:
    found = read({"DATA_DIR": str(tmp_path)}).file_storage
    assert found["OPTIONS"] == {"location": str(tmp_path / "files")}


def test_a_folder_elsewhere_may_have_a_space(tmp_path: Path) -> None:
    found = parse_files("file:///srv/my%20files")
    assert found["OPTIONS"] == {"location": "/srv/my files"}


def test_a_bucket_is_named_with_its_keys_and_a_prefix() -> None:
    found = parse_files(S3)
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    told = found["OPTIONS"]
    assert told["endpoint_url"] == "https://s3.example.com:9000"
    assert (told["access_key"], told["secret_key"]) == ("key", "s/cret")
    assert (told["bucket_name"], told["location"]) == ("chats", "files")
    assert told["region_name"] == "eu-1"
    # The library refuses settings that it does not know.
    assert S3Storage(**told).bucket_name == "chats"
    assert parse_files(f"{S3}&http=1")["OPTIONS"]["endpoint_url"].startswith("http://")
