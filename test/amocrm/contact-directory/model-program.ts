import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './model-service.ts';

const root = join(import.meta.dirname, '../../..');

/** A change of the source that takes a safeguard out: pairs of what must stand there once and what stands there then. */
export interface Cut {
  file: string;
  changes: readonly (readonly [from: string, to: string])[];
}

/** The service as it is. */
export function wholeProgram(): Promise<Program> {
  return load(join(root, 'src'));
}

/** The service without a safeguard: a copy of its source in this directory. */
export function programWithout({ file, changes }: Cut, directory: string): Promise<Program> {
  const copy = join(directory, 'src');
  cpSync(join(root, 'src'), copy, { recursive: true });
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  const path = join(copy, file);
  const source = changes.reduce((text, change) => replaceOnce(text, change, file), readFileSync(path, 'utf8'));
  writeFileSync(path, source);
  return load(copy);
}

function replaceOnce(text: string, [from, to]: readonly [string, string], file: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
  return parts.join(to);
}

async function load(source: string): Promise<Program> {
  const [service, contacts, update, tables] = await Promise.all([
    import(join(source, 'amocrm/service.ts')),
    import(join(source, 'amocrm/entities/contacts/contacts.ts')),
    import(join(source, 'amocrm/entities/contacts/update.ts')),
    import(join(source, 'store/sqlite/contact-index.ts')),
  ]);
  return {
    createAmoService: service.createAmoService,
    findContact: contacts.findContact,
    findOrCreateContact: contacts.findOrCreateContact,
    updateContact: update.updateContact,
    createContactTables: tables.createContactTables,
    schema: tables.schema,
  };
}
