import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from '../clock.ts';
import { speak } from '../http/language.ts';
import { accountFailures } from '../http/reference/failure-codes.ts';
import { failure } from '../http/reference/failure-responses.ts';
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

/** `POST /mcp`: the steps as tools for AI agents. A call is a request to the step's own route, with all that this means. */
export const mcp = fp(
  async (app: FastifyInstance, { types, clock }: McpRouteOptions) => {
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
      const isDry = flags.get(dryRun) === true && !tool.annotations.readOnlyHint;
      const isKeyed = !isDry && !tool.annotations.readOnlyHint;
      const headers = passedOn.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      const key = isKeyed ? { 'idempotency-key': keyOf(request.caller, tool.name, params) } : {};
      const answer = await app.inject({
        method: 'POST',
        url: `/steps/${tool.name}${isDry ? '?dry_run=true' : ''}`,
        headers: { ...Object.fromEntries(headers), ...key },
        payload: { params },
        remoteAddress: request.ip,
      });
      if (answer.headers['content-language'] !== undefined) speak(request, reply);
      return toolResult(answer.json());
    }

    app.post(
      '/mcp',
      { config: { inAccount: true, effects: 'body', document }, schema: { body: Type.Unknown() } },
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
        const answer = await answerMcp(asked, request.body, {
          version: packageJson.version,
          tools: toolsFor(request),
          call: (tool, args) => call(reply, tool, args),
        });
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

const message = Type.Record(Type.String(), Type.Unknown());

function document() {
  return {
    operationId: 'mcp',
    tags: ['Service'],
    summary: 'The steps as tools for AI agents.',
    description:
      'Model Context Protocol over Streamable HTTP, stateless, answers as JSON; clients of 2025 and of 2026-07-28. Each step is ' +
      'a tool; MCP_STEPS says which. A call is a request to the step’s own route, so keys, limits and failures are the same. ' +
      'Equal calls of one caller within 10 minutes are one. The body is a JSON-RPC message, see modelcontextprotocol.io.',
    body: {
      ...message,
      description: 'A JSON-RPC message.',
      'x-examples': { tools: { summary: 'All tools', value: { jsonrpc: '2.0', id: 1, method: 'tools/list' } } },
    },
    response: {
      200: {
        ...message,
        description: 'The JSON-RPC answer.',
        examples: [{ jsonrpc: '2.0', id: 1, result: { tools: [] } }],
      },
      202: { type: 'null', description: 'A notification was taken note of.' },
      400: {
        description: 'The JSON-RPC message cannot be answered; or the key is for several accounts and none is named.',
        content: {
          'application/json': {
            schema: message,
            examples: {
              message: { value: { jsonrpc: '2.0', error: { code: -32600, message: 'Bad Request' }, id: null } },
            },
          },
          ...failure(['INVALID_REQUEST']).content,
        },
      },
      404: {
        description: 'There is no such method of the protocol, as a JSON-RPC error; or no such account.',
        content: {
          'application/json': {
            schema: message,
            examples: {
              message: { value: { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' }, id: 1 } },
            },
          },
          ...failure(['ACCOUNT_NOT_FOUND', 'NOT_FOUND']).content,
        },
      },
      default: failure(accountFailures),
    },
  };
}
