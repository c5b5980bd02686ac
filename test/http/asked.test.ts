import t from 'tap';
import { type Asked, askedWith, isMeant, onBehalfOf, withAllSeen } from '../../src/http/asked.ts';

const now = () => performance.now();
const behalf = <T>(asked: Asked, work: () => T) => onBehalfOf({ asked, cameAt: 0, leftMs: 1 }, work);

t.test('whether a request is meant for an account that took the place of another', (t) => {
  const asked = { deletionsSeen: 3, at: now() };
  t.equal(isMeant({ ...asked, by: 'bound' }), false, 'its key was for the one before');
  t.equal(isMeant({ ...asked, by: 'unbound' }), true, 'it may have come after the deletion');
  t.throws(() => isMeant({ ...asked, at: now() - 1001, by: 'unbound' }), { code: 'OVERLOADED', retryAfter: 1 });
  t.throws(() => isMeant({ ...asked, by: 'passed' }), { code: 'ACCOUNT_NOT_FOUND', status: 410 });
  t.end();
});

t.test('what asks on behalf of a request knows no more than that did, and has waited as long', (t) => {
  const own: Asked = { deletionsSeen: 5, at: now(), by: 'unbound' };
  t.strictSame(askedWith(own), own);
  const outer: Asked = { deletionsSeen: 3, at: own.at - 500, by: 'unbound' };
  t.strictSame(
    behalf(outer, () => askedWith(own)),
    { ...own, deletionsSeen: 3, at: outer.at },
  );
  t.strictSame(
    behalf(withAllSeen(outer), () => askedWith(own)),
    { ...own, at: outer.at },
  );
  // Nobody here knows for how long, and whoever has passed it on has judged what is known.
  const judged = behalf({ ...outer, deletionsSeen: 9, by: 'passed' }, () => askedWith(own).deletionsSeen);
  t.equal(judged, 9);
  const passed = behalf({ ...outer, by: 'passed' }, () => askedWith(own));
  t.throws(() => isMeant(passed), { code: 'OVERLOADED' });
  t.end();
});
