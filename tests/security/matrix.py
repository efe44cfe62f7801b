"""Who may do what: every page, method, topic and inbound frame against every role.

`own`: any active person, all four roles alike, with a thread of their own, or on a page that is
about nobody's thread. The next four: that role with a thread of somebody else's. Support, prompt
admins and admins see no threads of others so far, but for what Claude saw and for files, which
admins may look at on record (tests/security/test_uploads.py has a thumbnail); the rooms of the
admins and of support ask by right. `missing`: a thread that does not exist, answered byte for byte
as somebody else's.
The back door is not in it: it opens for admins alone (tests/ops/test_backdoor.py).
`login` is a redirect to the sign-in page. Methods without a line answer as the last table says.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

PAGES = """
page                                 methods                   own member support prompt-admin admin missing suspended nobody
chat:new_conversation                GET                       200 -      -       -            -     -       login     login
chat:list_conversations              GET                       200 -      -       -            -     -       login     login
chat:create_conversation             POST                      302 -      -       -            -     -       login     login
chat:show_conversation               GET                       200 404    404     404          404   404     login     login
chat:create_message                  POST                      302 404    404     404          404   404     login     login
chat:edit_options                    GET                       200 404    404     404          404   404     login     login
chat:edit_options                    POST                      302 404    404     404          404   404     login     login
chat:edit_title                      GET,POST                  200 404    404     404          404   404     login     login
chat:edit_pin                        POST                      200 404    404     404          404   404     login     login
chat:edit_archive                    POST                      200 404    404     404          404   404     login     login
chat:delete_conversation             GET,POST                  200 404    404     404          404   404     login     login
chat:edit_settings                   GET                       200 -      -       -            -     -       login     login
chat:edit_settings                   POST                      302 -      -       -            -     -       login     login
chat:edit_place                      GET,POST                  200 404    404     404          404   404     login     login
chat:show_place                      GET                       200 404    404     404          404   404     login     login
chat:edit_tags                       GET,POST                  200 404    404     404          404   404     login     login
chat:edit_instructed                 POST                      200 404    404     404          404   404     login     login
chat:edit_keeping                    POST                      200 404    404     404          404   404     login     login
chat:edit_conversations              GET                       200 -      -       -            -     -       login     login
chat:edit_conversations              POST                      422 -      -       -            -     -       login     login
chat:list_folders                    GET                       200 -      -       -            -     -       login     login
chat:create_folder                   GET                       200 -      -       -            -     -       login     login
chat:create_folder                   POST                      302 -      -       -            -     -       login     login
chat:show_folder                     GET                       200 404    404     404          404   404     login     login
chat:edit_folder                     POST                      302 404    404     404          404   404     login     login
chat:delete_folder                   GET                       200 404    404     404          404   404     login     login
chat:delete_folder                   POST                      302 404    404     404          404   404     login     login
chat:create_folder_file              POST                      422 404    404     404          404   404     login     login
chat:delete_folder_file              POST                      302 404    404     404          404   404     login     login
chat:list_texts                      GET                       200 -      -       -            -     -       login     login
chat:list_commands                   GET                       200 -      -       -            -     -       login     login
chat:create_text                     GET                       200 -      -       -            -     -       login     login
chat:create_text                     POST                      302 -      -       -            -     -       login     login
chat:show_text                       GET,POST                  200 404    404     404          404   404     login     login
chat:edit_text                       GET                       200 404    404     404          404   404     login     login
chat:edit_text                       POST                      302 404    404     404          404   404     login     login
chat:delete_text                     POST                      302 404    404     404          404   404     login     login
chat:edit_instructions               GET                       200 -      -       -            -     -       login     login
chat:edit_instructions               POST                      302 -      -       -            -     -       login     login
chat:list_reads                      GET                       200 -      -       -            -     -       login     login
chat:list_hits                       GET                       200 -      -       -            -     -       login     login
chat:list_choices                    GET                       200 -      -       -            -     -       login     login
chat:create_share                    GET,POST                  200 404    404     404          404   404     login     login
chat:create_export                   GET                       200 404    404     404          404   404     login     login
chat:create_export                   POST                      302 404    404     404          404   404     login     login
chat:show_export_file                GET                       200 404    404     404          404   404     login     login
chat:list_transfers                  GET                       200 -      -       -            -     -       login     login
chat:create_full_export              POST                      302 -      -       -            -     -       login     login
chat:create_import                   POST                      422 -      -       -            -     -       login     login
chat:show_transfer                   GET                       200 404    404     404          404   404     login     login
chat:show_transfer_file              GET                       200 404    404     404          404   404     login     login
chat:show_report                     GET                       200 404    404     404          404   404     login     login
chat:delete_transfer                 POST                      302 404    404     404          404   404     login     login
chat:list_shares                     GET                       200 -      -       -            -     -       login     login
chat:delete_share                    POST                      302 404    404     404          404   404     login     login
chat:show_share                      GET                       200 -      -       -            -     -       200       200
chat:create_copy                     GET                       200 -      -       -            -     -       login     login
chat:create_copy                     POST                      302 -      -       -            -     -       login     login
chat:create_file                     POST                      422 -      -       -            -     -       login     login
chat:list_files                      GET                       200 -      -       -            -     -       login     login
chat:show_file                       GET                       200 404    404     404          200   404     login     login
chat:show_file_text                  GET                       200 404    404     404          200   404     login     login
chat:show_thumbnail                  GET                       404 404    404     404          404   404     login     login
chat:delete_file                     POST                      204 404    404     404          404   404     login     login
chat:show_usage                      GET                       200 -      -       -            -     -       login     login
workbench:list_prompts               GET                       200/404 -  -       -            -     -       login     login
workbench:create_prompt              GET                       200/404 -  -       -            -     -       login     login
workbench:create_prompt              POST                      302/404 -  -       -            -     -       login     login
workbench:show_preview               POST                      200/404 -  -       -            -     -       login     login
workbench:show_prompt                GET                       200/404 -  -       -            -     -       login     login
workbench:edit_prompt                GET                       200/404 -  -       -            -     -       login     login
workbench:edit_prompt                POST                      302/404 -  -       -            -     -       login     login
workbench:edit_retirement            POST                      302/404 -  -       -            -     -       login     login
workbench:create_rollback            POST                      302/404 -  -       -            -     -       login     login
workbench:create_version             GET                       200/404 -  -       -            -     -       login     login
workbench:create_version             POST                      302/404 -  -       -            -     -       login     login
workbench:show_version               GET                       200/404 -  -       -            -     -       login     login
workbench:create_publication         GET                       200/404 -  -       -            -     -       login     login
workbench:create_publication         POST                      302/404 -  -       -            -     -       login     login
workbench:create_approval            POST                      302/404 -  -       -            -     -       login     login
workbench:delete_approval            POST                      302/404 -  -       -            -     -       login     login
workbench:create_comment             POST                      302/404 -  -       -            -     -       login     login
workbench:edit_version_retirement    POST                      302/404 -  -       -            -     -       login     login
workbench:list_answers               GET                       200/404 -  -       -            -     -       login     login
workbench:create_rollout             GET                       200/404 -  -       -            -     -       login     login
workbench:create_rollout             POST                      302/404 -  -       -            -     -       login     login
workbench:show_rollout               GET                       200/404 -  -       -            -     -       login     login
workbench:edit_rollout               POST                      302/404 -  -       -            -     -       login     login
workbench:delete_rollout             POST                      302/404 -  -       -            -     -       login     login
workbench:list_cases                 GET                       200/404 -  -       -            -     -       login     login
workbench:create_written_case        GET                       200/404 -  -       -            -     -       login     login
workbench:create_written_case        POST                      302/404 -  -       -            -     -       login     login
workbench:create_case                GET                       200/404 404 404   404          200   404     login     login
workbench:create_case                POST                      404/422 404 404   404          422   404     login     login
workbench:list_notes                 GET                       200/404 404 404   404          200   404     login     login
workbench:edit_note                  POST                      302/404 404 404   404          302   404     login     login
workbench:edit_case                  GET                       200/404 -  -       -            -     -       login     login
workbench:edit_case                  POST                      302/404 -  -       -            -     -       login     login
workbench:delete_case                POST                      302/404 -  -       -            -     -       login     login
workbench:create_replay              POST                      404/422 -  -       -            -     -       login     login
workbench:show_replay                GET                       200/404 -  -       -            -     -       login     login
workbench:list_results               GET                       200/404 -  -       -            -     -       login     login
workbench:delete_replay              POST                      302/404 -  -       -            -     -       login     login
workbench:show_playground            GET                       302/404 -  -       -            -     -       login     login
workbench:create_trial               POST                      302/404 -  -       -            -     -       login     login
workbench:show_usage                 GET                       200/404 -  -       -            -     -       login     login
workbench:list_calls                 GET                       200/404 -  -       -            -     -       login     login
workbench:list_budgets               GET                       200/404 -  -       -            -     -       login     login
workbench:create_budget              GET                       200/404 -  -       -            -     -       login     login
workbench:create_budget              POST                      302/404 -  -       -            -     -       login     login
workbench:edit_budget                GET                       200/404 -  -       -            -     -       login     login
workbench:edit_budget                POST                      302/404 -  -       -            -     -       login     login
workbench:delete_budget              POST                      302/404 -  -       -            -     -       login     login
workbench:list_audit                 GET                       200/404 -  -       -            -     -       login     login
review:show_thread                   GET                       200/404 404 200  404          200   404     login     login
review:create_reason                 GET                       200/404 404 200  404          200   404     login     login
review:create_reason                 POST                      302/404 404 302  404          302   404     login     login
review:create_presence               POST                      200/404 404 200  404          200   404     login     login
review:create_flag                   POST                      302/404 404 302  404          302   404     login     login
review:create_summary                POST                      204/404 404 204  404          204   404     login     login
review:show_export                   GET                       200/404 404 404  404          200   404     login     login
review:create_note                   POST                      302/404 404 302  404          302   404     login     login
review:create_takeover               POST                      302/404 404 302  404          302   404     login     login
review:delete_takeover               POST                      302/404 404 302  404          302   404     login     login
review:create_reply                  POST                      404/409 404 409  404          409   404     login     login
review:show_macro                    GET                       404 404    404     404          404   404     login     login
review:create_uncovering             POST                      200/404 404 404  404          200   404     login     login
review:create_message_note           GET,POST                  200/404 404 200  404          200   404     login     login
review:edit_mark                     GET,POST                  200/404 404 200  404          200   404     login     login
review:delete_mark                   POST                      200/404 404 200  404          200   404     login     login
review:create_case                   GET                       200/404 404 200  404          200   404     login     login
review:create_case                   POST                      404/422 404 422  404          422   404     login     login
review:delete_note                   POST                      302/404 404 302  404          302   404     login     login
review:edit_item                     POST                      302/404 404 302  404          302   404     login     login
review:edit_side                     GET                       200/404 404 200  404          200   404     login     login
review:create_claim                  POST                      302/404 404 302  404          302   404     login     login
review:list_items                    GET                       200/404 -  -       -            -     -       login     login
review:create_view                   POST                      302/404 -  -       -            -     -       login     login
review:delete_view                   POST                      302/403/404 - -  -            -     -       login     login
review:list_hits                     GET                       200/404 -  -       -            -     -       login     login
review:list_mentions                 GET                       200/404 -  -       -            -     -       login     login
review:list_agreement                GET                       200/404 -  -       -            -     -       login     login
review:edit_card                     GET                       200/404 -  -       -            -     -       login     login
review:edit_card                     POST                      302/404 -  -       -            -     -       login     login
review:list_reads                    GET                       200/404 -  -       -            -     -       login     login
review:edit_room                     GET                       200/404 -  -       -            -     -       login     login
review:edit_room                     POST                      302/404 -  -       -            -     -       login     login
review:list_things                   GET                       200/404 -  -       -            -     -       login     login
review:create_thing                  GET                       200/404 -  -       -            -     -       login     login
review:create_thing                  POST                      302/404 -  -       -            -     -       login     login
review:edit_thing                    GET                       200/404 -  -       -            -     -       login     login
review:edit_thing                    POST                      302/404 -  -       -            -     -       login     login
review:delete_thing                  POST                      302/404 -  -       -            -     -       login     login
generation:create_help_request       GET                       200 404    404     404          404   404     login     login
generation:create_help_request       POST                      200 404    404     404          404   404     login     login
generation:delete_help_request       POST                      200 404    404     404          404   404     login     login
generation:create_stop               POST                      200 404    404     404          404   404     login     login
generation:create_retry              GET,POST                  200 404    404     404          404   404     login     login
generation:edit_question             GET,POST                  200 404    404     404          404   404     login     login
generation:edit_version              POST                      302 404    404     404          404   404     login     login
generation:create_branch             POST                      200 404    404     404          404   404     login     login
generation:delete_branch             GET,POST                  200 404    404     404          404   404     login     login
generation:edit_waiting              GET,POST                  200 404    404     404          404   404     login     login
generation:delete_waiting            POST                      200 404    404     404          404   404     login     login
generation:create_turn               POST                      200 404    404     404          404   404     login     login
generation:create_continuation       POST                      200 404    404     404          404   404     login     login
generation:edit_feedback             GET,POST                  200 404    404     404          404   404     login     login
generation:delete_feedback           POST                      200 404    404     404          404   404     login     login
generation:list_messages             GET                       200 404    404     404          404   404     login     login
generation:show_text                 GET                       200 404    404     404          404   404     login     login
generation:show_request              GET                       200/404 404 404   404          200   404     login     login
context:show_notes                   GET                       200 404    404     404          404   404     login     login
context:create_notes                 POST                      204 404    404     404          404   404     login     login
context:create_return                POST                      204 404    404     404          404   404     login     login
context:edit_notes                   GET,POST                  200 404    404     404          404   404     login     login
context:delete_correction            POST                      200 404    404     404          404   404     login     login
context:create_protection            POST                      200 404    404     404          404   404     login     login
context:delete_protection            POST                      200 404    404     404          404   404     login     login
ops:show_live                        GET,HEAD                  200 -      -       -            -     -       200       200
ops:show_ready                       GET,HEAD                  503 -      -       -            -     -       503       503
ops:show_metrics                     GET,HEAD                  200/404 - - - - - login login
account_login                        GET,HEAD,OPTIONS,POST,PUT 302 -      -       -            -     -       200       200
account_login                        PATCH,DELETE              302 -      -       -            -     -       405       405
account_logout                       GET,HEAD                  200 -      -       -            -     -       302       302
account_logout                       POST                      302 -      -       -            -     -       302       302
account_logout                       OPTIONS                   200 -      -       -            -     -       200       200
account_inactive                     GET,HEAD,OPTIONS          200 -      -       -            -     -       200       200
account_signup                       *                         302 -      -       -            -     -       200       200
account_change_password              GET,HEAD,OPTIONS,POST,PUT 200 -      -       -            -     -       login     login
account_set_password                 *                         302 -      -       -            -     -       login     login
account_reset_password               GET,HEAD,OPTIONS,POST,PUT 200 -      -       -            -     -       200       200
account_reset_password_done          GET,HEAD,OPTIONS          200 -      -       -            -     -       200       200
account_reset_password_from_key      *                         200 -      -       -            -     -       200       200
account_reset_password_from_key_done GET,HEAD,OPTIONS          200 -      -       -            -     -       200       200
chat:show_manifest                   GET,HEAD                  200 -      -       -            -     -       200       200
chat:show_worker                     GET,HEAD                  200 -      -       -            -     -       200       200
chat:show_offline                    GET,HEAD                  200 -      -       -            -     -       200       200
chat:show_diagram                    GET                       200 -      -       -            -     -       200       200
account_reauthenticate               GET,HEAD,OPTIONS,POST,PUT 200 -      -       -            -     -       login     login
mfa_index                            GET,HEAD,OPTIONS          200 -      -       -            -     -       login     login
mfa_authenticate                     *                         302 -      -       -            -     -       302       302
mfa_reauthenticate                   *                         302 -      -       -            -     -       login     login
mfa_activate_totp                    *                         302 -      -       -            -     -       login     login
mfa_deactivate_totp                  *                         404 -      -       -            -     -       login     login
mfa_view_recovery_codes              OPTIONS                   200 -      -       -            -     -       login     login
mfa_view_recovery_codes              GET,HEAD                  404 -      -       -            -     -       login     login
mfa_generate_recovery_codes          *                         302 -      -       -            -     -       login     login
mfa_list_webauthn                    GET,HEAD,OPTIONS          200 -      -       -            -     -       login     login
mfa_add_webauthn                     *                         302 -      -       -            -     -       login     login
mfa_login_webauthn                   GET,HEAD,POST,PUT         302 -      -       -            -     -       302       302
mfa_login_webauthn                   OPTIONS                   302 -      -       -            -     -       200       200
mfa_login_webauthn                   PATCH,DELETE              302 -      -       -            -     -       405       405
mfa_reauthenticate_webauthn          *                         302 -      -       -            -     -       login     login
mfa_edit_webauthn                    *                         302 -      -       -            -     -       login     login
mfa_remove_webauthn                  *                         302 -      -       -            -     -       login     login
openid_connect_login                 *                         404 -      -       -            -     -       404       404
openid_connect_callback              *                         404 -      -       -            -     -       404       404
account_zone                         POST                      204 -      -       -            -     -       login     login
account_picture                      POST                      422 -      -       -            -     -       login     login
account_remove_picture               POST                      302 -      -       -            -     -       login     login
account_show_picture                 GET                       404 -      -       -            -     -       login     login
account_sessions                     GET                       200 -      -       -            -     -       login     login
account_end_other_sessions           POST                      302 -      -       -            -     -       login     login
account_end_session                  POST                      404 -      -       -            -     -       login     login
account_delete                       GET,POST                  302 -      -       -            -     -       login     login
account_leaving                      GET,POST                  302 -      -       -            -     -       login     login
"""  # noqa: E501

# What a socket that asks for that topic meets: frames, or the code with which it closes.
TOPICS = """
topic         own  member support prompt-admin admin missing suspended nobody
conversation: open 4403   4403    4403         4403  4403    4401      4401
list:         open 4403   4403    4403         4403  4403    4401      4401
review:       4403 4403   open    4403         open  4403    4401      4401
thread:       4403 4403   open    4403         open  4403    4401      4401
queue:        4403 4403   open    4403         open  4403    4401      4401
people:       4403 4403   4403    4403         4403  4403    4401      4401
runner:       4403 4403   4403    4403         4403  4403    4401      4401
"""

# What a page may say on its socket, and what everything else meets. Frames name no object, so
# all that they can reach is the socket's own topics, which are asked about anew each time.
FRAMES = {
    '{"ack": 0}': "open",
    '{"ack": 1}': "open",
    '{"ack": 123456789012345678901234567890}': "open",
    '{"ack": 1, "topic": "people:", "user": 1}': "open",
    "": 4400,
    "null": 4400,
    "1": 4400,
    "[]": 4400,
    "{}": 4400,
    '"ack"': 4400,
    '{"ack": -1}': 4400,
    '{"ack": "1"}': 4400,
    '{"ack": 1.0}': 4400,
    '{"ack": true}': 4400,
    '{"ack": null}': 4400,
    '{"ack": NaN}': 4400,
    '{"ack": ' + "9" * 5_000 + "}": 4400,
    '{"subscribe": "conversation:"}': 4400,
    '{"type": "websocket.close"}': 4400,
    "[" * 100_000: 4400,
    "\x00": 4400,
    "x" * 200_000: 4400,
}

# Of the admins' room: what prompt admins may not enter either.
ADMINS_ONLY = {
    "workbench:show_usage",
    "workbench:list_calls",
    "workbench:list_budgets",
    "workbench:create_budget",
    "workbench:edit_budget",
    "workbench:delete_budget",
    "workbench:list_audit",
}
# What admins do with threads of others by right and on record: copies of them, which change
# nothing, and corrections of notes, which the owner sees and can undo.
BY_RIGHT = {"workbench:create_case", "workbench:list_notes", "workbench:edit_note"}
# Of the support room all that is about a thread: reviewers read what is flagged, and step in.
# This one was flagged; tests/review tries the ones that were not.
BY_RIGHT |= {line for line in PAGES.split() if line.startswith("review:")}
# Of that room, for admins alone.
FOR_ADMINS_OF_REVIEW = {
    *("review:list_reads", "review:edit_room", "review:list_things", "review:create_thing"),
    *("review:edit_thing", "review:delete_thing", "review:show_export"),
    "review:create_uncovering",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
OTHERS = ("member", "support", "prompt-admin", "admin")

# What a POST needs so that its owner gets through.
FORMS = {
    "chat:create_conversation": {"text": "Hello"},
    "chat:create_message": {"text": "Hello"},
    "chat:edit_title": {"title": "Another"},
    "chat:edit_pin": {"on": "1"},
    "chat:edit_options": {"effort": "low", "web": "web_search"},
    "chat:edit_archive": {"on": "1"},
    "chat:edit_tags": {"names": "bread"},
    "chat:edit_instructed": {"on": "1"},
    "chat:edit_conversations": {"do": "archive"},
    "chat:create_folder": {"name": "Another"},
    "chat:edit_folder": {"name": "Another"},
    "chat:create_text": {"name": "Another", "body": "Hello"},
    "chat:edit_text": {"name": "Another", "body": "Hello"},
    "workbench:create_budget": {"period": "day", "hard": "1"},
    "workbench:edit_budget": {"period": "day", "hard": "1"},
    "workbench:create_prompt": {"name": "Another"},
    "workbench:show_preview": {"body": "Be kind."},
    "workbench:edit_prompt": {"name": "Another"},
    "workbench:edit_retirement": {"on": "1"},
    "workbench:create_version": {"body": "Be kinder.", "based_on": "3"},
    "workbench:create_publication": {"note": "Why.", "label": "production", "instead_of": "2"},
    "workbench:create_comment": {"text": "Why?"},
    "workbench:edit_version_retirement": {"on": "1"},
    "workbench:create_rollout": {"percent": "10", "min_answers": "10"},
    "workbench:create_written_case": {"text": "Hello?"},
    "workbench:create_case": {"prompt": "none"},
    "workbench:edit_note": {"text": "- other notes"},
    "workbench:edit_case": {"name": "Other"},
    "workbench:edit_rollout": {"percent": "20"},
    "workbench:delete_rollout": {"end": "stop", "note": "Why."},
    "context:edit_notes": {"text": "- other notes"},
    "generation:edit_question": {"text": "In other words"},
    "generation:edit_waiting": {"text": "In other words"},
    "generation:edit_feedback": {"verdict": "up", "reason": "helpful"},
    "account_zone": {"zone": "Asia/Tokyo"},
    "chat:edit_settings": {"theme": "dark", "announce": "end"},
    "review:create_reason": {"why": "A test"},
    "review:create_flag": {"why": "A test"},
    "review:create_note": {"text": "A note"},
    "review:create_message_note": {"text": "A note"},
    "review:create_reply": {"text": "Hello"},
    "review:edit_mark": {"verdict": "bad"},
    "review:create_case": {"prompt": "none"},
    "review:edit_item": {"priority": "2"},
    "review:create_view": {"name": "Another"},
    "review:edit_card": {"name": "Another"},
    "review:edit_room": {
        "respond_minutes": "1",
        "resolve_minutes": "1",
        "sample_percent": "1",
        "classifier": "off",
        "phone_region": "DE",
    },
    "review:create_thing": {"name": "Another", "pattern": "x", "where": "both", "priority": "1"},
    "review:edit_thing": {"name": "Another", "pattern": "x", "where": "both", "priority": "1"},
}


NONE = UUID(int=0)


@dataclass(frozen=True)
class Thread:
    """What the parameters of an address stand for; by default nothing that exists."""

    conversation_id: UUID
    message_id: UUID
    run_id: UUID
    summary_id: UUID
    budget_id: int = 0
    question_id: UUID = NONE
    waiting_id: UUID = NONE
    prompt_id: UUID = NONE
    version_id: UUID = NONE
    rollout_id: UUID = NONE
    case_id: UUID = NONE
    replay_id: UUID = NONE
    item_id: UUID = NONE
    note_id: UUID = NONE
    folder_id: UUID = NONE
    text_id: UUID = NONE
    view_id: int = 0
    thing_id: int = 0
    share_id: UUID = NONE
    transfer_id: UUID = NONE
    form: str = "markdown"
    token: str = "none"
    file_id: UUID = NONE
    upload_id: UUID = NONE
    kept_id: UUID = NONE
    kind: str = "rule"
    uidb36: str = "1"
    provider_id: str = "sso"
    pk: int = 0
    person_id: int = 0
    session_id: int = 0
    digest: str = "0"
    key: str = "a-key"


def missing_thread() -> Thread:
    return Thread(uuid4(), uuid4(), uuid4(), uuid4(), file_id=uuid4(), upload_id=uuid4())


Line = dict[str, str]


def lines_of(table: str) -> list[Line]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    assert all(len(row) == len(head) for row in rows), "a cell is missing"
    return [dict(zip(head, row, strict=True)) for row in rows]


def cells_of_page(page: str, method: str) -> Line:
    """The cells of the line for that method, or those of a method that has none."""
    others = {}
    for line in lines_of(PAGES):
        if line["page"] == page:
            others = line
            if method in line["methods"].split(",") or line["methods"] == "*":
                return line
    refused = "405" if others["nobody"] != "login" else "login"
    about_threads = others["member"] != "-"
    return {
        "own": "405",
        **dict.fromkeys((*OTHERS, "missing"), "405" if about_threads else "-"),
        "suspended": refused,
        "nobody": refused,
    }
