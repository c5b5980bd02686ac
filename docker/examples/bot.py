"""The funnel of bot.ts in Python 3, with nothing to install. With the demo or the service running:

    BOT_TOKEN=... STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=... python3 docker/examples/bot.py

With aiogram or python-telegram-bot the handlers stay as they are: what they send to the service is in intake() and move_on().
"""
import concurrent.futures
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

TELEGRAM = os.environ.get("TELEGRAM_API", "https://api.telegram.org") + "/bot" + os.environ.get("BOT_TOKEN", "")
URL = os.environ.get("STEPS_URL", "http://127.0.0.1:8080")
API_KEY = os.environ.get("STEPS_API_KEY", "")
ATTEMPTS = 6
NEXT_STAGE = "Переговоры"

CHOICES = {"inline_keyboard": [[{"text": "Назначить встречу", "callback_data": "meet"}, {"text": "Передумал", "callback_data": "drop"}]]}
SHARE = {"keyboard": [[{"text": "Отправить номер", "request_contact": True}]], "resize_keyboard": True}


def intake(user, contact, key):
    params = {
        "telegram_id": user["id"],
        "phone": contact["phone_number"],
        "name": " ".join(filter(None, [contact["first_name"], contact.get("last_name")])),
        "lead": {"name": "Заявка из Telegram"},
        "note_text": "Оставил номер в Telegram: " + contact["phone_number"],
        "task": {"text": "Перезвонить", "task_type": "call", "complete_in": 3600},
    }
    return send("/steps/amocrm_intake", {"params": params}, key)


def move_on(user, choice, key):
    """The open lead of whoever writes goes on. Its id comes from amoCRM, never from the button: what a button sends can be forged."""
    status = NEXT_STAGE if choice == "meet" else "lost"
    task = {"entity_type": "leads", "entity_id": "{leads.lead_id}", "text": "Назначить встречу", "task_type": "meeting",
            "complete_in": 86400}
    steps = [
        {"id": "person", "type": "amocrm_find_contact", "params": {"telegram_id": "{user}", "output_var": "person"}, "next_step": "known"},
        {"id": "known", "type": "conditional",
         "params": {"condition": "{person.found}", "true_step": "leads", "false_step": "end"}},
        {"id": "leads", "type": "amocrm_find_contact_leads",
         "params": {"contact_id": "{person.contact.id}", "output_var": "leads"}, "next_step": "open"},
        {"id": "open", "type": "conditional", "params": {"condition": "{leads.found}", "true_step": "move", "false_step": "end"}},
        {"id": "move", "type": "amocrm_move_lead",
         "params": {"lead_id": "{leads.lead_id}", "status": status, "output_var": "moved"},
         "next_step": "task" if choice == "meet" else "end"},
        {"id": "task", "type": "amocrm_create_task", "params": task, "next_step": "end"},
        {"id": "end", "type": "end"},
    ]
    return send("/scenarios/run", {"steps": steps, "context": {"user": user["id"]}}, key)


def send(path, body, key):
    """The answer, or the problem document that says what went wrong. The key makes it safe to send it again."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    for attempt in range(1, ATTEMPTS + 1):
        wait = 2
        try:
            response = post(URL + path, body, headers, 155)
            answer = json.load(response)
            is_final = answer["success"] or not (answer["retryable"] or answer["code"] == "AMOCRM_ERROR")
            if is_final or attempt == ATTEMPTS:
                return answer
            wait = int(response.headers.get("Retry-After", wait))
        except (OSError, http.client.HTTPException, ValueError):
            # The answer was lost on the way. The lead may be there: the next attempt will tell.
            if attempt == ATTEMPTS:
                raise
        time.sleep(wait)


def handle(update, bot_id):
    # Telegram hands an update out again if the bot ends before it is done: the same key, and so still one lead.
    key = f"telegram-{bot_id}-{update['update_id']}"
    message = update.get("message") or update["callback_query"]["message"]
    chat = message["chat"]["id"]
    try:
        if "callback_query" in update:
            pressed(update["callback_query"], chat, key)
        elif "contact" in message:
            shared(message, chat, key)
        elif message.get("text") == "/start":
            reply(chat, "Здравствуйте! Оставьте номер, и мы перезвоним.", SHARE)
    except Exception as error:  # one update must not end the bot
        print(f"{URL}: {error}", flush=True)
        reply(chat, "Сервис не отвечает. Попробуйте позже.")


def shared(message, chat, key):
    if message["contact"].get("user_id") != message["from"]["id"]:
        reply(chat, "Нужен ваш собственный номер.")
        return
    answer = intake(message["from"], message["contact"], key)
    if answer["success"]:
        reply(chat, f"Спасибо! Номер заявки: {answer['result']['lead_id']}.", CHOICES)
    else:
        reply(chat, f"Не получилось: {answer['context']['__step_error__']}. Попробуйте позже.")


def pressed(query, chat, key):
    call("answerCallbackQuery", {"callback_query_id": query["id"]})
    choice = "meet" if query["data"] == "meet" else "drop"
    answer = move_on(query["from"], choice, key)
    if not answer["success"]:
        reply(chat, f"Не получилось: {answer['context']['__step_error__']}. Попробуйте позже.")
    elif "moved" not in answer["context"]:
        reply(chat, "Открытой заявки нет.")
    else:
        reply(chat, "Договорились, менеджер предложит время." if choice == "meet" else "Жаль. Возвращайтесь!")


def reply(chat, text, keyboard=None):
    call("sendMessage", {"chat_id": chat, "text": text, **({"reply_markup": keyboard} if keyboard else {})})


def call(method, body, timeout=30):
    answer = json.load(post(f"{TELEGRAM}/{method}", body, {"Content-Type": "application/json"}, timeout))
    if not answer.get("ok"):
        raise RuntimeError(answer.get("description"))
    return answer["result"]


def post(url, body, headers, timeout):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=timeout)
    except urllib.error.HTTPError as failure:
        return failure  # an answer too: a problem document that says what went wrong


def main():
    if not os.environ.get("BOT_TOKEN"):
        sys.exit("BOT_TOKEN is missing: @BotFather in Telegram gives one; then set it and start again (токен бота не задан, его даёт @BotFather)")
    try:
        bot_id = call("getMe", {})["id"]
    except (OSError, http.client.HTTPException, ValueError, RuntimeError) as error:
        sys.exit(f"Telegram does not answer, or does not know BOT_TOKEN (Telegram не отвечает или не знает этот токен): {error}")
    offset = 0
    # Chats at once: the service then shares amoCRM's calls among them.
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        while True:
            try:
                updates = call("getUpdates", {"offset": offset, "timeout": 30}, timeout=60)
            except (OSError, http.client.HTTPException, ValueError, RuntimeError) as error:
                print(f"Telegram: {error}", flush=True)
                time.sleep(2)
                continue
            for update in updates:
                offset = update["update_id"] + 1
                pool.submit(handle, update, bot_id)


if __name__ == "__main__":
    main()
