#!/usr/bin/env python3
"""Finds or creates a contact, makes a lead for it and adds a note. Plain Python 3, nothing to install:

    STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=... python3 lead.py order-17 "Вера Кудрина" "+7 905 555-11-22"
"""

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("STEPS_URL", "http://127.0.0.1:8080")
API_KEY = os.environ.get("STEPS_API_KEY", "")
ATTEMPTS = 6
WAIT = float(os.environ.get("STEPS_WAIT", "2"))  # seconds between attempts, where the service names none

# What users typed goes into the context; here it is named by {placeholders}.
STEPS = [
    {"id": "contact", "type": "amocrm_find_or_create_contact", "next_step": "lead",
     "params": {"phone": "{user_phone}", "name": "{user_name}", "output_var": "contact"}},
    {"id": "lead", "type": "amocrm_create_lead", "next_step": "note",
     "params": {"name": "Заявка от {user_name}", "contact_id": "{contact.contact_id}", "output_var": "lead"}},
    {"id": "note", "type": "amocrm_add_note",
     "params": {"entity_type": "leads", "entity_id": "{lead.lead_id}", "note_text": "Телефон: {user_phone}"}},
]


def run_scenario(steps, context, key):
    """Gives the answer. The key makes it safe to send the same request again: nothing is written twice."""
    body = json.dumps({"scenario_id": "lead", "steps": steps, "context": context}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    for attempt in range(1, ATTEMPTS + 1):
        wait = WAIT
        try:
            response = post(body, headers)
            answer = json.load(response)
            is_final = answer["success"] or not (answer["retryable"] or answer["code"] == "AMOCRM_ERROR")
            if is_final or attempt == ATTEMPTS:
                return answer
            wait = int(response.headers.get("Retry-After", wait))
        except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError) as failure:
            # The answer was lost on the way. The lead may be there: the next attempt will tell.
            if attempt == ATTEMPTS:
                sys.exit(f"Сервис по адресу {URL} не ответил ({failure}): проверьте, запущен ли он и верен ли STEPS_URL, и "
                         "повторите с тем же словом: дважды ничего не запишется")
        time.sleep(wait)


def post(body, headers):
    try:
        return urllib.request.urlopen(urllib.request.Request(f"{URL}/scenarios/run", body, headers), timeout=155)
    except urllib.error.HTTPError as failure:
        return failure  # an answer too: a problem document that says what went wrong


def main():
    if len(sys.argv) != 4:
        sys.exit('Запуск: python3 lead.py <слово, своё у каждой заявки> "<имя>" "<телефон>"')
    if not URL.startswith(("http://", "https://")):
        sys.exit(f"STEPS_URL: нужен адрес вида http://127.0.0.1:8080, а не {URL}")
    key, name, phone = sys.argv[1:]
    answer = run_scenario(STEPS, {"user_name": name, "user_phone": phone}, key)
    if not answer["success"]:
        hint = ": укажите в STEPS_API_KEY верный ключ сервиса" if answer["code"] == "UNAUTHORIZED" else ""
        sys.exit(f"{answer['context']['__step_error__']} ({answer['code']}){hint}")
    print(f"Контакт {answer['context']['contact']['contact_id']}, сделка {answer['context']['lead']['lead_id']}")


if __name__ == "__main__":
    main()
