import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { parseApiKeys, refuseShared } from '../config/api-keys.ts';
import type { Config } from '../config/config.ts';
import { followSecret } from '../config/follow-secret.ts';
import type { Secret, SecretName } from '../config/secrets.ts';
import type { KeyRing } from '../http/key-ring.ts';

export function followKeys(app: FastifyInstance, keys: KeyRing, { secrets, adminKeys }: Config, clock: Clock): void {
  follow(app, 'API_KEYS', { secret: secrets.apiKeys, clock }, (text) => {
    const found = parseApiKeys(text);
    refuseShared(found, adminKeys);
    keys.replace(found);
  });
}

/** Returns the current long-lived token: that of AMO_ACCESS_TOKEN_FILE changes with the file. */
export function followToken(app: FastifyInstance, { secrets }: Config, clock: Clock): () => string | undefined {
  let token = secrets.accessToken?.text;
  follow(app, 'AMO_ACCESS_TOKEN', { secret: secrets.accessToken, clock }, (text) => {
    token = text;
  });
  return () => token;
}

interface Followed {
  secret: Secret | undefined;
  clock: Clock;
}

function follow(
  app: FastifyInstance,
  name: SecretName,
  { secret, clock }: Followed,
  apply: (text: string) => void,
): void {
  if (secret === undefined) return;
  const setting = `${name}_FILE`;
  const stop = followSecret(name, secret, {
    clock,
    onChange(text) {
      apply(text);
      app.log.info({ setting }, 'setting read again');
    },
    // The message names the file, never the secret.
    onFault: ({ message: reason }) => app.log.error({ setting, reason }, 'setting not taken, the one before stays'),
  });
  app.addHook('onClose', async () => stop());
}
