import { entityMessages } from '../../messages/entities.ts';
import { Problem } from '../../problems/problem.ts';
import type { Amo } from '../amo.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Write } from '../writes/writers.ts';

/** Writes an item of a list whose ids are numbers, as most are. Errors: AMOCRM_REJECTED, those of writes. */
export async function writeItem(amo: Amo, write: Write): Promise<WriteAnswer & { id: number }> {
  const answer = await amo.gate.write(write, amo.operation);
  const { id } = answer;
  if (typeof id === 'number') return { ...answer, id };
  throw new Problem('AMOCRM_ERROR', entityMessages.idNoNumber(write.method, write.collection.path));
}
