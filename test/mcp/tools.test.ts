import t from 'tap';
import { maxSchemaBytes } from '../../src/mcp/compact-schema.ts';
import { selectSteps, strayWord } from '../../src/mcp/selection.ts';
import { type Tool, toolOf } from '../../src/mcp/tools.ts';
import { steps } from '../../src/steps/index.ts';

const tools = new Map(steps.map((step) => [step.type, toolOf(step)]));

function tool(name: string): Tool {
  const found = tools.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const propertiesOf = (name: string) => Object(tool(name).inputSchema.properties);

t.test('each step is a tool of 2 KiB of schema at most, with all its params', async (t) => {
  for (const { type, params, effects } of steps) {
    const { inputSchema } = tool(type);
    const bytes = Buffer.byteLength(JSON.stringify(inputSchema));
    t.ok(bytes <= maxSchemaBytes, `${type}: ${bytes}`);
    const own = Object.keys(Object(params).properties ?? {}).filter((name) => name !== 'output_var');
    const due = [...own, ...(effects === 'writes' ? ['dry_run'] : [])].sort();
    t.strictSame(Object.keys(propertiesOf(type)).sort(), due, type);
    t.notMatch(JSON.stringify(inputSchema), /"x-|oneOf|allOf/, type);
    for (const name of [inputSchema.required ?? []].flat())
      t.ok(String(name) in propertiesOf(type), `${type}: ${name}`);
  }
});

t.test('variants are joined: a note has its types, texts and what each of them takes', async (t) => {
  const { properties, required } = Object(tool('amocrm_add_note').inputSchema);
  t.strictSame(required, ['entity_type', 'entity_id']);
  t.ok(properties.note_type.enum.includes('call_in') && properties.note_type.enum.includes('common'));
  t.strictSame(properties.entity_id.type, ['integer', 'string']);
});

t.test('hints say what a tool may do', async (t) => {
  const hints = (name: string) => tool(name).annotations;
  t.match(hints('amocrm_find_contact'), { readOnlyHint: true, destructiveHint: false, idempotentHint: true });
  t.match(hints('amocrm_create_lead'), { readOnlyHint: false, destructiveHint: false, idempotentHint: false });
  t.match(hints('amocrm_add_note'), { readOnlyHint: false, destructiveHint: false, idempotentHint: false });
  t.match(hints('amocrm_update_contact'), { readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  t.match(hints('amocrm_move_lead'), { destructiveHint: true, idempotentHint: true });
  t.match(hints('amocrm_complete_task'), { destructiveHint: true, idempotentHint: true });
  t.match(hints('amocrm_find_or_create_contact'), { destructiveHint: true }, 'it can update');
  for (const { type, effects } of steps) t.equal(hints(type).readOnlyHint, effects === 'reads');
});

t.test('what is required is said, what has a default is not', async (t) => {
  t.strictSame(tool('amocrm_get_lead').inputSchema.required, ['lead_id']);
  t.equal(propertiesOf('amocrm_search').entity_type.default, 'contacts');
  t.strictSame(tool('amocrm_search').inputSchema.required, ['query']);
  t.match(propertiesOf('amocrm_create_lead').price.description, /\w/);
  t.equal(propertiesOf('amocrm_create_lead').dry_run.type, 'boolean');
});

t.test('MCP_STEPS takes types and groups', async (t) => {
  const types = (chosen?: string) => selectSteps(steps, chosen).map(({ type }) => type);
  t.ok(types().includes('amocrm_create_lead'));
  t.notOk(types().includes('amocrm_list_users'));
  t.strictSame(types('amocrm_search, amocrm_get_lead'), ['amocrm_get_lead', 'amocrm_search']);
  t.ok(types('Tags,users').every((type) => /tag|user/.test(type)));
  t.equal(strayWord(steps, 'contacts,amocrm_find_contakt'), 'amocrm_find_contakt');
  t.equal(strayWord(steps, ' Leads, amocrm_search,'), undefined);
});
