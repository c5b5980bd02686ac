import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { perform } from '../faults/perform.ts';
import { accessToken } from '../oauth/access-token.ts';
import type { World } from '../world.ts';
import { html, problem } from './answer.ts';
import { exchangeOf, tooMany } from './exchange.ts';
import { isObject, parseJson, readText } from './read-body.ts';
import { hostOf } from './send.ts';

const path = '/oauth2/access_token';

/**
 * POST /oauth2/access_token, with JSON or a form (https://github.com/amocrm/amocrm-api-php/issues/150). That it counts
 * against the limits is not documented; this is the stricter reading. The log names the grant, never codes, tokens or
 * secrets.
 */
export async function serveTokens(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  at: number,
): Promise<void> {
  const { log, settings, limits } = world;
  const method = request.method ?? 'GET';
  const record = log.add({ at, method, path, query: '', body: undefined, status: 0 }, world.now());
  const text = await readText(request);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const body = isForm ? { value: Object.fromEntries(new URLSearchParams(text)) } : parseJson(text);
  const sent = 'value' in body && isObject(body.value) ? body.value : {};
  record.body = { grant_type: sent.grant_type };
  const work = () =>
    method === 'POST' ? accessToken(sent, hostOf(request), world) : problem(405, 'Method Not Allowed');
  const exchange = exchangeOf(world, response, record, work, { isSecret: true });
  if (settings.banned) return exchange.send(html(403));
  if (!limits.admit(String(sent.client_id), at)) return exchange.send(tooMany(settings));
  const fault = world.faults.next({ method, path, body: sent });
  if (fault) record.fault = fault.kind;
  if (settings.latencyMs > 0) await sleep(settings.latencyMs, undefined, { ref: false });
  if (fault) await perform(fault, exchange);
  else exchange.send(exchange.process());
}
