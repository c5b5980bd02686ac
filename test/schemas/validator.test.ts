import t from 'tap';
import { faultsOfValidation, mostFaults } from '../../src/schemas/schema-faults.ts';
import { validator } from '../../src/schemas/validator.ts';
import { steps } from '../../src/steps/index.ts';
import { growthOf } from '../fixtures/growth.ts';

const createLead = steps.find(({ type }) => type === 'amocrm_create_lead');
const validate = validator.compile(createLead?.params ?? {});

const wrong: Record<string, unknown> = { 'lists for texts': [], 'blank texts': ' ', 'null for texts': null };

for (const [what, tag] of Object.entries(wrong)) {
  t.test(`${what}: each is a fault, and the work grows with their number alone`, async (t) => {
    const judge = async (size: number) => {
      const params = { name: 'Заявка', tags: Array(size).fill(tag) };
      t.notOk(validate(params));
      t.ok(Number(validate.errors?.length) > size);
      t.equal(faultsOfValidation(validate.errors ?? []).length, mostFaults, 'as many as anybody will read');
    };
    const growth = await growthOf(8_000, judge);
    t.ok(growth < 10, `${growth.toFixed(1)} times the work for 4 times the tags`);
  });
}
