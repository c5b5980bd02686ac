import localizeRu from 'ajv-i18n/localize/ru/index.js';
import type { FastifySchemaValidationError } from 'fastify';

/** The package's types tell of a default export, which CommonJS does not have. */
const localize: unknown = localizeRu;

/** The message of one of Ajv's errors in Russian. */
export function inRussian(error: FastifySchemaValidationError): string {
  if (typeof localize !== 'function') throw new Error('ajv-i18n is not what it was');
  const copy = { ...error };
  Reflect.apply(localize, undefined, [[copy]]);
  return copy.message ?? '';
}
