import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './document.ts';

/** Values for fast-check made from the request schemas of the OpenAPI document. */

/** What people, bots and attackers send. None of it forms a placeholder, so it has to arrive as it is. */
const snippets = [
  'Иван Петров',
  'name',
  '  двойные  пробелы ',
  'ё й й',
  '😀 👨‍👩‍👧 🏳️‍🌈',
  'مرحبا\u202E!',
  '\u0000',
  '\u0007\u001b[31m',
  '\uFEFF',
  '\u2028\u2029',
  '\uD800',
  '\uDFFF',
  'a\r\nb\tc',
  '"\\/\'`',
  '<b onclick="x()">&amp;</b>',
  '%00%zz%D0',
  '&limit=1#?+ ;',
  '+7 900 123-45-67',
  "'; DROP TABLE contacts; --",
  '{',
  '{ }',
  '{a-b}',
  '{"k": 1}',
  '__proto__',
  '0',
  '1e3',
];

/** Any text, with and without the snippets. A lone `}` could close a `{` of another part, so there is none. */
export function texts(maxLength = 300): Arbitrary<string> {
  const part = fc.oneof(fc.constantFrom(...snippets), fc.string({ unit: 'binary', maxLength: 12 }));
  const free = fc.array(part.map((text) => text.replaceAll('}', ')')), { minLength: 1, maxLength: 4 });
  const long = fc.nat({ max: maxLength }).map((length) => 'ю'.repeat(length));
  return fc
    .oneof({ weight: 8, arbitrary: fc.constantFrom(...snippets) }, { weight: 8, arbitrary: free.map((parts) => parts.join('')) }, long)
    .map((text) => [...text].slice(0, maxLength).join(''));
}
