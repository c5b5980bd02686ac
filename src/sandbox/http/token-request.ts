import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessToken } from '../oauth/access-token.ts';
import type { World } from '../world.ts';
import { problem } from './answer.ts';
import { isObject, parseJson, readText } from './read-body.ts';
import { hostOf, send } from './send.ts';

/** POST /oauth2/access_token. The log names the grant, never codes, tokens or secrets. */
export async function serveTokens(
  { log, tokens, store }: World,
  request: IncomingMessage,
  response: ServerResponse,
  at: number,
): Promise<void> {
  const method = request.method ?? 'GET';
  const record = log.add({ at, method, path: '/oauth2/access_token', query: '', body: undefined, status: 0 });
  const body = parseJson(await readText(request));
  const sent = 'value' in body && isObject(body.value) ? body.value : {};
  record.body = { grant_type: sent.grant_type };
  const isPost = method === 'POST';
  const answer = isPost ? accessToken(sent, hostOf(request), tokens, store) : problem(405, 'Method Not Allowed');
  record.status = answer.status;
  send(response, answer);
}
