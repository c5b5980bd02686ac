import { writeFile } from 'node:fs/promises';
import { withNotOffered } from './not-offered-table.ts';
import { languages, readPages, readText } from './pages.ts';
import { requestFile } from './request-file.ts';
import { withStepsTable } from './steps-table.ts';

const at = (file: string) => new URL(`../${file}`, import.meta.url);

for (const language of languages) {
  const pages = { steps: withStepsTable, 'python-plugin': withNotOffered };
  for (const [name, withTable] of Object.entries(pages)) {
    const file = `docs/${language}/${name}.md`;
    await writeFile(at(file), withTable(await readText(file), language));
  }
}
await writeFile(at('openapi/requests.http'), requestFile(await readPages('en')));
