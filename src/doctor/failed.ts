import { oauthRemedy, remedies, usualRemedy } from '../messages/doctor.ts';
import { inEach } from '../messages/message.ts';
import { describeError } from '../problems/catalogue.ts';
import { asProblem } from '../problems/problem.ts';
import { type Finding, fail } from './check.ts';
import type { AccessFacts } from './patient.ts';

/** What a check that could not be made comes to. */
export function failed(error: unknown, access: AccessFacts['kind'] = 'long-lived'): Finding {
  const { code, detail } = asProblem(error);
  const remedy = access === 'oauth' && code === 'AMOCRM_UNAUTHORIZED' ? oauthRemedy : remedies[code];
  const { title } = describeError(code);
  // Some details begin with the words of the title.
  const told = inEach((language) =>
    detail[language].startsWith(title[language]) ? detail[language] : `${title[language]}: ${detail[language]}`,
  );
  return fail(told, remedy ?? usualRemedy);
}
