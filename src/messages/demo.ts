import type { Catalogue } from './message.ts';

/** What the demo prints. Each command is a line to be pasted into a terminal. */
export const demoMessages = {
  usage: {
    en: 'expected npm run demo, or npm run demo -- --accounts',
    ru: 'запустите npm run demo или npm run demo -- --accounts',
  },
  one: (address: string, sandbox: string, lead: string, down: string, up: string) => ({
    en: `
This is a demo: the service with a sandbox behind it that behaves like amoCRM. Nothing leaves this machine,
and all data is gone when you stop it with Ctrl+C.

  Swagger UI     ${address}/docs
  The sandbox    ${sandbox}/        (what has arrived in "amoCRM")

Try it:

  ${lead}

With -H 'prefer: respond-async' the answer is a job at once, carried out later even if amoCRM is down now; GET /jobs lists
them. Swagger UI shows both. A button on the sandbox's page takes its amoCRM down and up again; so do these:

  ${down}
  ${up}

Several accounts in one service: npm run demo -- --accounts

`,
    ru: `
Это демо: сервис, а за ним песочница, которая ведёт себя как amoCRM. За пределы этой машины ничего не уходит,
а после остановки (Ctrl+C) все данные исчезают.

  Swagger UI     ${address}/docs
  Песочница      ${sandbox}/        (что пришло в «amoCRM»)

Попробуйте:

  ${lead}

С -H 'prefer: respond-async' сразу приходит задание, которое выполнится позже, даже если amoCRM сейчас недоступна; список
даёт GET /jobs. В Swagger UI видно и то и другое. Кнопка на странице песочницы выключает и включает её amoCRM; так тоже можно:

  ${down}
  ${up}

Несколько аккаунтов в одном сервисе: npm run demo -- --accounts

`,
  }),
  several: (address: string, studio: string, garage: string, callers: string, lines: string, hosts = '') => ({
    en: `
This is a demo of several accounts: one service, and behind it two sandboxes that behave like amoCRM. Nothing leaves this
machine, and all data is gone when you stop it with Ctrl+C.

  Swagger UI     ${address}/docs
  studio         ${studio}/        (what has arrived in its "amoCRM")
  garage         ${garage}/
  callers        ${callers}        (whose keys are in the lines below; PUT /callers/{name}/callback takes these names)

Try it. A key says which account: a lead in the studio now, one in the garage as a job, which is carried out even if its
amoCRM is down; the garage's jobs; and what the admin sees.

${lines}

${
  hosts === ''
    ? 'Callbacks may go to a program on this machine by http where the demo is told so: CALLBACK_HOSTS=127.0.0.1 npm run demo -- --accounts'
    : `Callbacks may go by http to ${hosts}.`
}

`,
    ru: `
Это демо с несколькими аккаунтами: один сервис, а за ним две песочницы, которые ведут себя как amoCRM. За пределы этой машины
ничего не уходит, а после остановки (Ctrl+C) все данные исчезают.

  Swagger UI     ${address}/docs
  studio         ${studio}/        (что пришло в её «amoCRM»)
  garage         ${garage}/
  имена          ${callers}        (чьи ключи в строках ниже; их ждёт PUT /callers/{name}/callback)

Попробуйте. Аккаунт определяет ключ: сделка в студии сразу, сделка в автосервисе заданием, которое выполнится, даже если
его amoCRM недоступна; задания автосервиса; и то, что видит администратор.

${lines}

${
  hosts === ''
    ? 'Чтобы уведомления могли уходить по http программе на этой машине, запустите так: CALLBACK_HOSTS=127.0.0.1 npm run demo -- --accounts'
    : `Уведомления могут уходить по http: ${hosts}.`
}

`,
  }),
} satisfies Catalogue;
