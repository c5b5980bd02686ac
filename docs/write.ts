import { writeFile } from 'node:fs/promises';
import { languages, readPages, readText } from './pages.ts';
import { requestFile } from './request-file.ts';
import { withStepsTable } from './steps-table.ts';

const at = (file: string) => new URL(`../${file}`, import.meta.url);

for (const language of languages) {
  const file = `docs/${language}/steps.md`;
  await writeFile(at(file), withStepsTable(await readText(file), language));
}
await writeFile(at('openapi/requests.http'), requestFile(await readPages('en')));
