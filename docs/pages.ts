import { readdir, readFile } from 'node:fs/promises';
import { type Markdown, readMarkdown } from './markdown.ts';

export interface Page {
  /** From the root: `README.md`, `docs/en/deploy.md`. */
  file: string;
  /** What it has in common with the same page in the other language: `README`, `deploy`. */
  name: string;
  source: string;
  markdown: Markdown;
}

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

const root = new URL('..', import.meta.url);

export const readText = (file: string): Promise<string> => readFile(new URL(file, root), 'utf8');

/** The pages for users in a language, the README first. */
export async function readPages(language: Language): Promise<Page[]> {
  const names = (await readdir(new URL(`docs/${language}/`, root))).sort();
  const files = [language === 'en' ? 'README.md' : 'README.ru.md', ...names.map((name) => `docs/${language}/${name}`)];
  return Promise.all(files.map(readPage));
}

export async function readPage(file: string): Promise<Page> {
  const source = await readText(file);
  const name = file.split('/').at(-1)?.split('.')[0] ?? file;
  return { file, name, source, markdown: readMarkdown(source) };
}
