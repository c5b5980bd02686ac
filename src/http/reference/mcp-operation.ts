import { Type } from 'typebox';
import { accountFailures } from './failure-codes.ts';
import { failure } from './failure-responses.ts';

const message = Type.Record(Type.String(), Type.Unknown());

/** What the OpenAPI document says of `POST /mcp`. */
export function mcpOperation() {
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
