"""A made support room: items in every state, with all that hangs on them, written in SQL."""

import random
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, transaction

from bench.made import TURNS
from bench.people import make_people
from bench.threads import a_thread
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.conversations.models import Flag
from chatapp.prompts.models import PRODUCTION, Label, Prompt, Version
from chatapp.review.models import SavedView, Tag

STAFF = 10
LONG = range(95, 105)  # turns of the long threads, which have 200 messages on average
TAGS = 40
VERSIONS = 3  # of each prompt
SAVED = ("view=waiting&reason=thumb", "view=all&tag=tag+1", "view=unassigned&priority=2")

# Eight in ten are not resolved: a room that is far behind.
CHOSEN = """
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT c.id AS conversation_id, c.current_leaf_id AS leaf_id, c.prompt_id, c.owner_id, c.model,
    CASE WHEN s < 0.5 THEN 'open' WHEN s < 0.7 THEN 'waiting' WHEN s < 0.8 THEN 'snoozed'
    ELSE 'resolved' END AS status,
    now() - interval '60 days' * w AS since, a AS chance, gen_random_uuid() AS item_id
FROM (SELECT *, random() AS s, random() AS w, random() AS a FROM conversations_conversation
      ORDER BY id = ANY(%(long)s) DESC, md5(id::text) LIMIT %(items)s) c;
CREATE INDEX ON chosen (conversation_id);
ANALYZE chosen
"""
LEAVES = """
UPDATE conversations_conversation c SET current_leaf_id = m.id FROM conversations_message m
WHERE m.conversation_id = c.id AND m.revision = %(last)s AND c.current_leaf_id IS NULL
"""
BRANCHES = """
INSERT INTO conversations_message (id, conversation_id, parent_id, role, content, seams, text,
    status, stop_reason, model, revision, created_at)
SELECT gen_random_uuid(), conversation_id, parent_id, role, content, seams, text, m.status,
    stop_reason, m.model, 0, created_at
FROM chosen JOIN conversations_message m USING (conversation_id)
WHERE m.id = leaf_id AND chance < 0.1
"""
FLAGS = """
INSERT INTO conversations_flag (conversation_id, message_id, kind, detail, by_id, at, taken_at)
SELECT conversation_id, leaf_id,
    (%(kinds)s::text[])[1 + floor(power(random(), 2) * %(kind_count)s)],
    'made ' || g, NULL, since - interval '1 hour' * g, since
FROM chosen, generate_series(1, 3) g WHERE g <= 1 + chance * 3
"""
ITEMS = """
INSERT INTO review_item (id, conversation_id, status, priority, assignee_id, kinds, version_id,
    wants_two, assigned_at, entered_at, waiting_since, snoozed_until, respond_by, resolve_by,
    paused_at, warned_at, responded_at, resolved_at, reopened)
SELECT item_id, c.conversation_id, status, floor(4 * power(chance, 2)),
    CASE WHEN random() < 0.5 THEN (%(staff)s::bigint[])[1 + floor(random() * %(staff_count)s)] END,
    f.kinds, v.ids[1 + floor(random() * array_length(v.ids, 1))], chance < 0.05,
    since, since, since, CASE status WHEN 'snoozed' THEN now() + interval '9 days' * chance END,
    now() + interval '9 days', now() + interval '20 days',
    CASE WHEN c.status <> 'open' THEN now() END,
    NULL, CASE status WHEN 'waiting' THEN now() END, CASE status WHEN 'resolved' THEN now() END,
    floor(3 * power(random(), 4))
FROM chosen c
JOIN (SELECT conversation_id, array_agg(DISTINCT kind) AS kinds
      FROM conversations_flag GROUP BY 1) f USING (conversation_id)
LEFT JOIN (SELECT prompt_id, array_agg(id) AS ids
           FROM prompts_version GROUP BY 1) v USING (prompt_id)
"""
TAGGED = """
INSERT INTO review_item_tags (item_id, tag_id)
SELECT item_id, (%(tags)s::bigint[])[1 + floor(power(random(), 3) * %(tag_count)s)]
FROM chosen, generate_series(1, 3) g WHERE g <= chance * 4
ON CONFLICT DO NOTHING
"""
ANSWERED = """
CREATE TEMP TABLE answered ON COMMIT DROP AS
SELECT gen_random_uuid() AS call_id, m.id AS message_id, conversation_id, owner_id, m.model,
    version_id, m.created_at AS at, 0.0001 * length(m.text) AS cost
FROM chosen JOIN conversations_message m USING (conversation_id)
JOIN review_item USING (conversation_id) WHERE m.role = 'assistant' AND m.status = 'done'
"""
CALLS = """
INSERT INTO usage_call (id, purpose, user_id, conversation_id, run, model, version_id,
    system_digest, opened_at, settled_at, expected_tokens, input_tokens, output_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, server_tools, cost,
    is_estimate, first_token_ms, total_ms, stop_reason, request_id, retries, error_type)
SELECT call_id, 'answer', owner_id, conversation_id, NULL, model, version_id, '', at, at,
    100, 100, 100, 0, 0, 0, '{}', cost, false, 900, 9000, 'end_turn', 'made', 0, '' FROM answered
"""
RUNS = """
INSERT INTO generation_run (id, conversation_id, message_id, owner_id, state, model, version_id,
    created_at, claimed_at, finished_at, error_type, error_sentence, request_id, usage, call_id)
SELECT gen_random_uuid(), conversation_id, message_id, owner_id, 'done', model, version_id,
    at, at, at, '', '', '', '{}', call_id FROM answered
"""
NOTES = """
INSERT INTO review_note (id, conversation_id, message_id, author_id, is_summary, text, created_at)
SELECT gen_random_uuid(), conversation_id, CASE WHEN g = 1 THEN leaf_id END,
    (%(staff)s::bigint[])[1 + floor(random() * %(staff_count)s)], false,
    'Looks **wrong** to me, see the answer before.', since
FROM chosen, generate_series(1, 3) g WHERE chance > 0.8
"""
MENTIONS = """
INSERT INTO review_mention (note_id, person_id, seen_at)
SELECT id, (%(staff)s::bigint[])[1 + floor(random() * %(staff_count)s)],
    CASE WHEN random() < 0.9 THEN now() END
FROM review_note WHERE random() < 0.1
"""
MARKS = """
INSERT INTO conversations_mark (id, message_id, by_id, verdict, categories, scores, corrected,
    comment, created_at, changed_at)
SELECT gen_random_uuid(), leaf_id, (%(staff)s::bigint[])[g],
    CASE g WHEN 1 THEN 'bad' ELSE 'good' END,
    '{}', '{}', 'It is **otherwise**.', 'Wrong.', since, since
FROM chosen, generate_series(1, 2) g WHERE chance > 0.85
"""
THUMBS = """
INSERT INTO conversations_feedback (message_id, person_id, verdict, reason, comment, created_at,
    changed_at)
SELECT leaf_id, owner_id, 'down', 'wrong', 'That is not so.', since, since
FROM chosen WHERE chance < 0.4
"""
READS = """
INSERT INTO conversations_readrecord (reader_id, reader_name, owner_id, conversation_id, what,
    why, at)
SELECT (%(staff)s::bigint[])[1 + floor(random() * %(staff_count)s)], 'staff', owner_id,
    conversation_id, 'the thread', 'Flagged: made', since + interval '1 minute' * g
FROM chosen, generate_series(1, 4) g
"""
TAKEOVERS = """
INSERT INTO conversations_takeover (id, conversation_id, by_id, name, picture, why, began_at,
    seen_at, ended_at, ended_by_id, told)
SELECT gen_random_uuid(), conversation_id, (%(staff)s::bigint[])[1], 'Sue', '', 'It was needed.',
    since, since, since, NULL, 'All is well.'
FROM chosen WHERE chance < 0.05
"""
REQUESTS = """
INSERT INTO conversations_helprequest (conversation_id, by_id, why, at, ended_at, "end")
SELECT conversation_id, owner_id, 'I want a person.', since,
    CASE WHEN chance < 0.05 THEN since END, CASE WHEN chance < 0.05 THEN 'taken' ELSE '' END
FROM chosen WHERE chance < 0.1
"""
STEPS = (CHOSEN, BRANCHES, FLAGS, ITEMS, TAGGED, ANSWERED, CALLS, RUNS, NOTES, MENTIONS)
STEPS += (MARKS, THUMBS, READS, TAKEOVERS, REQUESTS)


