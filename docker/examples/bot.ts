/**
 * A Telegram bot with a funnel: a shared phone number becomes a contact, a lead and a task; two buttons move the lead on or
 * close it. With the demo or the service running:
 *
 *   BOT_TOKEN=… STEPS_URL=http://127.0.0.1:8080 STEPS_API_KEY=… npm run example
 *
 * Elsewhere: `npm install grammy @grammyjs/runner`, and Node.js 24. The account needs a contact field telegram_id, and a stage of the
 * name below.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { run, sequentialize } from '@grammyjs/runner';
import { Bot, InlineKeyboard, Keyboard } from 'grammy';

export interface StepsService {
  url: string;
  apiKey: string;
}

const attempts = 6;
const nextStage = 'Переговоры';

const choices = new InlineKeyboard().text('Назначить встречу', 'meet').text('Передумал', 'drop');

/** The open lead of whoever writes goes on. Its id comes from amoCRM, never from the button: what a button sends can be forged. */
function scenarioTo(move: object, task?: object) {
  return [
    { id: 'person', type: 'amocrm_find_contact', params: { telegram_id: '{user}', output_var: 'person' } },
    { id: 'known', type: 'conditional', params: { condition: '{person.found}', false_step: 'end' } },
    {
      id: 'leads',
      type: 'amocrm_find_contact_leads',
      params: { contact_id: '{person.contact.id}', output_var: 'leads' },
    },
    { id: 'open', type: 'conditional', params: { condition: '{leads.found}', false_step: 'end' } },
    { id: 'move', type: 'amocrm_move_lead', params: { lead_id: '{leads.lead_id}', output_var: 'moved', ...move } },
    ...(task === undefined
      ? []
      : [
          {
            id: 'task',
            type: 'amocrm_create_task',
            params: { entity_type: 'leads', entity_id: '{leads.lead_id}', ...task },
          },
        ]),
    { id: 'end', type: 'end' },
  ].map((step, at, all) => ({ ...step, next_step: all[at + 1]?.id }));
}

const scenarios = {
  meet: scenarioTo({ status: nextStage }, { text: 'Назначить встречу', task_type: 'meeting', complete_in: 86_400 }),
  drop: scenarioTo({ status: 'lost' }),
};

/** `telegram` is the address of Telegram's API, where it is not Telegram's own. */
export function createBot(token: string, service: StepsService, telegram?: string): Bot {
  const bot = new Bot(token, telegram === undefined ? {} : { client: { apiRoot: telegram } });
  // Telegram hands an update out again if the bot ends before it is done: the same key, and so still one lead.
  const keyOf = (update: number) => `telegram-${bot.botInfo.id}-${update}`;

  // One after another within a chat, and chats at once: the service then shares amoCRM's calls among them.
  bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));

  bot.command('start', (ctx) =>
    ctx.reply('Здравствуйте! Оставьте номер, и мы перезвоним.', {
      reply_markup: new Keyboard().requestContact('Отправить номер').resized().oneTime(),
    }),
  );

  bot.on('message:contact', async (ctx) => {
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
    const answer = await send(service, '/steps/amocrm_intake', { params }, keyOf(ctx.update.update_id));
    if (!answer.success) return ctx.reply(`Не получилось: ${answer.context.__step_error__}. Попробуйте позже.`);
    return ctx.reply(`Спасибо! Номер заявки: ${answer.result.lead_id}.`, { reply_markup: choices });
  });

  bot.callbackQuery(['meet', 'drop'], async (ctx) => {
    await ctx.answerCallbackQuery();
    const choice = ctx.callbackQuery.data === 'meet' ? 'meet' : 'drop';
    const body = { scenario_id: choice, steps: scenarios[choice], context: { user: ctx.from.id } };
    const answer = await send(service, '/scenarios/run', body, keyOf(ctx.update.update_id));
    if (!answer.success) return ctx.reply(`Не получилось: ${answer.context.__step_error__}. Попробуйте позже.`);
    if (answer.context.moved === undefined) return ctx.reply('Открытой заявки нет.');
    return ctx.reply(choice === 'meet' ? 'Договорились, менеджер предложит время.' : 'Жаль. Возвращайтесь!');
  });

  bot.catch(async ({ ctx, error }) => {
    process.stderr.write(`${service.url}: ${error}\n`);
    await ctx.reply('Сервис не отвечает. Попробуйте позже.');
  });
  return bot;
}

/** The answer, or the problem document that says what went wrong. The key makes it safe to send it again. */
async function send({ url, apiKey }: StepsService, path: string, body: object, key: string) {
  for (let attempt = 1; ; attempt++) {
    let waitSeconds = 2;
    try {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, 'idempotency-key': key },
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

if (import.meta.main) {
  const { BOT_TOKEN = '', STEPS_URL = 'http://127.0.0.1:8080', STEPS_API_KEY = '', TELEGRAM_API } = process.env;
  if (BOT_TOKEN === '') {
    process.stderr.write(
      'BOT_TOKEN is missing: @BotFather in Telegram gives one; then BOT_TOKEN=… npm run example (токен бота не задан, его даёт @BotFather)\n',
    );
    process.exit(1);
  }
  const bot = createBot(BOT_TOKEN, { url: STEPS_URL, apiKey: STEPS_API_KEY }, TELEGRAM_API);
  const notice = setTimeout(
    () => process.stderr.write('Telegram does not answer yet, trying on (Telegram пока не отвечает, пробую ещё)\n'),
    5000,
  );
  await bot.init().catch((error: Error) => {
    process.stderr.write(`Telegram does not know BOT_TOKEN (Telegram не знает этот токен): ${error.message}\n`);
    process.exit(1);
  });
  clearTimeout(notice);
  // The runner does not wait for one update before it takes the next, as bot.start() does.
  const runner = run(bot);
  const stop = () => runner.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
