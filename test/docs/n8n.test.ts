import { runInNewContext } from 'node:vm';
import t from 'tap';
import { readText } from '../../docs/pages.ts';
import { address } from '../../docs/request-file.ts';
import { startService } from '../fixtures/service.ts';

interface Node {
  name: string;
  type: string;
  retryOnFail?: boolean;
  parameters: {
    url?: string;
    headerParameters?: { parameters: { name: string; value: string }[] };
    jsonBody?: string;
    responseBody?: string;
  };
}

const workflow: { nodes: Node[]; connections: Record<string, { main: { node: string }[][] }> } = JSON.parse(
  await readText('docs/n8n-intake.json'),
);

function nodeOf(name: string): Node {
  const found = workflow.nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`No node ${name}`);
  return found;
}

/** The names of the nodes after this one: of its first output, and of the one for errors. */
const after = (name: string) => workflow.connections[name]?.main.map((output) => output.map(({ node }) => node));

/** What n8n makes of an expression: a text with parts in two braces. */
function evaluate(text = '', $json: unknown = {}): string {
  if (!text.startsWith('=')) return text;
  const known = { $json, $workflow: { id: 'w1' }, $execution: { id: '17' } };
  return text.slice(1).replaceAll(/\{\{ (.+?) \}\}(?=$|[^}])/g, (_all, code) => String(runInNewContext(code, known)));
}

const intake = nodeOf('Intake');

async function open(test: Parameters<typeof startService>[0]) {
  const { app, sandbox } = await startService(test);
  const send = (came: object) => {
    const headers = (intake.parameters.headerParameters?.parameters ?? []).map(({ name, value }) => [
      name,
      evaluate(value),
    ]);
    return app.inject({
      method: 'POST',
      url: intake.parameters.url?.replace(address, '') ?? '',
      headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
      payload: evaluate(intake.parameters.jsonBody, { body: came }),
    });
  };
  return { sandbox, send };
}

t.test('the workflow for n8n: its request makes contact, lead and note, once however often it is tried', async (t) => {
  const { sandbox, send } = await open(t);
  const came = { name: 'Нина "Н"', phone: '+7 905 777-00-11', message: 'Хочу сайт' };
  for (let turn = 1; turn <= 2; turn += 1) {
    const answer = await send(came);
    t.equal(answer.statusCode, 200);
    const told = JSON.parse(evaluate(nodeOf('Answer').parameters.responseBody, answer.json()));
    t.match(told, { ok: true, contact_id: Number, lead_id: Number });
    const { leads, contacts, notes } = sandbox.store;
    t.equal(leads.get(told.lead_id)?.name, 'Заявка с сайта');
    t.equal([...contacts.values()].filter(({ name }) => name === came.name).length, 1, `turn ${turn}`);
    t.equal([...notes.leads.values()].filter(({ entity_id }) => entity_id === told.lead_id).length, 1, `turn ${turn}`);
  }
});

t.test('a failure is an error of the node, which is tried again and then told with its cause', async (t) => {
  const { sandbox, send } = await open(t);
  const answer = await send({ message: 'Без имени и телефона' });
  t.equal(answer.statusCode, 400);
  t.ok(intake.retryOnFail);
  t.strictSame(after('Intake'), [['Answer'], ['Failure']]);
  // As n8n tells of an answer with such a status.
  const error = { message: `${answer.statusCode} - ${answer.body}` };
  const told = JSON.parse(evaluate(nodeOf('Failure').parameters.responseBody, { error }));
  t.match(told, { ok: false, error: /INVALID_REQUEST/ });
  t.match(JSON.parse(evaluate(nodeOf('Failure').parameters.responseBody, { error: 'text' })), { error: 'text' });
  t.equal(sandbox.requests.length, 0);
});

t.test('every node but the first is reached', async (t) => {
  const reached = Object.keys(workflow.connections).flatMap((name) => after(name)?.flat() ?? []);
  t.strictSame(new Set(reached), new Set(workflow.nodes.slice(1).map(({ name }) => name)));
});
