import t from 'tap';
import { startKeyed } from '../../fixtures/keyed.ts';

t.test('an id is on disk before an answer names it', async (t) => {
  const { step, rows, blockDisk } = await startKeyed(t);
  for (let round = 0; round < 20; round += 1) {
    const { body } = await step('amocrm_create_lead', { name: `Заявка ${round}` });
    const { lead_id } = body.result;
    t.ok(
      rows('claims').some(({ collection, id }) => collection === 'leads' && id === lead_id),
      `${lead_id}`,
    );
  }
  const release = blockDisk();
  const { status } = await step('amocrm_create_lead', { name: 'При полном диске' });
  t.equal(status, 200, 'a disk that cannot be written stops no answer');
  release();
});
