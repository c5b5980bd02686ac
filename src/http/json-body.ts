import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { bodyMessages, jsonReason } from '../messages/json.ts';
import { Problem } from '../problems/problem.ts';
import { keepText } from '../problems/written-keys.ts';
import { faultOfJson } from '../text/json-fault.ts';
import { countValues } from './body-bounds.ts';
import { parseExactly } from './exact-json.ts';
import { largeFrom } from './large-bodies.ts';

export const maxBodyBytes = 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses bodies without changing them. Refused: encodings other than UTF-8, numbers that would be rounded, keys that
 * poison prototypes, nesting beyond 64 levels, more than 50,000 values. Of equal keys the last counts.
 */
export const jsonBody = fp(
  async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, bytes: Buffer) => {
        const { headers, routeOptions } = request;
        // Some clients say a type although they send nothing.
        app.keepBody?.(request, bytes);
        if (bytes.length === 0 && routeOptions.schema?.body === undefined) return undefined;
        refuseCoding(headers['content-encoding'], headers['content-type']);
        const values = countValues(bytes);
        app.weighBody(request, { bytes: bytes.length, values });
        request.isLarge = values > largeFrom;
        if (request.isLarge) await setImmediate();
        return parse(decode(bytes));
      },
    );
  },
  { name: 'json-body', fastify: '5.x', dependencies: ['body-budget', 'large-bodies'] },
);

/** Throws UNSUPPORTED_MEDIA_TYPE for a body that is compressed or not in UTF-8. */
export function refuseCoding(encoding = 'identity', contentType = ''): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType) ?? [];
  const isPlain = /^identity$/i.test(encoding);
  const isUtf8 = /^(utf-?8|us-ascii)$/i.test(charset);
  if (isPlain && isUtf8) return;
  const { compressed, otherCharset, compressedAndOther } = bodyMessages;
  const both = isUtf8 ? compressed(encoding) : compressedAndOther(encoding, charset);
  throw new Problem('UNSUPPORTED_MEDIA_TYPE', isPlain ? otherCharset(charset) : both);
}

/** Throws INVALID_REQUEST for an empty body and for one that is not valid UTF-8. */
export function decode(bytes: Buffer): string {
  if (bytes.length === 0) throw new Problem('INVALID_REQUEST', bodyMessages.empty);
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Problem('INVALID_REQUEST', bodyMessages.notUtf8, { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    const body = parseExactly(text);
    keepText(body, text);
    return body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { line = 1, column = 1, reason = '' } = faultOfJson(text) ?? {};
    // The parser quotes the body here, so the caller reads it and the log does not.
    const options = { words: jsonReason(reason), cause: error };
    throw new Problem('INVALID_REQUEST', bodyMessages.notJson(line, column), options);
  }
}
