import t from 'tap';
import { parseForm } from '../../../src/http/flat/parse-form.ts';

t.test('text, lists and objects', async (t) => {
  const form =
    'name=%D0%98%D0%B2%D0%B0%D0%BD+%D0%9F&tags=a&tags=b&more[]=c&custom_fields[%D0%98]=x&a[b][c]=1&a[b][d][]=2&empty=';
  t.strictSame(await parseForm(form), {
    name: 'Иван П',
    tags: ['a', 'b'],
    more: ['c'],
    custom_fields: { И: 'x' },
    a: { b: { c: '1', d: ['2'] } },
    empty: '',
  });
  t.strictSame(
    await parseForm('a[b=1&]x[=2&[c]=3'),
    { 'a[b': '1', ']x[': '2', '[c]': '3' },
    'brackets that do not match',
  );
  t.strictSame(await parseForm(''), {});
});

t.test('what cannot be is refused', async (t) => {
  for (const form of ['a=1&a[b]=2', 'a[b]=2&a=1', 'a=1&a=2&a[b]=3']) {
    await t.rejects(parseForm(form), { code: 'INVALID_REQUEST', message: /"a" is given both/ }, form);
  }
  for (const form of ['__proto__[x]=1', 'a[__proto__][x]=1', 'a[constructor]=1', 'constructor=1']) {
    await t.rejects(parseForm(form), { code: 'INVALID_REQUEST', message: /may not be/ }, form);
  }
  await t.rejects(parseForm(`a${'[b]'.repeat(64)}=1`), { message: /nested more than 64/ });
  await t.rejects(parseForm('a&'.repeat(50_001)), { message: /more than 50000 values/ });
  t.equal(Object.getPrototypeOf(await parseForm('toString=1')), Object.prototype);
});

t.test('what is no UTF-8 is refused, not replaced', async (t) => {
  for (const form of ['name=%C8%E2%E0%ED', 'name=%E0%A4%A', 'name=50%', '%ff=1']) {
    await t.rejects(parseForm(form), { code: 'INVALID_REQUEST', message: /not valid/ }, form);
  }
  t.strictSame(await parseForm('a=b=c&b&&c='), { a: 'b=c', b: '', c: '' });
});
