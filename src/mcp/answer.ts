import type { CallToolResult } from '@modelcontextprotocol/server';
import { nearTypes } from '../steps/near-types.ts';
import { cut } from '../text/names.ts';
import type { Tool } from './tools.ts';

export interface McpOptions {
  version: string;
  /** The tools of the present caller. */
  tools: readonly Tool[];
  /** Calls one of them. */
  call(tool: Tool, args: Record<string, unknown>): Promise<CallToolResult>;
}

const instructions = `amoCRM (Kommo) as tools. Find before you create: amocrm_find_or_create_contact and amocrm_find_or_create_lead make
no duplicates, amocrm_intake does contact, lead, note and task in one call. Give names instead of ids: pipelines, statuses, users, loss
reasons, task types and custom fields are taken by name; never invent an id. A lead is moved by amocrm_move_lead, read whole by
amocrm_get_lead_card. dry_run: true shows what would be written and writes nothing. Equal calls within 10 minutes are one: a repeated one is
answered as the first was, and a remark says so. A failure
names its code, what is wrong and the nearest names; try again only where retryable is true.`;

/**
 * Answers one request of the Model Context Protocol, of its revisions of 2025 and of 2026-07-28: stateless, as JSON. The
 * protocol's library is loaded at the first request; most services have none.
 */
export async function answerMcp(request: Request, parsedBody: unknown, options: McpOptions): Promise<Response> {
  const { createMcpHandler, isLegacyRequest, Server, WebStandardStreamableHTTPServerTransport } = await import(
    '@modelcontextprotocol/server'
  );
  const create = () => {
    const about = { name: 'amocrm-steps', version: options.version };
    const server = new Server(about, { capabilities: { tools: {} }, instructions: instructions.replaceAll('\n', ' ') });
    server.setRequestHandler('tools/list', () => ({ tools: [...options.tools] }));
    server.setRequestHandler('tools/call', ({ params }) => callTool(options, params));
    return server;
  };
  if (!(await isLegacyRequest(request, parsedBody))) {
    // Nothing here changes, so there is nothing to subscribe to.
    const handler = createMcpHandler(create, { legacy: 'reject', maxSubscriptions: 0 });
    return handler.fetch(request, { parsedBody });
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await create().connect(transport);
  return transport.handleRequest(request, { parsedBody });
}

async function callTool(
  { tools, call }: McpOptions,
  { name, arguments: args = {} }: { name: string; arguments?: Record<string, unknown> | undefined },
): Promise<CallToolResult> {
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return call(tool, args);
  const [near] = nearTypes(
    name,
    tools.map((each) => each.name),
  );
  const { ProtocolError, ProtocolErrorCode } = await import('@modelcontextprotocol/server');
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `There is no tool ${JSON.stringify(cut(name))}; ${near === undefined ? 'tools/list has them' : `did you mean ${near}?`}`,
  );
}
