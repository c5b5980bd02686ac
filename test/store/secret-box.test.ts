import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createSecretBox, openBox } from '../../src/store/secret-box.ts';

const place = { table: 'tokens', column: 'refresh_token', account: 'studio' };
const text = 'def502004711 ключ';

t.test('what is sealed is opened for the same place, and shows nothing of the text', async (t) => {
  const box = createSecretBox([randomBytes(32)]);
  const sealed = box.seal(text, place);
  t.equal(box.open(sealed, place), text);
  t.notMatch(sealed, /def50200/);
  t.notMatch(Buffer.from(sealed.split(':')[2] ?? '', 'base64url').toString(), /def50200/);
  t.equal(box.open(box.seal('', place), place), '');
});

t.test('equal texts are sealed differently each time', async (t) => {
  const box = createSecretBox([randomBytes(32)]);
  t.equal(new Set(Array.from({ length: 100 }, () => box.seal(text, place))).size, 100);
});

t.test('sealed for one place it is not opened as that of another', async (t) => {
  const box = createSecretBox([randomBytes(32)]);
  const sealed = box.seal(text, place);
  for (const other of [{ table: 'accounts' }, { column: 'access_token' }, { account: 'garage' }]) {
    t.throws(() => box.open(sealed, { ...place, ...other }), /unable to authenticate/, JSON.stringify(other));
  }
});

t.test('a change of any byte is noticed', async (t) => {
  const box = createSecretBox([randomBytes(32)]);
  const [mark = '', id = '', hidden = ''] = box.seal(text, place).split(':');
  const bytes = Buffer.from(hidden, 'base64url');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    t.throws(() => box.open(`${mark}:${id}:${changed.toString('base64url')}`, place), `byte ${index}`);
  }
  t.throws(() => box.open(`${mark}:${id}:AAAA`, place));
});

t.test('a key is replaced: the new one seals, both open, and the old one is missed where it is needed', async (t) => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const before = createSecretBox([old]).seal(text, place);
  const both = createSecretBox([fresh, old]);
  t.equal(both.open(before, place), text);
  t.equal(both.isFresh(before), false);
  const after = both.seal(text, place);
  t.equal(both.isFresh(after), true);
  t.equal(createSecretBox([fresh]).open(after, place), text);
  t.throws(() => createSecretBox([fresh]).open(before, place), { name: 'SettingError', message: /^SECRET_KEY lacks/ });
});

t.test('without a key nothing is sealed, and what was sealed is not taken for a text', async (t) => {
  t.equal(openBox.seal(text, place), text);
  t.equal(openBox.open(text, place), text);
  const box = createSecretBox([randomBytes(32)]);
  t.equal(box.open(text, place), text, 'from before there was a key');
  t.equal(box.isFresh(text), false);
  const sealed = box.seal(text, place);
  t.equal(openBox.isFresh(sealed), false);
  t.throws(() => openBox.open(sealed, place), { name: 'SettingError' });
});
