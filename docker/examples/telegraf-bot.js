/**
 * The funnel of bot.ts with Telegraf, in plain JavaScript. With the demo or the service running:
 *
 *   BOT_TOKEN=… STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=… node docker/examples/telegraf-bot.js
 *
 * Elsewhere: `npm install telegraf`, and "type": "module" in package.json. Any Node.js from 20 on will do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Markup, Telegraf } from 'telegraf';
import { message } from 'telegraf/filters';

const { BOT_TOKEN = '', STEPS_URL = 'http://127.0.0.1:8080', STEPS_API_KEY = '', TELEGRAM_API } = process.env;
const attempts = 6;
const nextStage = 'Переговоры';

if (BOT_TOKEN === '') {
  process.stderr.write(
    'BOT_TOKEN is missing: @BotFather in Telegram gives one; then set it and start again (токен бота не задан, его даёт @BotFather)\n',
  );
  process.exit(1);
}
const bot = new Telegraf(BOT_TOKEN, TELEGRAM_API === undefined ? {} : { telegram: { apiRoot: TELEGRAM_API } });
// Telegram hands an update out again if the bot ends before it is done: the same key, and so still one lead.
const keyOf = (/** @type {import('telegraf').Context} */ ctx) => `telegram-${ctx.botInfo.id}-${ctx.update.update_id}`;

bot.start((ctx) =>
  ctx.reply(
    'Здравствуйте! Оставьте номер, и мы перезвоним.',
    Markup.keyboard([Markup.button.contactRequest('Отправить номер')]).resize(),
  ),
);

bot.on(message('contact'), async (ctx) => {
  const { contact } = ctx.message;
  if (contact.user_id !== ctx.from.id) return ctx.reply('Нужен ваш собственный номер.');
  const params = {
    telegram_id: ctx.from.id,
    phone: contact.phone_number,
    name: [contact.first_name, contact.last_name].filter(Boolean).join(' '),
    lead: { name: 'Заявка из Telegram' },
    note_text: `Оставил номер в Telegram: ${contact.phone_number}`,
    task: { text: 'Перезвонить', task_type: 'call', complete_in: 3600 },
  };
  const answer = await send('/steps/amocrm_intake', { params }, keyOf(ctx));
  if (!answer.success) return ctx.reply(`Не получилось: ${answer.context.__step_error__}. Попробуйте позже.`);
  return ctx.reply(
    `Спасибо! Номер заявки: ${answer.result.lead_id}.`,
    Markup.inlineKeyboard([
      Markup.button.callback('Назначить встречу', 'meet'),
      Markup.button.callback('Передумал', 'drop'),
    ]),
  );
});

bot.action('meet', (ctx) =>
  moveOn(ctx, [
    {
      id: 'move',
      type: 'amocrm_move_lead',
      params: { lead_id: '{leads.lead_id}', status: nextStage, output_var: 'moved' },
      next_step: 'task',
    },
    {
      id: 'task',
      type: 'amocrm_create_task',
      params: {
        entity_type: 'leads',
        entity_id: '{leads.lead_id}',
        text: 'Назначить встречу',
        task_type: 'meeting',
        complete_in: 86_400,
      },
    },
  ]),
);

bot.action('drop', (ctx) =>
  moveOn(ctx, [
    {
      id: 'move',
      type: 'amocrm_move_lead',
      params: { lead_id: '{leads.lead_id}', status: 'lost', output_var: 'moved' },
    },
  ]),
);

bot.catch(async (error, ctx) => {
  process.stderr.write(`${STEPS_URL}: ${error}\n`);
  await ctx.reply('Сервис не отвечает. Попробуйте позже.');
});

/**
 * The open lead of whoever writes goes on. Its id comes from amoCRM, never from the button: what a button sends can be forged.
 *
 * @param {import('telegraf').Context} ctx
 * @param {object[]} steps
 */
async function moveOn(ctx, steps) {
  await ctx.answerCbQuery();
  const body = {
    context: { user: ctx.from?.id },
    steps: [
      {
        id: 'person',
        type: 'amocrm_find_contact',
        params: { telegram_id: '{user}', output_var: 'person' },
        next_step: 'known',
      },
      {
        id: 'known',
        type: 'conditional',
        params: { condition: '{person.found}', true_step: 'leads', false_step: 'end' },
      },
      {
        id: 'leads',
        type: 'amocrm_find_contact_leads',
        params: { contact_id: '{person.contact.id}', output_var: 'leads' },
        next_step: 'open',
      },
      { id: 'open', type: 'conditional', params: { condition: '{leads.found}', true_step: 'move', false_step: 'end' } },
      ...steps,
      { id: 'end', type: 'end' },
    ],
  };
  const answer = await send('/scenarios/run', body, keyOf(ctx));
  if (!answer.success) return ctx.reply(`Не получилось: ${answer.context.__step_error__}. Попробуйте позже.`);
  if (answer.context.moved === undefined) return ctx.reply('Открытой заявки нет.');
  return ctx.reply(steps.length > 1 ? 'Договорились, менеджер предложит время.' : 'Жаль. Возвращайтесь!');
}

/**
 * The answer, or the problem document that says what went wrong. The key makes it safe to send it again.
 *
 * @param {string} path
 * @param {object} body
 * @param {string} key
 */
async function send(path, body, key) {
  for (let attempt = 1; ; attempt++) {
    let waitSeconds = 2;
    try {
      const response = await fetch(STEPS_URL + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${STEPS_API_KEY}`,
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(155_000),
      });
      const answer = JSON.parse(await response.text());
      const mayHelp = answer.retryable || answer.code === 'AMOCRM_ERROR';
      if (answer.success || !mayHelp || attempt === attempts) return answer;
      waitSeconds = Number(response.headers.get('retry-after') ?? waitSeconds);
    } catch (error) {
      // The answer was lost on the way. The lead may be there: the next attempt will tell.
      if (attempt === attempts) throw error;
    }
    await sleep(waitSeconds * 1000);
  }
}

process.once('SIGINT', () => bot.stop('SIGINT'));
process.once('SIGTERM', () => bot.stop('SIGTERM'));
await bot.launch().catch((error) => {
  process.stderr.write(
    `Telegram does not answer, or does not know BOT_TOKEN (Telegram не отвечает или не знает этот токен): ${error.message}\n`,
  );
  process.exit(1);
});
