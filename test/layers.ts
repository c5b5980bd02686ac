import { basename } from 'node:path';

/**
 * The layers of `src`, highest first: a file imports from its own layer and from lower ones. A name with a dot is a file,
 * another a folder. After a change: `npm run layers`.
 */
export const layers: readonly string[][] = [
  ['sandbox', 'commands'],
  ['server.js', 'start.ts', 'serve.ts', 'app.ts', 'terminal.ts'],
  ['accounts'],
  ['routes'],
  ['http'],
  ['telemetry'],
  ['store'],
  ['cluster'],
  ['config'],
  ['jobs', 'doctor'],
  ['mcp'],
  ['journal'],
  ['scenarios'],
  ['steps'],
  ['amocrm/service.ts'],
  ['amocrm/entities'],
  ['amocrm/amo.ts', 'amocrm/dry-run.ts'],
  ['amocrm/contact-directory'],
  ['amocrm/fields'],
  ['amocrm/directories'],
  ['amocrm/gate.ts', 'amocrm/dry-gate.ts', 'amocrm/dry-links.ts'],
  ['amocrm/writes'],
  ['amocrm/reads'],
  ['amocrm/tokens'],
  ['amocrm/wire'],
  ['amocrm/pace'],
  ['amocrm/client'],
  ['amocrm/operation', 'amocrm/shapes'],
  ['schemas', 'templates'],
  ['problems', 'text', 'clock.ts'],
  ['messages'],
];

/** The number of the layer of a file of `src`, counted from the top; undefined where no layer has it. */
export function layerOf(file: string): number | undefined {
  const layer = layers.findIndex((places) => places.some((place) => file === place || file.startsWith(`${place}/`)));
  return layer < 0 ? undefined : layer;
}

/** What biome.json says of a layer: what it may not import. */
function overrideOf(places: string[], layer: number) {
  const higher = layers.slice(0, layer).flat();
  const names = (are: (place: string) => boolean) => higher.filter(are).map((place) => basename(place));
  const folders = names((place) => !place.includes('.'));
  const files = names((place) => place.includes('.'));
  const group = [`**/{${folders}}/**`, ...(files.length > 0 ? [`**/{${files}}`] : [])];
  const message =
    `${places.map((place) => `\`${place}\``).join(', ')} may not import what stands above. Move the shared part down, or declare ` +
    'an interface here and let the upper folder implement it. The order: docs/CONTRIBUTING.md.';
  const rule = { level: 'error', options: { patterns: [{ group, message }] } };
  return {
    includes: places.map((place) => (place.includes('.') ? `src/${place}` : `src/${place}/**`)),
    linter: { rules: { style: { noRestrictedImports: rule } } },
  };
}

/** biome.json with the rules for all layers but the highest, which may import everything. */
export function withLayers<T extends { overrides: unknown[] }>(settings: T): T {
  // The first override is of biome.json itself.
  return { ...settings, overrides: [settings.overrides[0], ...layers.map(overrideOf).slice(1)] };
}
