import { type Answer, hal, noContent } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { Entity } from '../store/models.ts';
import { type Call, idAt } from './call.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { listEntities } from './entity-list.ts';
import { entityView, withParts } from './entity-view.ts';
import { createEntities, updateEntities, updateOneEntity } from './entity-write.ts';

/** There is no DELETE: entities are deleted in the web interface alone. */
export function entityRoutes<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>): Routes {
  return {
    [`/api/v4/${kind.kind}`]: {
      GET: (call) => listEntities(kind, call),
      POST: (call) => createEntities(kind, call),
      PATCH: (call) => updateEntities(kind, call),
    },
    [`/api/v4/${kind.kind}/:id`]: {
      GET: (call) => getEntity(kind, call),
      PATCH: (call) => updateOneEntity(kind, call),
    },
  };
}

// An absent entity is 204, not 404.
function getEntity<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): Answer {
  const entity = kind.collection(call.store).get(idAt(call, 0));
  const binned = withParts(call).has('only_deleted');
  if (entity === undefined || entity.is_deleted !== binned) return noContent();
  return hal(entityView(kind, entity, call));
}
