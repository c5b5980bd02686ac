import { once } from 'node:events';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from '../clock.ts';
import { accountOf } from '../http/account.ts';
import { onBehalfOf } from '../http/asked.ts';
import { speak } from '../http/language.ts';
import { mcpOperation } from '../http/reference/mcp-operation.ts';
import { answerMcp } from '../mcp/answer.ts';
import { createRepetitions } from '../mcp/repetitions.ts';
import { refusedResult, toolResult } from '../mcp/tool-result.ts';
import { dryRunArgument, type Tool, toolOf } from '../mcp/tools.ts';
import { accessMessages } from '../messages/access.ts';
import { mcpMessages } from '../messages/mcp.ts';
import { Problem } from '../problems/problem.ts';
import { steps } from '../steps/index.ts';

export interface McpRouteOptions {
  /** The step types that are tools. */
  types: readonly string[];
  clock: Pick<Clock, 'now' | 'wall'>;
  /** Whether the app takes no more requests of its own. */
  isClosing(): boolean;
  /** Aborted with a Problem, soon after that. */
  shutdown: AbortSignal;
}

/** Headers of a caller that go with each of his calls: who he is, for which host, and his language. */
const passedOn = ['authorization', 'x-api-key', 'host', 'amocrm-account', 'accept-language'] as const;

/** Models send flags as text as well. Whatever else is said must not be taken for "write". */
const flags = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
]);

const readingTypes = new Set(steps.filter(({ effects }) => effects === 'reads').map(({ type }) => type));

/** `POST /mcp`: the steps as tools for AI agents. A call is a request to the step's own route, with all that this means. */
export const mcp = fp(
  async (app: FastifyInstance, { types, clock, isClosing, shutdown }: McpRouteOptions) => {
    const keyOf = createRepetitions(clock);
    let tools: Tool[] | undefined;
    const toolsFor = (request: FastifyRequest) => {
      tools ??= steps.filter(({ type }) => types.includes(type)).map(toolOf);
      return tools.filter(({ annotations }) => request.scope !== 'read' || annotations.readOnlyHint);
    };

    async function call(reply: FastifyReply, tool: Tool, args: Record<string, unknown>) {
      const { request } = reply;
      const { [dryRunArgument]: dryRun, ...params } = args;
      if (dryRun !== undefined && !flags.has(dryRun))
        return refusedResult(mcpMessages.dryRunFlag[speak(request, reply)]);
      const isDryRun = isDry(args) && !tool.annotations.readOnlyHint;
      const isKeyed = !isDryRun && !tool.annotations.readOnlyHint;
      const headers = passedOn.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      // What another replica has passed on says it in the vouch alone.
      const account = request.asked.by === 'passed' ? { 'amocrm-account': accountOf(request).id } : {};
      letGo(request);
      const key = isKeyed ? { 'idempotency-key': keyOf(request.caller, tool.name, params) } : {};
      const url = `/steps/${tool.name}${isDryRun ? '?dry_run=true' : ''}`;
      // It begins when it is waited for.
      const answer = await onBehalfOf(
        request,
        async () =>
          await app.inject({
            method: 'POST',
            url,
            headers: { ...Object.fromEntries(headers), ...account, ...key },
            payload: { params },
            remoteAddress: request.ip,
          }),
      );
      if (answer.headers['content-language'] !== undefined) speak(request, reply);
      const isReplayed = answer.headers['idempotency-replayed'] !== undefined;
      return toolResult(answer.json(), isReplayed ? mcpMessages.replayed[speak(request, reply)] : undefined);
    }

    app.post(
      '/mcp',
      {
        config: { inAccount: true, effects: 'body', onlyReads, document: mcpOperation },
        schema: { body: Type.Unknown() },
      },
      async (request, reply) => {
        const headers = new Headers({ 'content-type': 'application/json' });
        for (const name of ['accept', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'last-event-id']) {
          const value = request.headers[name];
          if (typeof value === 'string') headers.set(name, value);
        }
        const asked = new Request('http://localhost/mcp', {
          method: 'POST',
          headers,
          body: JSON.stringify(request.body),
        });
        let isTooLate = false;
        const answer = await answerMcp(asked, request.body, {
          version: packageJson.version,
          tools: toolsFor(request),
          async call(tool, args) {
            isTooLate = isClosing();
            return isTooLate ? { content: [] } : call(reply, tool, args);
          },
        });
        // No word of the protocol: it is for whoever passes requests on, or tells the caller to come again.
        if (isTooLate) {
          if (!shutdown.aborted) await once(shutdown, 'abort');
          throw shutdown.reason;
        }
        const text = await answer.text();
        reply.code(answer.status);
        if (text !== '') return JSON.parse(text);
        // What is kept under a key is an answer.
        if (request.admission !== undefined) throw new Problem('INVALID_REQUEST', accessMessages.notificationWithKey);
        return reply.send();
      },
    );
  },
  { name: 'mcp', fastify: '5.x', dependencies: ['accounts', 'problems', 'json-body', 'steps'] },
);

/**
 * Whether a message, or each of several, calls no tool that writes. The key of a call that does is made where it is carried
 * out, by what was called there before: another replica may make another one.
 */
function onlyReads(body: unknown): boolean {
  return [body].flat().every((message) => {
    const { method, params } = Object(message);
    const { name, arguments: args } = Object(params);
    return method !== 'tools/call' || isDry(Object(args)) || readingTypes.has(name);
  });
}

function isDry(args: Record<string, unknown>): boolean {
  return flags.get(args[dryRunArgument]) === true;
}

/**
 * The step's own request has the account for itself, and takes it along when another replica is to have it: nobody else
 * may hold on to it meanwhile. What keeps an answer under a key needs it until the end.
 */
function letGo(request: FastifyRequest): void {
  if (request.admission !== undefined) return;
  request.use?.end();
  request.use = undefined;
}