def fill_room(items: int, others: int) -> list[dict[str, str]]:
    """Put so many of the made conversations into the queue; answer the sessions of people.

    The first is a reviewer's, `others` more are of people who chat.
    """
    people = make_people(STAFF + others)
    staff = [person.pk for person in _staff()]
    long = [_long_thread(turns) for turns in LONG]
    _versions()
    tags = Tag.objects.bulk_create([Tag(name=f"tag {at}") for at in range(TAGS)])
    SavedView.objects.bulk_create(
        [SavedView(name=f"View {at}", query=query) for at, query in enumerate(SAVED)]
    )
    _write(
        items=items,
        last=2 * TURNS - 1,
        long=long,
        staff=staff,
        staff_count=len(staff),
        tags=[tag.pk for tag in tags],
        tag_count=len(tags),
        kinds=Flag.Kind.values,
        kind_count=len(Flag.Kind.values),
    )
    return [people[0], *people[STAFF:]]


def _write(**values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # The same room each time.
        cursor.execute("SELECT setseed(0.5)")
        for step in (LEAVES, *STEPS):
            for statement in step.split(";"):
                cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _staff() -> Sequence[User]:
    staff = list(User.objects.filter(email__startswith="reader").order_by("pk")[:STAFF])
    group = Group.objects.get(name=Role.SUPPORT)
    for person in staff:
        person.groups.add(group)
    return staff


def _long_thread(turns: int) -> Any:
    """With the notes that the app would have made; its last answer complete."""
    answer = a_thread(turns)
    answer.status, answer.text = "done", "Now you know."
    answer.content = [{"type": "text", "text": answer.text}]
    answer.save()
    return answer.conversation_id


def _versions() -> None:
    bare = Prompt.objects.filter(versions=None)
    chance = random.Random(1)
    Version.objects.bulk_create(
        Version(prompt=prompt, number=number, body=f"Be kind, {chance.random()}.")
        for prompt in bare
        for number in range(1, 1 + VERSIONS)
    )
    newest = Version.objects.filter(number=VERSIONS, prompt__labels=None)
    Label.objects.bulk_create(
        Label(prompt_id=version.prompt_id, name=PRODUCTION, version=version) for version in newest
    )
