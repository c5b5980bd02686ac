import { remedies, usualRemedy } from '../messages/doctor.ts';
import { joined } from '../messages/message.ts';
import { describeError } from '../problems/catalogue.ts';
import { asProblem } from '../problems/problem.ts';
import { type Finding, fail } from './check.ts';

/** What a check that could not be made comes to. */
export function failed(error: unknown): Finding {
  const { code, detail } = asProblem(error);
  return fail(joined([describeError(code).title, detail], ': '), remedies[code] ?? usualRemedy);
}
