import t from 'tap';
import { readText } from '../../docs/pages.ts';
import { address } from '../../docs/request-file.ts';
import { startService } from '../fixtures/service.ts';

interface Parameter {
  name: string;
  value: string;
}

interface Node {
  name: string;
  type: string;
  parameters: {
    method?: string;
    url?: string;
    headerParameters?: { parameters: Parameter[] };
    bodyParameters?: { parameters: Parameter[] };
  };
}

const workflow: { nodes: Node[]; connections: Record<string, { main: { node: string }[][] }> } = JSON.parse(
  await readText('docs/n8n-intake.json'),
);
const came = { body: { name: 'Нина', phone: '+7 905 777-00-11', message: 'Хочу сайт' } };

t.test('the workflow for n8n: its requests make contact, lead and note, and once', async (t) => {
  const { app, sandbox } = await startService(t);
  for (let turn = 1; turn <= 2; turn += 1) {
    const outputs = new Map<string, Record<string, unknown>>([['Webhook', came]]);
    for (let at = 'Webhook', next = nextOf(at); next !== undefined; at = next.name, next = nextOf(at)) {
      const { url = '', headerParameters, bodyParameters, method } = next.parameters;
      if (!next.type.endsWith('.httpRequest')) continue;
      const entryOf = ({ name, value }: Parameter) => [name, evaluate(value, outputs, at)];
      const answer = await app.inject({
        method: method === 'POST' ? 'POST' : 'GET',
        url: url.replace(address, ''),
        headers: Object.fromEntries((headerParameters?.parameters ?? []).map(entryOf)),
        payload: Object.fromEntries((bodyParameters?.parameters ?? []).map(entryOf)),
      });
      t.match(answer.json(), { ok: true, error: '' }, next.name);
      outputs.set(next.name, answer.json());
    }
    const made = [...sandbox.store.contacts.values()].filter(({ name }) => name === came.body.name);
    t.equal(made.length, 1, `turn ${turn}`);
    t.ok(sandbox.store.leads.has(Number(outputs.get('Lead')?.lead_id)), 'the lead that the webhook answers with');
  }
});

t.test('every node but the first is reached, and its address is a step', async (t) => {
  const reached = Object.values(workflow.connections).flatMap(({ main }) => main.flat().map(({ node }) => node));
  t.strictSame(new Set(reached), new Set(workflow.nodes.slice(1).map(({ name }) => name)));
});

function nextOf(name: string): Node | undefined {
  const [first] = workflow.connections[name]?.main.flat() ?? [];
  return workflow.nodes.find((node) => node.name === first?.node);
}

/** The value of one of n8n's expressions: a text with one `{{ $json… }}`, `{{ $('Node').item.json… }}` or `{{ $execution.id }}`. */
function evaluate(value: string, outputs: Map<string, Record<string, unknown>>, before: string): unknown {
  if (!value.startsWith('=')) return value;
  const whole = /^=\{\{ (\S+) \}\}$/.exec(value)?.[1];
  const look = (expression: string): unknown => {
    if (expression === '$execution.id') return 'n8n-17';
    const [, node = before, path = ''] = /^\$(?:json|\('(\w+)'\)\.item\.json)\.([\w.]+)$/.exec(expression) ?? [];
    return path.split('.').reduce((at: unknown, key) => Object(at)[key], outputs.get(node));
  };
  if (whole !== undefined) return look(whole);
  return value.slice(1).replaceAll(/\{\{ (\S+) \}\}/g, (_all, expression) => String(look(expression)));
}
