import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { fieldIds, plantContact } from '../fixtures/records.ts';
import type { Posting } from './postings.ts';
import { between, pick, type Random } from './random.ts';

/** Contacts of an import: now and then more than a page. */
const smallImport = 30;
const largeImport = 400;
const largeShare = 0.05;

type Meeting = 'imported' | 'edited' | 'binned';

/** Other people who write in amoCRM meanwhile: by hand and by imports, which leave old dates. */
export function createOthers(sandbox: Sandbox) {
  /** What they have made. */
  const ids = new Set<number>();
  /** Contacts that nobody is known by. */
  const strangers: number[] = [];
  /** People whom the service has found. */
  const found: { id: number; telegram_id: string }[] = [];

  function importMany(random: Random): void {
    const count = random() < largeShare ? largeImport : between(random, 1, smallImport);
    for (let index = 0; index < count; index += 1) {
      const id = plantContact(sandbox, {});
      ids.add(id);
      strangers.push(id);
    }
  }

  function importPerson(telegram: string, random: Random): number {
    const id = plantContact(sandbox, { telegram });
    ids.add(id);
    importMany(random);
    return id;
  }

  /** Somebody writes into a contact that was there before how the person is known. */
  function edit(telegram: string, random: Random): number {
    if (strangers.length === 0) importMany(random);
    const id = strangers.pop();
    if (id === undefined) throw new Error('an import has brought nobody');
    sandbox.somebody.update('contacts', {
      id,
      custom_fields_values: [{ field_id: fieldIds.telegram, values: [{ value: telegram }] }],
    });
    return id;
  }

  return {
    ids,
    /** Makes what one of ours looks like. */
    makeNamesake(number: number): void {
      const { somebody } = sandbox;
      if (number % 2 === 0) ids.add(somebody.create('contacts', { name: `Контакт ${number}` }));
      else ids.add(somebody.create('leads', { name: `Сделка ${number}`, price: number }));
    },
    /** A request about somebody whom they have brought in at this moment, or thrown into the bin. */
    meet(number: number, random: Random): Posting {
      const name = `Знакомый ${number}`;
      const ask = (telegram_id: string, rest: Pick<Posting, 'marks' | 'known'>): Posting => ({
        key: `request-${number}`,
        kind: 'known',
        url: '/steps/amocrm_find_or_create_contact',
        payload: { params: { telegram_id, name } },
        ...rest,
      });
      const meeting = pick<Meeting>(random, ['imported', 'edited', 'binned']);
      const gone = meeting === 'binned' ? found.pop() : undefined;
      if (gone !== undefined) {
        sandbox.store.bin('contacts', gone.id);
        return ask(gone.telegram_id, { marks: [name] });
      }
      const telegram_id = `known-${number}`;
      const id = meeting === 'edited' ? edit(telegram_id, random) : importPerson(telegram_id, random);
      return ask(telegram_id, { marks: [], known: { id, name, telegram_id } });
    },
    /** Whom the service has found may be thrown into the bin. */
    hasAnswered({ known }: Posting): void {
      if (known !== undefined) found.push(known);
    },
  };
}
