import { oauthRemedy, remedies, usualRemedy } from '../messages/doctor.ts';
import { joined } from '../messages/message.ts';
import { describeError } from '../problems/catalogue.ts';
import { asProblem } from '../problems/problem.ts';
import { type Finding, fail } from './check.ts';
import type { AccessFacts } from './patient.ts';

/** What a check that could not be made comes to. */
export function failed(error: unknown, access: AccessFacts['kind'] = 'long-lived'): Finding {
  const { code, detail } = asProblem(error);
  const remedy = access === 'oauth' && code === 'AMOCRM_UNAUTHORIZED' ? oauthRemedy : remedies[code];
  return fail(joined([describeError(code).title, detail], ': '), remedy ?? usualRemedy);
}
