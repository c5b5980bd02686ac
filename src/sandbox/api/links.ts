import { type Answer, hal, noContent } from '../http/answer.ts';
import { many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import type { Link } from '../store/links.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';
import { LINKABLE } from './link-decode.ts';
import { linkEntities, linkView, unlinkEntities } from './link-write.ts';

export const linkRoutes: Routes = Object.fromEntries(KINDS.flatMap((kind) => Object.entries(routesOf(kind))));

function routesOf(kind: Kind): Routes {
  const base = `/api/v4/${kind}`;
  return {
    [`${base}/:id/links`]: { GET: (call) => listOf(kind, call) },
    [`${base}/:id/link`]: { POST: (call) => linkEntities(kind, call, idAt(call, 0)) },
    [`${base}/:id/unlink`]: { POST: (call) => unlinkEntities(kind, call, idAt(call, 0)) },
    [`${base}/links`]: { GET: (call) => listMany(kind, call) },
    [`${base}/link`]: { POST: (call) => linkEntities(kind, call) },
    [`${base}/unlink`]: { POST: (call) => unlinkEntities(kind, call) },
  };
}

// One entity's links leave out what the path says already.
function listOf(kind: Kind, call: Call): Answer {
  const id = idAt(call, 0);
  const links = linksOf(kind, id, call).map(({ entity_id, entity_type, ...rest }) => rest);
  if (!call.store.live(kind, id)) return noContent();
  return hal({ _total_items: links.length, _links: link(call, `${kind}/${id}/links`), _embedded: { links } });
}

function listMany(kind: Kind, call: Call): Answer {
  const ids = many(call.query, 'filter', 'entity_id').map(Number);
  const links = ids.flatMap((id) => linksOf(kind, id, call));
  if (links.length === 0) return noContent();
  return hal({ _total_items: links.length, _links: link(call, `${kind}/links`), _embedded: { links } });
}

// The first two filters work together only.
function linksOf(kind: Kind, id: number, { query, store }: Call) {
  const toId = one(query, 'filter', 'to_entity_id');
  const toKind = one(query, 'filter', 'to_entity_type');
  const catalog = one(query, 'filter', 'to_catalog_id');
  const isAsked = (link: Link) =>
    (toId === undefined || toKind === undefined || (link.id === Number(toId) && link.kind === toKind)) &&
    (catalog === undefined || (link.kind === 'catalog_elements' && catalogIs(link.id, catalog)));
  return store.links
    .of({ kind, id })
    .filter((to) => LINKABLE[kind].includes(to.kind) && isLive(to) && isAsked(to))
    .map((to) => linkView(kind, id, to.kind, to.id, store));

  function isLive(to: Link): boolean {
    return (to.kind === 'catalog_elements' ? store.elements.live(to.id) : store.live(to.kind, to.id)) !== undefined;
  }

  function catalogIs(elementId: number, wanted: string): boolean {
    return store.elements.get(elementId)?.catalog_id === Number(wanted);
  }
}
