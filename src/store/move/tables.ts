/** How a column is kept; `userText` may hold what PostgreSQL takes as no text (see its doubts), and stands there as JSON. */
type Kind = 'text' | 'integer' | 'boolean' | 'userText';

export interface MovedTable {
  name: string;
  columns: Readonly<Record<string, Kind>>;
}

/** A row as both stores can give and take it: a cell for each column, in their order. */
export type Row = readonly (string | number | boolean | null)[];

const place = { place: 'integer' } as const;
const account = { account: 'text' } as const;
const ofKey = { ...account, caller: 'text', key: 'text' } as const;

/** All that outlives a process, in an order in which nothing refers to what comes later. */
export const movedTables: readonly MovedTable[] = [
  {
    name: 'accounts',
    columns: {
      id: 'text',
      base_url: 'text',
      access_enc: 'text',
      field_map: 'text',
      rate_limit: 'integer',
      batch_size: 'integer',
      disabled: 'boolean',
    },
  },
  {
    name: 'api_keys',
    columns: { digest: 'text', id: 'text', caller: 'text', accounts: 'text', created_at: 'integer' },
  },
  {
    name: 'callbacks',
    columns: {
      caller: 'text',
      url: 'text',
      secret_enc: 'text',
      old_secret_enc: 'text',
      old_until: 'integer',
      changed_at: 'integer',
      off_at: 'integer',
    },
  },
  {
    name: 'tokens',
    columns: {
      ...account,
      client_id: 'text',
      access_token: 'text',
      refresh_token: 'text',
      issued_at: 'integer',
      expires_at: 'integer',
    },
  },
  {
    name: 'grants',
    columns: { ...account, client_id: 'text', hash: 'text', begun_at: 'integer', taken: 'boolean' },
  },
  {
    name: 'keys',
    columns: {
      ...ofKey,
      fingerprint: 'text',
      checkpoint: 'text',
      response: 'text',
      changed_at: 'integer',
      address: 'text',
    },
  },
  {
    name: 'writes',
    columns: {
      ...place,
      ...ofKey,
      step: 'integer',
      name: 'text',
      method: 'text',
      collection: 'text',
      body: 'text',
      before: 'text',
      sent_at: 'integer',
      ended_at: 'integer',
      answer: 'text',
    },
  },
  {
    name: 'claims',
    columns: { ...place, ...account, collection: 'text', id: 'integer', at: 'integer', address: 'text' },
  },
  { name: 'doubts', columns: { ...account, identity: 'userText', until: 'integer', address: 'text' } },
  {
    name: 'jobs',
    columns: {
      ...place,
      id: 'text',
      ...ofKey,
      route: 'text',
      fingerprint: 'text',
      state: 'text',
      attempts: 'integer',
      run_at: 'integer',
      give_up_at: 'integer',
      accepted_at: 'integer',
      ended_at: 'integer',
      size: 'integer',
      body: 'text',
      result: 'text',
      problem: 'text',
      callback_state: 'text',
      callback_tries: 'integer',
      callback_at: 'integer',
      callback_failure: 'text',
      address: 'text',
      language: 'text',
    },
  },
  { name: 'addresses', columns: { ...account, address: 'text', amocrm_id: 'integer' } },
  { name: 'removals', columns: account },
];
