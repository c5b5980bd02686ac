import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import packageJson from '../../package.json' with { type: 'json' };
import { startDemo } from '../fixtures/demo.ts';
import { findProgram, needs } from '../fixtures/programs.ts';
import { startTelegram } from '../fixtures/telegram.ts';
import { startUnsteady } from '../fixtures/unsteady.ts';

t.setTimeout(120_000);
const root = join(import.meta.dirname, '../..');
const demo = await startDemo(t);

const bots = [
  { file: 'bot.ts', command: process.execPath, need: {} },
  { file: 'telegraf-bot.js', command: process.execPath, need: {} },
  { file: 'bot.py', command: 'python3', need: needs('python3', findProgram('python3')) },
];

for (const [index, { file, command, need }] of bots.entries()) {
  t.test(`${file}: without a token it ends in one line that says what to do`, need, async (t) => {
    const { BOT_TOKEN: _, ...env } = process.env;
    const { status, stderr } = spawnSync(command, [join(root, 'docker/examples', file)], { env, encoding: 'utf8' });
    t.equal(status, 1);
    t.match(stderr, /^BOT_TOKEN is missing: [^\n]+\n$/);
  });

  t.test(`${file}: a token that Telegram does not know ends it in one line`, need, async (t) => {
    const telegram = createServer((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error_code: 401, description: 'Unauthorized' }));
    }).listen(0, '127.0.0.1');
    t.teardown(() => telegram.close());
    await once(telegram, 'listening');
    const TELEGRAM_API = `http://127.0.0.1:${Object(telegram.address()).port}`;
    const env = { ...process.env, BOT_TOKEN: '123456:CANARY-4711', TELEGRAM_API, PYTHONIOENCODING: 'utf-8' };
    const child = spawn(command, [join(root, 'docker/examples', file)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => child.kill());
    const closed = once(child, 'close');
    const said = Buffer.concat(await child.stderr.toArray()).toString();
    t.equal((await closed)[0], 1);
    t.match(said, /^Telegram does not [^\n]*BOT_TOKEN[^\n]+\n$/);
    t.notMatch(said, /CANARY/);
  });

  t.test(`${file}: a number becomes a contact, a lead and a task; buttons move the lead on`, need, async (t) => {
    const telegram = await startTelegram(t, 123456 + index);
    const unsteady = await startUnsteady(t, demo, '/steps/amocrm_intake');
    const child = spawn(command, [join(root, 'docker/examples', file)], {
      env: {
        ...process.env,
        BOT_TOKEN: `${123456 + index}:no-token`,
        TELEGRAM_API: telegram.address,
        STEPS_URL: unsteady.address,
        STEPS_API_KEY: 'key-of-the-examples',
        PYTHONIOENCODING: 'utf-8',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exit = once(child, 'exit');
    t.teardown(async () => {
      child.kill('SIGKILL');
      await exit;
    });
    const user = { id: 7001 + index, first_name: 'Лия', last_name: `Мороз ${index}` };
    const contact = { user_id: user.id, phone_number: `+790555544${index}0`, ...user };

    telegram.say(user, { text: '/start', entities: [{ type: 'bot_command', offset: 0, length: 6 }] });
    t.match(await telegram.replyTo(user), {
      text: /^Здравствуйте/,
      reply_markup: { keyboard: [[{ request_contact: true }]] },
    });
    telegram.press(user, 'meet');
    t.match(await telegram.replyTo(user), { text: 'Открытой заявки нет.' });
    telegram.say(user, { contact: { ...contact, user_id: 999 } });
    t.match(await telegram.replyTo(user), { text: 'Нужен ваш собственный номер.' });

    telegram.say(user, { contact });
    const thanks = await telegram.replyTo(user);
    t.match(thanks.text, /^Спасибо/);
    const [, lead] = /^Спасибо! Номер заявки: (\d+)\.$/.exec(thanks.text) ?? [];
    t.equal(unsteady.keys.length, 4, 'an answer was lost, a 503 came after it, and a failure of amoCRM after that');
    t.equal((await leadsOf(user)).length, 1);
    t.match(thanks.reply_markup, { inline_keyboard: [[{ callback_data: 'meet' }, { callback_data: 'drop' }]] });
    t.match(await leadOf(Number(lead)), { name: 'Заявка из Telegram', status_id: statuses.first });

    telegram.press(user, 'meet');
    t.match(await telegram.replyTo(user), { text: /^Договорились/ });
    t.match(await leadOf(Number(lead)), { status_id: statuses.next });
    const texts = (await tasksOf(Number(lead))).map(({ text }) => text);
    t.strictSame(texts.sort(), ['Назначить встречу', 'Перезвонить']);

    telegram.press(user, 'drop');
    t.match(await telegram.replyTo(user), { text: /^Жаль/ });
    t.match(await leadOf(Number(lead)), { status_id: statuses.lost });
  });
}

t.test('npm run example starts the first of them', async (t) => {
  t.equal(packageJson.scripts.example, 'node docker/examples/bot.ts');
});

const statuses = { first: 1002, next: 1003, lost: 143 };

interface State {
  leads: { id: number; status_id: number; name: string }[];
  contacts: { id: number; name: string }[];
  links: Record<string, { id: number }[]>;
  tasks: { entity_id: number; text: string }[];
}

async function state(): Promise<State> {
  return Object(await (await fetch(`${demo.sandbox}/_sandbox/state`)).json());
}

async function leadOf(id: number) {
  return (await state()).leads.find((lead) => lead.id === id);
}

/** The leads of whoever has the name. */
async function leadsOf({ first_name, last_name }: { first_name: string; last_name: string }) {
  const { contacts, leads, links } = await state();
  const ids = contacts.filter(({ name }) => name === `${first_name} ${last_name}`).map(({ id }) => id);
  return leads.filter(({ id }) => (links[`leads/${id}`] ?? []).some((link) => ids.includes(link.id)));
}

async function tasksOf(id: number) {
  return (await state()).tasks.filter(({ entity_id }) => entity_id === id);
}
