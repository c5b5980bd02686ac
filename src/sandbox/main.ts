import { terminalLanguage } from '../terminal.ts';
import { environmentOptions, OptionError } from './environment.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

try {
  tell(await startSandbox({ ...environmentOptions(process.env), idsByClock: true }));
} catch (error) {
  if (!isRefusal(error)) throw error;
  const head = terminalLanguage() === 'ru' ? 'Песочница не запускается' : 'The sandbox cannot start';
  process.stderr.write(`${head}: ${error.message}\n`);
  process.exitCode = 1;
}

/** A variable that cannot be used, or HOST and PORT that are not free here. */
function isRefusal(error: unknown): error is Error {
  return error instanceof OptionError || (error instanceof Error && 'syscall' in error);
}

function tell(sandbox: Sandbox): void {
  process.stdout.write(terminalLanguage() === 'ru' ? inRussian(sandbox) : inEnglish(sandbox));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => sandbox.close());
  }
}

function inEnglish(sandbox: Sandbox): string {
  return `amoCRM sandbox on ${sandbox.url} (token ${sandbox.token})

For OAuth in place of the token, start the service with these, without the last one to give access in a browser
(at /oauth/start of the service); the code is good for 20 minutes and one start:

${settingsOf(sandbox)}

Another redirect address: SANDBOX_REDIRECT_URI=http://… npm run sandbox
Another code: ${newCode(sandbox)}
Revoke tokens: ${revocation(sandbox)} (or "all")
`;
}

function inRussian(sandbox: Sandbox): string {
  return `Песочница amoCRM: ${sandbox.url} (токен ${sandbox.token})

Чтобы вместо токена работать по OAuth, запустите сервис с этими настройками. Без последней доступ дают в браузере
(адрес /oauth/start у сервиса); код действует 20 минут и на один запуск:

${settingsOf(sandbox)}

Другой адрес возврата: SANDBOX_REDIRECT_URI=http://… npm run sandbox
Новый код: ${newCode(sandbox)}
Отозвать токены: ${revocation(sandbox)} (или "all")
`;
}

function settingsOf({ url, oauth }: Sandbox): string {
  const { clientId, clientSecret, redirectUri } = oauth;
  return `  AMO_BASE_URL=${url}
  AMO_CLIENT_ID=${clientId}
  AMO_CLIENT_SECRET=${clientSecret}
  AMO_REDIRECT_URI=${redirectUri}
  AMO_AUTH_CODE=${oauth.authCode()}`;
}

function newCode({ url }: Sandbox): string {
  return `curl -X POST ${url}/_sandbox/oauth/code`;
}

function revocation({ url }: Sandbox): string {
  return `curl -X POST ${url}/_sandbox/oauth/revoke -d '{"what": "access"}'`;
}
