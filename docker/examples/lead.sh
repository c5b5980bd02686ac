#!/bin/sh
# Finds or creates a contact, makes a lead for it and adds a note, all in one request:
#
#   STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=… sh lead.sh order-17
#
# The word becomes the Idempotency-Key: run it again with the same one, and nothing is written twice. That is why curl
# may send again whatever failed on the way; it waits as long as Retry-After says.
set -eu
key=${1:?give each new request a word of its own, such as order-17 (нужно слово, своё у каждой заявки)}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
status=$(
  curl --silent --show-error --max-time 155 --retry 5 --retry-all-errors --output "$answer" --write-out '%{http_code}' \
    "${STEPS_URL:-http://127.0.0.1:8080}/scenarios/run" \
    -H 'content-type: application/json' \
    -H "authorization: Bearer ${STEPS_API_KEY:-}" \
    -H "idempotency-key: $key" \
    --data-binary @- <<'JSON'
{
  "scenario_id": "lead",
  "steps": [
    { "id": "contact", "type": "amocrm_find_or_create_contact", "next_step": "lead",
      "params": { "phone": "{user_phone}", "name": "{user_name}", "output_var": "contact" } },
    { "id": "lead", "type": "amocrm_create_lead", "next_step": "note",
      "params": { "name": "Заявка от {user_name}", "contact_id": "{contact.contact_id}", "output_var": "lead" } },
    { "id": "note", "type": "amocrm_add_note",
      "params": { "entity_type": "leads", "entity_id": "{lead.lead_id}", "note_text": "{user_text}" } }
  ],
  "context": { "user_name": "Вера Кудрина", "user_phone": "+7 905 555-11-22", "user_text": "Перезвоните после шести" }
}
JSON
)

cat "$answer"
[ "$status" = 200 ]
