import { Type } from 'typebox';
import { describeError, type ErrorCode } from '../../problems/catalogue.ts';
import { problemType } from '../problem-replies.ts';
import { accountNow } from './account-responses.ts';
import { callbackPut } from './callback-responses.ts';
import {
  adminFailures,
  beyondCommon,
  jobChangeFailures,
  scenarioFailures,
  serviceFailures,
  stepFailures,
} from './failure-codes.ts';
import { failureExample } from './failure-examples.ts';
import { jobAccepted } from './job-responses.ts';
import { contentLanguage } from './language-headers.ts';
import { retryAfterHeader } from './retry-after-header.ts';

const headers = [
  {
    name: 'WWW-Authenticate',
    with: [401],
    type: 'string',
    description: 'With 401: how to show a key.',
    examples: ['Bearer realm="amocrm-steps"'],
  },
  {
    name: 'Retry-After',
    with: [409, 503],
    ...retryAfterHeader,
  },
];

/** The failures of routes about the service itself, and of all that run steps. */
export const serviceFailure = failure(serviceFailures);
export const stepFailure = failure([...stepFailures, ...scenarioFailures]);
/** The failures of routes that change a job. */
export const jobFailure = failure(jobChangeFailures);
/** Those that all routes have which manage accounts and keys. */
export const adminFailure = failure(adminFailures);
export const adminLookupFailure = failure([...adminFailures, 'INVALID_REQUEST']);
export const adminBodyFailure = failure([
  ...adminFailures,
  'INVALID_REQUEST',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
]);

/** The parts of the OpenAPI document that many routes share, by name. */
const components = {
  ServiceFailure: serviceFailure,
  StepFailure: stepFailure,
  JobFailure: jobFailure,
  AdminFailure: adminFailure,
  AdminLookupFailure: adminLookupFailure,
  AdminBodyFailure: adminBodyFailure,
  JobAccepted: jobAccepted,
  AccountNow: accountNow,
  CallbackPut: callbackPut,
};

/** The component name of the response with this description; undefined for one that only one route has. */
export function nameOfResponse(description: string): string | undefined {
  return Object.entries(components).find(([, component]) => component.description === description)?.[0];
}

/** The description of a route that runs steps, with the failures that not every step has. */
export function withOwnFailures(description: string, codes: readonly ErrorCode[]) {
  const own = beyondCommon(codes);
  const named = own.map((code) => `\`${code}\``).join(', ');
  return {
    description: own.length === 0 ? description : `${description}\n\nBeside the failures of every step: ${named}.`,
    'x-failures': own,
  };
}

/** Failures as one response: a table, and an example of each code. `status` overrides the codes' own. */
export function failure(codes: readonly ErrorCode[], status?: number) {
  const rows = codes.map((code) => ({ code, status: status ?? describeError(code).status }));
  rows.sort((a, b) => a.status - b.status);
  const examples = rows.map((row) => [row.code, { value: failureExample(row.status, row.code) }]);
  return {
    description: `The request failed.${note(codes)}\n\n${tableOf(rows)}`,
    headers: headersWith(rows.map((row) => row.status)),
    content: { [problemType]: { schema: Type.Ref('Problem'), examples: Object.fromEntries(examples) } },
  };
}

function note(codes: readonly ErrorCode[]): string {
  return codes.some(isOfSome) ? ' A code with \\* comes only from operations whose description names it.' : '';
}

function tableOf(rows: readonly { code: ErrorCode; status: number }[]): string {
  const lines = rows.map(({ code, status }) => {
    return `| ${status} | \`${code}\`${isOfSome(code) ? ' \\*' : ''} | ${describeError(code).title.en} |`;
  });
  return ['| Status | Code | Meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

function isOfSome(code: ErrorCode): boolean {
  return scenarioFailures.includes(code);
}

function headersWith(statuses: readonly number[]) {
  const sent = headers.filter((header) => header.with.some((status) => statuses.includes(status)));
  return { ...contentLanguage, ...Object.fromEntries(sent.map(({ name, with: _, ...schema }) => [name, schema])) };
}
