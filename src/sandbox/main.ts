import { environmentOptions, OptionError } from './environment.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

try {
  tell(await startSandbox({ ...environmentOptions(process.env), idsByClock: true }));
} catch (error) {
  if (!isRefusal(error)) throw error;
  process.stderr.write(`The sandbox cannot start: ${error.message}\n`);
  process.exitCode = 1;
}

/** A variable that cannot be used, or HOST and PORT that are not free here. */
function isRefusal(error: unknown): error is Error {
  return error instanceof OptionError || (error instanceof Error && 'syscall' in error);
}

function tell(sandbox: Sandbox): void {
  const { clientId, clientSecret, redirectUri } = sandbox.oauth;
  process.stdout.write(`amoCRM sandbox on ${sandbox.url} (token ${sandbox.token})

For OAuth in place of the token, start the service with these, without the last one to give access in a browser
(at /oauth/start of the service); the code is good for 20 minutes and one start:

  AMO_BASE_URL=${sandbox.url}
  AMO_CLIENT_ID=${clientId}
  AMO_CLIENT_SECRET=${clientSecret}
  AMO_REDIRECT_URI=${redirectUri}
  AMO_AUTH_CODE=${sandbox.oauth.authCode()}

Another redirect address: SANDBOX_REDIRECT_URI=http://… npm run sandbox
Another code: curl -X POST ${sandbox.url}/_sandbox/oauth/code
Revoke tokens: curl -X POST ${sandbox.url}/_sandbox/oauth/revoke -d '{"what": "access"}' (or "all")
`);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => sandbox.close());
  }
}
