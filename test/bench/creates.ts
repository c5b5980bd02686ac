/** The same create, a name and a phone, as each of the compared takes it. */
const phoneOf = (number: number) => `+7900${String(number).padStart(7, '0')}`;

export interface Target {
  url: string;
  headers: Record<string, string>;
  bodyOf(number: number): string;
}

const json = { 'content-type': 'application/json' };

export function throughService(address: string): Target {
  return {
    url: `${address}/steps/amocrm_create_contact`,
    headers: json,
    bodyOf: (number) => JSON.stringify({ params: { name: `Bench ${number}`, phone: phoneOf(number) } }),
  };
}

export function keyed(target: Target, key: string): Target {
  return { ...target, headers: { ...target.headers, 'idempotency-key': key } };
}

export function throughProxy(address: string): Target {
  return { url: `${address}/contacts`, headers: json, bodyOf: (number) => JSON.stringify(contact(number)) };
}

export function straight(address: string, token: string): Target {
  return {
    url: `${address}/api/v4/contacts`,
    headers: { ...json, authorization: `Bearer ${token}` },
    bodyOf: (number) => JSON.stringify([contact(number)]),
  };
}

function contact(number: number) {
  const values = [{ value: phoneOf(number), enum_code: 'WORK' }];
  return { name: `Bench ${number}`, custom_fields_values: [{ field_code: 'PHONE', values }] };
}
