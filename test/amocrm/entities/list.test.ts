import t from 'tap';
import { parameters, withParts } from '../../../src/amocrm/entities/list.ts';

t.test('values in PHP’s notation', async (t) => {
  t.strictSame(parameters('filter', { id: [1, 2], name: 'Анна', is_completed: false, price: { from: 1, to: 2 } }), [
    ['filter[id][]', '1'],
    ['filter[id][]', '2'],
    ['filter[name]', 'Анна'],
    ['filter[is_completed]', '0'],
    ['filter[price][from]', '1'],
    ['filter[price][to]', '2'],
  ]);
  t.strictSame(
    parameters('filter', {
      statuses: [
        { pipeline_id: 1, status_id: 142 },
        { pipeline_id: 2, status_id: 143 },
      ],
    }),
    [
      ['filter[statuses][0][pipeline_id]', '1'],
      ['filter[statuses][0][status_id]', '142'],
      ['filter[statuses][1][pipeline_id]', '2'],
      ['filter[statuses][1][status_id]', '143'],
    ],
  );
  t.strictSame(parameters('filter', {}), []);
});

t.test('parts in one order, each once, so that equal reads are one', async (t) => {
  t.strictSame(withParts(['source', 'contacts', 'source']), [['with', 'contacts,source']]);
  t.strictSame(withParts([]), []);
});
