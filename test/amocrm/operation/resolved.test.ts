import t from 'tap';
import { describeField } from '../../../src/amocrm/fields/field.ts';
import { createResolvedNames } from '../../../src/amocrm/operation/resolved.ts';
import { fieldOf, optionsOf } from '../../fixtures/fields.ts';

t.test('names are noted at their places in the caller’s document, until they are taken', async (t) => {
  const resolved = createResolvedNames();
  resolved.note(['pipeline'], { id: 1, name: 'Продажи' });
  resolved.note(['custom_fields', 'source'], { id: 2, name: 'Источник' });
  resolved.note(['tags', 1], { id: 3, name: 'VIP' });
  resolved.note(['pipeline'], { id: 4, name: 'Склад' });
  t.strictSame(resolved.take(), {
    'params.pipeline': { id: 4, name: 'Склад' },
    'params.custom_fields.source': { id: 2, name: 'Источник' },
    'params.tags[1]': { id: 3, name: 'VIP' },
  });
  t.strictSame(resolved.take(), {});
});

t.test('a field is told with the options that the values name', async (t) => {
  const field = fieldOf('multiselect', { id: 7, name: 'Интересы', options: optionsOf('Спорт', 'Кино', 'Музыка') });
  t.strictSame(describeField(field, [{ enum_id: 3 }, { enum_id: 1 }]), {
    id: 7,
    name: 'Интересы',
    options: [
      { id: 3, name: 'Музыка' },
      { id: 1, name: 'Спорт' },
    ],
  });
  const { id: _, ...phone } = fieldOf('multitext', { code: 'PHONE', name: 'phone' });
  t.strictSame(describeField(phone, [{ value: '+7900', enum_code: 'WORK' }]), { code: 'PHONE', name: 'phone' });
});
