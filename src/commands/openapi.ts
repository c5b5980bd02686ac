import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../app.ts';
import { loadConfig } from '../config/config.ts';

/** The OpenAPI document of the service, the same whatever its settings. */
export async function openApiDocument(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'amocrm-steps-openapi-'));
  const config = loadConfig({
    AMO_BASE_URL: 'https://example.amocrm.ru',
    AMO_ACCESS_TOKEN: 'none',
    DATA_DIR: dataDir,
  });
  const app = await buildApp({ config });
  const document: unknown = (await app.inject('/openapi.json')).json();
  await app.close();
  await rm(dataDir, { recursive: true });
  return `${JSON.stringify(document, null, 2)}\n`;
}

if (import.meta.main) await writeFile(new URL('../../openapi/openapi.json', import.meta.url), await openApiDocument());
