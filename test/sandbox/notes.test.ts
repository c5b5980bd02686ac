import t from 'tap';
import { open } from './open.ts';

const CALL = {
  duration: 5,
  source: 'тест',
  phone: '+79001234567',
  uniq: 'u',
  call_status: 4,
  call_responsible: 'Ольга',
};

const CREATABLE: [type: string, params: object][] = [
  ['common', { text: 'текст' }],
  ['call_in', CALL],
  ['call_out', { duration: 5, source: 'тест', phone: '1' }],
  ['service_message', { service: 'бот', text: 'x' }],
  ['extended_service_message', { service: 'бот', text: 'x' }],
  ['message_cashier', { status: 'shown', text: 'x' }],
  ['geolocation', { text: 'x', address: 'y', longitude: '-13', latitude: '32' }],
  ['sms_in', { text: 'x', phone: '1' }],
  ['sms_out', { text: 'x', phone: '1' }],
  ['attachment', { file_uuid: 'u', file_name: 'a.pdf' }],
];

t.test('all ten types can be created on both routes and read back', async (t) => {
  const { call } = await open(t);
  for (const [note_type, params] of CREATABLE) {
    const wide = await call('POST', '/api/v4/contacts/notes', [
      { entity_id: 12345, note_type, params, request_id: 'n' },
    ]);
    t.match(wide.json?._embedded?.notes, [{ entity_id: 12345, request_id: 'n' }], `${note_type} ${wide.text}`);
    const made = await call('POST', '/api/v4/leads/67890/notes', [{ note_type, params }]);
    const [note] = made.json._embedded.notes;
    t.match(note._links.self.href, new RegExp(`/api/v4/leads/67890/notes/${note.id}$`));
    const one = await call('GET', `/api/v4/leads/notes/${note.id}`);
    t.match(one.json, { note_type, params, entity_id: 67890, created_by: 8000001 });
    t.equal((await call('GET', `/api/v4/leads/67890/notes/${note.id}`)).text, one.text);
  }
});

const REFUSED: [item: object, refusals: string[]][] = [
  [{ note_type: 'common', text: 'x' }, ['FieldMissing params.text', 'FieldNotExpected text']],
  [{ note_type: 'common', params: { text: null } }, ['NotNullable params.text']],
  [{ note_type: 'common', params: { text: 5 } }, ['InvalidType params.text']],
  [{ note_type: 'common', params: { text: 'x', extra: 1 } }, ['FieldNotExpected params.extra']],
  [{ params: { text: 'x' } }, ['FieldMissing note_type']],
  [{ note_type: 'amomail_message', params: { text: 'x' } }, ['NotSupportedChoice note_type']],
  [{ note_type: 'chat', params: {} }, ['NotSupportedChoice note_type']],
  [{ note_type: 'call_in', params: { ...CALL, link: null } }, ['NotNullable params.link']],
  [{ note_type: 'call_in', params: { source: 'x', phone: '1' } }, ['FieldMissing params.duration']],
  [{ note_type: 'call_in', params: { ...CALL, call_status: 8 } }, ['NotSupportedChoice params.call_status']],
  [{ note_type: 'message_cashier', params: { status: 'gone', text: 'x' } }, ['NotSupportedChoice params.status']],
  [
    { note_type: 'geolocation', params: { text: 'x', address: 'y', longitude: -13, latitude: '32' } },
    ['InvalidType params.longitude'],
  ],
  [{ note_type: 'common', params: { text: 'x' }, created_by: 5 }, ['NotSupportedChoice created_by']],
];

t.test('notes that do not fit their type are refused', async (t) => {
  const { refusals } = await open(t);
  for (const [item, expected] of REFUSED) {
    const found = await refusals('POST', '/api/v4/leads/67890/notes', [item]);
    t.strictSame(found.sort(), expected, JSON.stringify(item));
  }
});

t.test('a note to an unknown or binned entity is refused, or kept without one', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  const note = { note_type: 'common', params: { text: 'x' } };
  t.strictSame(await refusals('POST', '/api/v4/leads/notes', [note, { ...note, entity_id: 12345 }]), [
    'FieldMissing entity_id',
    'NotSupportedChoice entity_id',
  ]);
  t.strictSame(await refusals('POST', '/api/v4/leads/67898/notes', [note]), ['NotSupportedChoice entity_id']);
  sandbox.settings.unknownLinks = 'accept';
  t.equal((await call('POST', '/api/v4/leads/5/notes', [note])).status, 200);
});

t.test('notes are listed by entity and by kind, ordered and filtered', async (t) => {
  const { call } = await open(t);
  const types = async (path: string) =>
    (await call('GET', `/api/v4/${path}`)).json._embedded.notes.map(
      ({ note_type }: { note_type: string }) => note_type,
    );
  t.strictSame(await types('leads/67890/notes'), ['common', 'call_in']);
  t.strictSame(await types('leads/67890/notes?order[id]=desc'), ['call_in', 'common']);
  t.strictSame(await types('leads/notes?filter[note_type]=call_in'), ['call_in']);
  t.strictSame(await types('leads/notes?filter[entity_id][]=67890&limit=1'), ['common']);
  t.equal((await call('GET', '/api/v4/leads/67891/notes')).status, 204);
  t.equal((await call('GET', '/api/v4/leads/notes/1')).status, 204);
});

t.test('a note can be changed and pinned but not deleted', async (t) => {
  const { call, refusals } = await open(t);
  const listed = await call('GET', '/api/v4/leads/67890/notes');
  const [{ id }] = listed.json._embedded.notes;
  const changed = await call('PATCH', `/api/v4/leads/67890/notes/${id}`, { params: { text: 'иначе' } });
  t.strictSame(Object.keys(changed.json), ['id', 'entity_id', 'updated_at', '_links']);
  t.equal((await call('POST', `/api/v4/leads/notes/${id}/pin`)).status, 204);
  const shown = await call('GET', `/api/v4/leads/notes/${id}?with=is_pinned`);
  t.match(shown.json, { params: { text: 'иначе' }, is_pinned: true });
  t.equal((await call('POST', `/api/v4/leads/notes/${id}/unpin`)).status, 204);
  t.match(await call('DELETE', `/api/v4/leads/67890/notes/${id}`), { status: 405, text: '' });
  t.strictSame(await refusals('PATCH', '/api/v4/leads/notes', [{ id, note_type: 'sms_in' }, { id: 1 }]), [
    'NotSupportedChoice note_type',
    'NotSupportedChoice id',
  ]);
});
