import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusedRight, withoutCustomers } from '../api/rights.ts';
import { perform } from '../faults/perform.ts';
import type { World } from '../world.ts';
import { type Answer, html, problem } from './answer.ts';
import { exchangeOf, tooMany } from './exchange.ts';
import { handle } from './handle.ts';
import { decoded } from './query.ts';
import { parseJson, readText } from './read-body.ts';
import { hostOf } from './send.ts';

/** One request to /api: ban, limits, faults, authorization, handler, in this order. */
export async function serveApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  at: number,
): Promise<void> {
  const { settings, tokens, log } = world;
  const method = request.method ?? 'GET';
  const path = url.pathname;
  const record = log.add({ at, method, path, query: decoded(url.search), body: undefined, status: 0 }, world.now());
  const integration = tokens.integrationOf(bearerOf(request));
  const refused = refusal(world, integration ?? 'unknown', at);
  const body = parseJson(await readText(request));
  record.body = 'value' in body ? body.value : body.broken;
  const exchange = exchangeOf(world, response, record, () => {
    if (integration === undefined) return problem(401, 'Invalid user name or password');
    if ('broken' in body) return problem(400, 'Syntax error');
    const missing = refusedRight(settings, method, path) ?? withoutCustomers(settings, path);
    if (missing) return missing;
    const userId = world.store.account.current_user_id;
    return handle(world, { method, url, host: hostOf(request), body: body.value, userId });
  });
  if (refused) return exchange.send(refused);
  const fault = world.faults.next({ method, path, body: record.body });
  if (fault) record.fault = fault.kind;
  const ms = settings.latencyMs + settings.perItemMs * (Array.isArray(record.body) ? record.body.length : 0);
  if (ms > 0) await sleep(ms, undefined, { ref: false });
  if (fault) await perform(fault, exchange);
  else exchange.send(exchange.process());
}

function refusal({ settings, limits }: World, integration: string, at: number): Answer | undefined {
  if (settings.banned) return html(403);
  return limits.admit(integration, at) ? undefined : tooMany(settings);
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
