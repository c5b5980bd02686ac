/**
 * A Telegram bot that makes a lead of whoever shares a phone number. In a directory where `npm install grammy` was run:
 *
 *   BOT_TOKEN=… STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=… node bot.ts
 *
 * The amoCRM account needs a contact field of the name or code telegram_id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Bot, Keyboard } from 'grammy';

export interface StepsService {
  url: string;
  apiKey: string;
}

const attempts = 6;

const steps = [
  {
    id: 'contact',
    type: 'amocrm_find_or_create_contact',
    params: {
      telegram_id: '{user_telegram_id}',
      phone: '{user_phone}',
      name: '{user_name}',
      update_data: { phone: '{user_phone}' },
      output_var: 'contact',
    },
    next_step: 'lead',
  },
  {
    id: 'lead',
    type: 'amocrm_create_lead',
    params: { name: 'Заявка от {user_name}', contact_id: '{contact.contact_id}', output_var: 'lead' },
    next_step: 'note',
  },
  {
    id: 'note',
    type: 'amocrm_add_note',
    params: { entity_type: 'leads', entity_id: '{lead.lead_id}', note_text: 'Заявка из Telegram, {user_phone}' },
  },
];

export function createBot(token: string, service: StepsService): Bot {
  const bot = new Bot(token);

  bot.command('start', (ctx) =>
    ctx.reply('Здравствуйте! Оставьте номер, и мы перезвоним.', {
      reply_markup: new Keyboard().requestContact('Отправить номер').resized().oneTime(),
    }),
  );

  bot.on('message:contact', async (ctx) => {
    const { contact } = ctx.message;
    if (contact.user_id !== ctx.from.id) return ctx.reply('Нужен ваш собственный номер.');
    const context = {
      user_telegram_id: ctx.from.id,
      user_name: [contact.first_name, contact.last_name].filter(Boolean).join(' '),
      user_phone: contact.phone_number,
    };
    // Telegram hands an update out again if the bot ends before it is done: the same key, and so still one lead.
    const answer = await runScenario(service, context, `telegram-${ctx.me.id}-${ctx.update.update_id}`);
    return ctx.reply(
      answer.success
        ? `Спасибо! Номер заявки: ${answer.context.lead.lead_id}.`
        : `Не получилось: ${answer.context.__step_error__}. Попробуйте позже.`,
    );
  });

  bot.catch(async ({ ctx, error }) => {
    process.stderr.write(`${error}\n`);
    await ctx.reply('Сервис не отвечает. Попробуйте позже.');
  });
  return bot;
}

/** The scenario's answer, or the problem document of the step that failed. The key makes it safe to send it again. */
async function runScenario({ url, apiKey }: StepsService, context: object, key: string) {
  for (let attempt = 1; ; attempt++) {
    let waitSeconds = 2;
    try {
      const response = await fetch(`${url}/scenarios/run`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, 'idempotency-key': key },
        body: JSON.stringify({ scenario_id: 'lead', steps, context }),
        signal: AbortSignal.timeout(155_000),
      });
      const answer = JSON.parse(await response.text());
      if (answer.success || !answer.retryable || attempt === attempts) return answer;
      waitSeconds = Number(response.headers.get('retry-after') ?? waitSeconds);
    } catch (error) {
      // The answer was lost on the way. The lead may be there: the next attempt will tell.
      if (attempt === attempts) throw error;
    }
    await sleep(waitSeconds * 1000);
  }
}

if (import.meta.main) {
  const { BOT_TOKEN = '', STEPS_URL = 'http://127.0.0.1:8080', STEPS_API_KEY = '' } = process.env;
  await createBot(BOT_TOKEN, { url: STEPS_URL, apiKey: STEPS_API_KEY }).start();
}
