"""Requests that no page of ours sends: each is refused in the 400s, and what follows works."""

from functools import cache

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.conftest import World
from tests.security.matrix import FORMS
from tests.security.test_forged_fields import EXTRA
from tests.security.test_matrix import ROWS, address_of

pytestmark = pytest.mark.django_db
NASTY = {
    "nul": "a\x00b",
    "nothing but nul": "\x00",
    "half a pair": "\ud800x",
    "a megabyte": "x" * (1 << 20),
    "long in bytes": "\U0001f600" * 200_000,
    "a huge number": "9" * 5_000,
    "minus": "-1",
    "a path": "../../etc/passwd",
    "a list": "[]",
    "line breaks": "a\r\nSet-Cookie: b=c",
    "direction": "\u202e\u2066",
    "newest and oldest": "0001-01-01T00:00:00+23:59_00000000-0000-4000-8000-000000000000",
    "far away": "9999-12-31T23:59:59-23:59_00000000-0000-4000-8000-000000000000",
    "a time without a zone": "2026-11-20T00:00:00_00000000-0000-4000-8000-000000000000",
}
FIELDS = {
    "chat:create_message": ["message_id", "text", "model", "files"],
    "chat:create_file": ["id", "file"],
    "chat:create_folder_file": ["file"],
    "chat:create_conversation": [
        *("message_id", "text", "model", "prompt", "effort", "thinks", "web"),
        *("files", "folder", "temporary", "instructed"),
    ],
    "chat:edit_options": ["model", "effort", "thinks", "web"],
    "chat:edit_title": ["title"],
    "chat:edit_pin": ["on"],
    "chat:edit_archive": ["on"],
    "chat:edit_settings": ["theme", "announce", "name", "locale", "time_zone"],
    "chat:create_share": ["message", "days", "with_name"],
    "generation:create_retry": ["model"],
    "generation:edit_question": ["text", "message_id"],
    "generation:edit_waiting": ["text"],
    "chat:edit_place": ["folder"],
    "chat:edit_tags": ["tag", "names"],
    "chat:edit_instructed": ["on"],
    "chat:edit_conversations": ["do", "conversation", "folder", "names"],
    "chat:create_folder": ["name", "instructions"],
    "chat:edit_folder": ["name", "instructions"],
    "chat:delete_folder": ["chats"],
    "chat:create_text": ["name", "body"],
    "chat:edit_text": ["name", "body"],
    "chat:show_text": ["value_topic"],
    "chat:edit_instructions": ["about", "manner", "is_on"],
    "chat:create_import": ["file"],
    "generation:edit_feedback": ["verdict", "reason", "comment"],
    "generation:create_help_request": ["why"],
    "account_login": ["login", "password", "next", "remember"],
    "account_logout": ["next"],
    "account_signup": ["email", "password1"],
    "account_change_password": ["oldpassword", "password1", "password2"],
    "account_reset_password": ["email"],
    "account_reauthenticate": ["password", "next"],
    "account_zone": ["zone"],
    "account_picture": ["picture"],
    "account_delete": ["email"],
    "mfa_login_webauthn": ["credential", "next"],
    "mfa_authenticate": ["code", "credential"],
}
# Of the admins' room, asked by an admin.
FIELDS_OF_WRITERS = {
    "workbench:create_prompt": ["name", "description", "icon", "openings", "groups", "defaults"],
    "workbench:edit_retirement": ["on"],
    "workbench:create_version": [
        *("body", "model", "max_tokens", "effort", "stop_sequences", "variables", "marks"),
        *("note", "based_on", "then", "web_max_uses", "web_allowed", "web_blocked"),
    ],
    "workbench:show_preview": ["body", "model", "variables", "max_tokens"],
    "workbench:create_publication": ["note", "label", "instead_of"],
    "workbench:create_comment": ["text", "line"],
    "workbench:create_rollout": ["percent", "min_answers", "max_down_percent", "max_cost_percent"],
    "workbench:edit_rollout": ["percent"],
    "workbench:delete_rollout": ["end", "note"],
    "workbench:create_case": ["prompt", "name", "checks"],
    "workbench:create_written_case": ["text", "name", "checks"],
    "workbench:edit_case": ["name", "checks"],
    "workbench:create_replay": ["version", "mode", "failed_of"],
    "workbench:create_trial": ["text", "trial", "version"],
    "review:create_view": ["name", "query", "shared"],
    "review:edit_item": [
        *("status", "until", "priority", "assignee", "tags", "wants_two"),
    ],
    "review:create_reason": ["why", "next"],
    "review:create_flag": ["why"],
    "review:create_note": ["text"],
    "review:create_message_note": ["text"],
    "review:create_takeover": ["why"],
    "review:create_reply": ["message_id", "text", "macro"],
    "review:delete_takeover": ["told"],
    "review:edit_mark": ["verdict", "categories", "corrected", "comment", "points A"],
    "review:create_case": ["prompt", "name", "reference"],
    "review:edit_card": ["name", "picture"],
    "review:edit_room": ["sample_percent", "criterion", "phone_region", "respond_minutes"],
    "review:create_thing": ["name", "pattern", "is_regex", "where", "priority"],
    "review:edit_thing": ["name", "pattern", "is_regex"],
}
QUERIES_OF_WRITERS = {
    "workbench:create_version": ["from"],
    "workbench:show_version": ["against"],
    "workbench:list_answers": ["page"],
    "workbench:create_case": ["answer"],
    "workbench:show_replay": ["only", "page"],
    "workbench:show_playground": ["trial", "version", "text"],
    "review:list_items": ["view", "reason", "version", "tag", "priority", "person", "after"],
    "review:show_thread": ["leaf", "view", "version"],
    "review:show_macro": ["macro"],
    "review:list_hits": ["words", "person", "prompt", "model", "first", "last", "cost", "place"],
    "review:edit_mark": ["verdict"],
    "review:list_reads": ["person", "before"],
}
QUERIES = {
    "chat:list_conversations": ["q", "before", "archived", "folder", "tag"],
    "chat:show_folder": ["before"],
    "chat:list_texts": ["q", "page"],
    "chat:create_text": ["body"],
    "chat:edit_conversations": ["do"],
    "account_login": ["next"],
    "account_reauthenticate": ["next"],
    "openid_connect_login": ["process", "next", "scope"],
    "openid_connect_callback": ["code", "state", "error"],
    "chat:show_conversation": ["message", "all"],
    "generation:list_messages": ["before", "after", "all"],
    "chat:list_hits": ["words", "first", "last", "model", "attachment", "place"],
    "chat:list_choices": ["words"],
    "chat:create_share": ["message"],
    "chat:list_shares": ["page"],
    "chat:list_files": ["id"],
    "chat:new_conversation": ["prompt", "folder", "temporary"],
    "chat:list_transfers": ["page"],
}
FINE = {200, 204, 206, 302, 400, 404, 405, 409, 413, 422, 429}


