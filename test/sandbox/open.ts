import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

export interface Reply {
  status: number;
  type: string;
  text: string;
  headers: Headers;
  /** Tests look into answers of every shape. */
  json: ReturnType<typeof JSON.parse>;
}

export interface Opened {
  sandbox: Sandbox;
  /** Sends a request with the token; a string body goes out as it is. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  /** The codes and paths of a refused write, as `code path`. */
  refusals(method: string, path: string, body: unknown): Promise<string[]>;
}

/** A sandbox for one test, without limits unless asked for. */
export async function open(
  t: { teardown(close: () => Promise<void>): void },
  options: SandboxOptions = {},
): Promise<Opened> {
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, ...options });
  t.teardown(() => sandbox.close());
  const call = (method: string, path: string, body?: unknown) => send(sandbox, method, path, body);
  return {
    sandbox,
    call,
    async refusals(method, path, body) {
      const { json } = await call(method, path, body);
      const items: { errors: { code: string; path: string }[] }[] = json['validation-errors'] ?? [];
      return items.flatMap(({ errors }) => errors.map((error) => `${error.code} ${error.path}`));
    },
  };
}

export async function send(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    ...(text !== undefined && { body: text }),
    ...(signal && { signal }),
  });
  const { status, headers } = response;
  const received = await response.text();
  const type = headers.get('content-type') ?? '';
  return { status, type, headers, text: received, json: type.includes('json') ? JSON.parse(received) : undefined };
}

/** The sandbox as a process of its own, on a free port: its first line, and its exit code when it ends. */
export async function startMain() {
  const main = new URL('../../src/sandbox/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  const [first]: unknown[] = await once(child.stdout, 'data');
  return { child, line: String(first), ended };
}
