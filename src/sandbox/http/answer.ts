import type { Settings } from '../options.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Ids written by the request, for the log. */
  stored?: number[];
}

/** Thrown by handlers to end a request with an answer that is not a success. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

const TITLES: Record<number, string> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

export function hal(body: unknown, stored?: number[]): Answer {
  return halWith(200, body, stored);
}

export function halWith(status: number, body: unknown, stored?: number[]): Answer {
  return typed(status, 'application/hal+json', JSON.stringify(body), stored);
}

export function json(status: number, body: unknown): Answer {
  return typed(status, 'application/json', JSON.stringify(body));
}

export function noContent(): Answer {
  return { status: 204, headers: {}, body: '' };
}

/** A single read of what is not there, where amoCRM's answer is not documented. */
export function absent({ absent: how }: Pick<Settings, 'absent'>, what: string): Answer {
  return how === 'empty' ? noContent() : problem(404, `${what} not found`);
}

export function problem(status: number, detail: string, more: Record<string, unknown> = {}): Answer {
  const title = TITLES[status] ?? 'Error';
  const envelope = { title, type: `https://httpstatus.es/${status}`, status, detail, ...more };
  return typed(status, 'application/problem+json', JSON.stringify(envelope));
}

export function html(status: number): Answer {
  const heading = `${status} ${TITLES[status] ?? 'OK'}`;
  return page(
    status,
    `<html>\r\n<head><title>${heading}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n` +
      '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  );
}

export function page(status: number, markup: string): Answer {
  return typed(status, 'text/html; charset=utf-8', markup);
}

export function notFound(detail: string): Refused {
  return new Refused(problem(404, detail));
}

export function typed(status: number, type: string, body: string, stored?: number[]): Answer {
  return { status, headers: { 'content-type': type }, body, ...(stored && { stored }) };
}