@cache
def quoted(text: str) -> str:
    """Percent-encoded as a hostile client would, half pairs and all."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def post(
    client: Client, address: str, body: bytes | str, kind: str, **headers: str
) -> HttpResponse:
    return client.generic("POST", address, body, kind, headers=headers)


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("page", FIELDS)
def test_no_value_of_a_field_breaks_a_page(world: World, page: str, name: str) -> None:
    address, client = address_of(page, world.own["member"]), world.browser("member")
    # Behind the door nobody looks at the fields of a stranger.
    is_open = page.startswith(("account_", "mfa_"))
    for who, fields in ((client, FIELDS[page]), (Client(), FIELDS[page][: None if is_open else 1])):
        for field in fields:
            form = {**FORMS.get(page, {}), field: NASTY[name]}
            body = "&".join(f"{key}={quoted(value)}" for key, value in form.items())
            response = post(who, address, body, "application/x-www-form-urlencoded")
            assert response.status_code in FINE, (field, response.status_code)


@pytest.mark.parametrize("page", FIELDS_OF_WRITERS)
def test_no_value_of_a_field_breaks_the_admins_room(world: World, page: str) -> None:
    thread, client = world.own["admin"], world.browser("admin")
    for name in NASTY:
        for field in FIELDS_OF_WRITERS[page]:
            form = {**FORMS.get(page, {}), field: NASTY[name]}
            body = "&".join(f"{key}={quoted(value)}" for key, value in form.items())
            with transaction.atomic():
                address, kind = address_of(page, thread), "application/x-www-form-urlencoded"
                assert post(client, address, body, kind).status_code in FINE, (name, field)
                transaction.set_rollback(True)


@pytest.mark.parametrize("page", QUERIES_OF_WRITERS)
def test_no_value_of_a_query_breaks_the_admins_room(world: World, page: str) -> None:
    address, client = address_of(page, world.own["admin"]), world.browser("admin")
    for name in NASTY:
        for field in QUERIES_OF_WRITERS[page]:
            text = quoted(NASTY[name][:20_000])
            assert client.get(f"{address}?{field}={text}").status_code in FINE, (name, field)


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("page", QUERIES)
def test_no_value_of_a_query_breaks_a_page(world: World, page: str, name: str) -> None:
    address, client = address_of(page, world.own["member"]), world.browser("member")
    for field in QUERIES[page]:
        text = quoted(NASTY[name][:20_000])
        assert client.get(f"{address}?{field}={text}").status_code in FINE
        assert Client().get(f"{address}?{field}={text}").status_code in FINE


@pytest.mark.parametrize("name", NASTY)
def test_no_value_of_a_query_breaks_the_page_of_changes(world: World, name: str) -> None:
    client, text = world.browser("admin"), quoted(NASTY[name][:20_000])
    at = quoted("2026-11-20T00:00:00")
    for query in ("person", "action", "target", "first", "last", "pk=1&at", f"at={at}&pk"):
        assert client.get(f"/admin/audit/?{query}={text}").status_code in FINE, query


FORM = "application/x-www-form-urlencoded"
PART = '--x\r\nContent-Disposition: form-data; name="text"{}\r\n\r\n{}\r\n--x--\r\n'
BODIES = {
    "no form at all": (b"\xff\xfe\x00", "application/octet-stream"),
    "no kind": (b"text=a", ""),
    "json": (b'{"text": "a"}', "application/json"),
    "broken json": (b"[" * 100_000, "application/json"),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "bytes that are no text": (b"text=%FF%FE%80&title=%C3%28", FORM),
    "another charset": ("text=a".encode("utf-16"), f"{FORM}; charset=utf-16"),
    "a charset that is none": (b"text=a", f"{FORM}; charset=rot13"),
    "a codec that makes half pairs": (
        PART.format("", "\\ud800").encode(),
        "multipart/form-data; boundary=x; charset=unicode_escape",
    ),
    "a codec of another kind": (
        PART.format("", "+2AA-").encode(),
        "multipart/form-data; boundary=x; charset=utf-7",
    ),
    "no boundary": (b"--x--", "multipart/form-data"),
    "a boundary without parts": (b"--x", "multipart/form-data; boundary=x"),
    "a file for a text": (
        PART.format('; filename="../../a"', "a").encode(),
        "multipart/form-data; boundary=x",
    ),
    "base64 that is none": (
        b"--x\r\nContent-Disposition: form-data; name=text\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "too many fields": (b"a&" * 2_000, FORM),
    "a field many times": (b"text=a&" * 900, FORM),
    "four megabytes": (b"text=" + b"x" * (4 << 20), FORM),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("page", FIELDS)
def test_no_body_breaks_a_page(world: World, page: str, name: str) -> None:
    address = address_of(page, world.own["member"])
    for client in (world.browser("member"), Client()):
        assert post(client, address, *BODIES[name]).status_code in FINE


COOKIES = {
    "octal nul": r'"\000abcdefghijklmnop"',
    "octal high": r'"\377\376abcdefghijklmnop"',
    "very long": "a" * 5_000,
    "no such": "a" * 32,
    "path": "../../../etc/passwd",
}


@pytest.mark.parametrize("cookie", ["session", "csrf", "messages"])
@pytest.mark.parametrize("name", COOKIES)
def test_no_cookie_breaks_a_page(world: World, cookie: str, name: str) -> None:
    headers = {"Cookie": f"{cookie}={COOKIES[name]}"}
    for address in ("/", "/accounts/login/", "/no/such/"):
        assert Client().get(address, headers=headers).status_code in FINE
    assert Client().post("/accounts/login/", headers=headers).status_code in FINE


HEADERS = {
    "HX-Request": "\xff",
    "HX-Current-URL": "http://[",
    "HX-Current-URL-URI-AutoEncoded": "true",
    "HX-Prompt": "%00%ED%A0%80",
    "X-Forwarded-For": "not an address",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "Accept-Language": "a" * 5_000 + ";q=" + "9" * 400,
    "If-Modified-Since": "Thu, 99 Foo 99999999 99:99:99 GMT",
    "Range": "bytes=-99999999999999999999",
    "Accept-Encoding": "\x00",
    "Authorization": "Basic \xff",
    "Referer": "http://[::1",
    "Content-Length": "-1",
    "X-Requested-With": "XMLHttpRequest",
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/static/css/base.css", "/no/such/"])
def test_no_header_breaks_a_page(world: World, address: str, name: str) -> None:
    for client in (world.browser("member"), Client()):
        for ask_it in (client.get, client.post):
            assert ask_it(address, headers={name: HEADERS[name]}).status_code in FINE


PATHS = [
    "/" + "a" * 10_000,
    "/c/" + "0" * 36 + "/",
    "/c/00000000-0000-4000-8000-000000000000/../../settings/",
    "/%00",
    "/%FF%FE",
    "/%ED%A0%80/",
    "/c/%00/",
    "//evil.example/",
    "//evil.example",
    "/accounts/password/reset/key/zzzzzzzzzzzzzzzz-a-b/",
    "/accounts/password/reset/key/1-%00/",
    "/accounts/password/reset/key/1-" + "a" * 5_000 + "/",
    "/static/../manage.py",
    "/static/..%2f..%2fmanage.py",
    "/static/%2e%2e/%2e%2e/chatapp/settings.py",
    "/static/%00",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:50])
def test_no_address_breaks_the_server_or_leads_out(world: World, path: str) -> None:
    for client in (world.browser("member"), Client()):
        response = client.get(path)
        assert response.status_code in FINE
        assert "evil" not in response.headers.get("Location", "").partition("?")[0]
        assert b"DJANGO_SETTINGS_MODULE" not in b"".join(response)


WORDS = st.sampled_from(
    sorted({field for fields in FIELDS.values() for field in fields} | {*EXTRA})
)
VALUES = st.binary(max_size=200) | st.sampled_from([value[:500] for value in NASTY.values()]).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    page=st.sampled_from(ROWS),
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    fields=st.dictionaries(WORDS, VALUES, max_size=5),
    kind=st.sampled_from(
        [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain"]
    ),
    signed_in=st.booleans(),
)
def test_no_mixture_breaks_a_page(
    world: World,
    page: str,
    method: str,
    fields: dict[str, bytes],
    **how: object,
) -> None:
    client = world.browser("member") if how["signed_in"] else Client()
    address = address_of(page, world.own["member"])
    body = b"&".join(name.encode() + b"=" + value for name, value in fields.items())
    query = "&".join(f"{name}={value.hex()}" for name, value in fields.items())
    answer = client.generic(method, f"{address}?{query}", body, str(how["kind"]))
    assert answer.status_code in FINE | {503}
