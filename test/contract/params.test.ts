import t from 'tap';
import { faultOf } from '../fixtures/conformance.ts';
import { startService } from '../fixtures/service.ts';
import { withKnownIds } from './account.ts';
import { lostOnTheWay } from './arrivals.ts';
import { operations, propertiesIn, propertiesOf, type Schema } from './document.ts';

/** Of each step requests that have every param of the OpenAPI document, taken together. */

const { app, sandbox } = await startService(t);

/** A person whom nobody knows, for the step that would find the one of the examples. */
const stranger = {
  telegram_id: 'никто',
  phone: '+7 000 000-00-01',
  email: 'nobody@example.com',
  query: 'никто',
  custom_fields: {},
};

for (const { name, path, body: schema, parameters } of operations.filter(({ path }) => path.startsWith('/steps/'))) {
  t.test(`${name}: every param is taken and arrives`, async (t) => {
    const type = path.slice('/steps/'.length);
    const met = new Set<string>();
    for (const [index, body] of wholes(schema).entries()) {
      const headers = Object.fromEntries(parameters.map((parameter) => [parameter.name, `${type}-${index}`]));
      const before = sandbox.requests.length;
      const answer = await app.inject({ method: 'POST', url: path, payload: body, headers });
      const { statusCode: status, headers: got, body: text } = answer;
      t.equal(status, 200, `${JSON.stringify(body)} ${text.slice(0, 500)}`);
      t.equal(faultOf({ method: 'POST', path, status, headers: got, body: text }), undefined);
      const upstream = sandbox.requests.slice(before);
      t.strictSame(lostOnTheWay(type, Object(body).params, answer.json().result ?? {}, upstream, sandbox), []);
      for (const property of propertiesIn(schema ?? {}, body)) met.add(property.name);
    }
    const absent = propertiesOf(schema ?? {}).filter((property) => !met.has(property.name));
    t.strictSame(
      absent.map((property) => property.name),
      [],
      'the document has no other',
    );
  });
}

/** Bodies with every property: one of each variant, and since a text may come in two places but once, one of each. */
function wholes(schema: Schema = {}): object[] {
  const { params = {}, ...properties } = withKnownIds(schema).properties ?? {};
  const variants = params.oneOf ?? [params];
  return variants.flatMap((variant) => {
    const body = { ...Object(whole({ properties })), params: Object(whole(variant)) };
    const { note_text, ...rest } = body.params;
    const { text, call_result, ...noteParams } = Object(rest.note_params);
    const isContact = 'telegram_id' in rest && 'name' in rest;
    if (isContact) return [body, { ...body, params: { ...body.params, ...stranger } }];
    if (note_text === undefined) return [body];
    return [
      { ...body, params: rest },
      { ...body, params: { ...body.params, note_params: noteParams } },
    ];
  });
}

/** A value with all that the schema describes, as its examples have it. */
function whole(schema: Schema): unknown {
  const { properties, enum: constants, examples, type, minimum, items = {} } = schema;
  if (properties !== undefined) {
    const parts = Object.entries(properties).map(([key, part]) => [key, whole(part)]);
    return { ...Object(examples?.[0]), ...Object.fromEntries(parts) };
  }
  const [first] = constants ?? examples ?? [];
  if (first !== undefined) return first;
  const [kind] = [type].flat();
  if (kind === 'object') return { a: 1 };
  if (kind === 'array') return [whole(items)];
  return kind === 'integer' ? (minimum ?? 1) : 'текст';
}
