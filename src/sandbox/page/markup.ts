/** Markup that is safe to put into a page as it is. */
export interface Markup {
  markup: string;
}

/** Builds markup; everything inserted is escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...inserted: (Markup | Markup[] | string | number)[]): Markup {
  return { markup: parts.map((part, index) => part + render(inserted[index] ?? '')).join('') };
}

function render(value: Markup | Markup[] | string | number): string {
  if (Array.isArray(value)) return value.map(({ markup }) => markup).join('');
  return typeof value === 'object' ? value.markup : escaped(String(value));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
