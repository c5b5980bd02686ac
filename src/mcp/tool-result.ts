import type { CallToolResult } from '@modelcontextprotocol/server';

/** What a failure tells a model; the rest is for bots. */
const told = ['code', 'detail', 'retryable', 'errors', 'written'] as const;

/** The answer of a step's route as the result of a tool: `body` is its JSON; `remark` is told beside it. */
export function toolResult(body: Record<string, unknown>, remark?: string): CallToolResult {
  const isError = body.success !== true;
  const structuredContent = isError ? failure(body) : success(body);
  const texts = [JSON.stringify(structuredContent), ...(remark === undefined ? [] : [remark])];
  return { content: texts.map((text) => ({ type: 'text', text })), structuredContent, isError };
}

/** A call that is not carried out, since its arguments do not say what is wanted. */
export function refusedResult(detail: string): CallToolResult {
  return toolResult({ success: false, code: 'INVALID_REQUEST', detail, retryable: false });
}

function failure(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(told.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
}

/** Of a dry run also what would be sent. */
function success({ success: _, output_var, context, result, ...rest }: Record<string, unknown>) {
  return { ...Object(result), ...rest };
}
