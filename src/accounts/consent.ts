import type { Clock } from '../clock.ts';
import type { Access } from '../config/access.ts';
import type { Consent } from '../http/account.ts';

/** How a person gives access to an account; undefined where there is a long-lived token. */
export function consentOf(
  { access, baseUrl }: { access: Access; baseUrl: string },
  takeCode: Consent['take'] | undefined,
  clock: Pick<Clock, 'now'>,
): Consent | undefined {
  if (access.kind !== 'oauth' || takeCode === undefined) return undefined;
  let takenAt = Number.NEGATIVE_INFINITY;
  return {
    baseUrl,
    clientId: access.client.id,
    redirectUri: access.client.redirectUri,
    async take(code) {
      await takeCode(code);
      takenAt = clock.now();
    },
    ageMs: () => clock.now() - takenAt,
  };
}
