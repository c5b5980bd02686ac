import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { checkOf } from '../schemas/check.ts';
import { createGoodOnce } from './good-once.ts';

/** What a replica vouches for when it passes a request on. */
const Passed = Type.Object({
  /** Milliseconds since 1970. */
  at: Type.Number(),
  /** No two are the same. */
  nonce: Type.String(),
  /** The id of the replica that it is for. */
  to: Type.String(),
  method: Type.String(),
  /** The path and the query as they came. */
  url: Type.String(),
  /** What the caller's Host header said. */
  host: Type.String(),
  account: Type.String(),
  caller: Type.String(),
  scope: Type.Enum(['all', 'read', 'metrics', 'admin']),
  /** See `Asked`. An earlier release says nothing of it. */
  deletionsSeen: Type.Optional(Type.Integer()),
  /** Milliseconds for which an answer is waited for yet. An earlier release says nothing of it. */
  leftMs: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The SHA-256 of the headers that say what is to be done, and of the body. */
  headers: Type.String(),
  digest: Type.String(),
});
export type Passed = Static<typeof Passed>;

const passed = checkOf(Passed);
/** Seven megabytes at most; it takes 1,600 requests a second that are passed on to one replica. */
const bounds = { skewMs: 30_000, most: 50_000 };

export type Signature = ReturnType<typeof createSignature>;

/**
 * Signs what is passed from replica to replica, with keys derived from those that seal secrets. The first one signs, all
 * are accepted.
 */
export function createSignature(secretKeys: readonly [Buffer, ...Buffer[]], wall: () => number) {
  const [newest, ...older] = secretKeys;
  const own = derived(newest);
  const keys = [own, ...older.map(derived)];
  const isGood = createGoodOnce(bounds);

  return {
    /** The request and its MAC in base64url, with a dot between them. */
    sign(request: Omit<Passed, 'at' | 'nonce'>): string {
      const nonce = randomBytes(16).toString('base64url');
      const text = Buffer.from(JSON.stringify({ ...request, nonce, at: wall() })).toString('base64url');
      return `${text}.${macOf(text, own).toString('base64url')}`;
    },
    /** Proves that a text comes from one of the replicas. */
    mark: (text: string): string => macOf(`mark ${text}`, own).toString('base64url'),
    /**
     * What was signed; undefined where it was not signed by a replica, or too long ago, or was verified before, or says
     * too little.
     */
    verify(signed: string): Passed | undefined {
      const [text = '', mac = ''] = signed.split('.');
      const given = Buffer.from(mac, 'base64url');
      const isOurs = keys.some((key) => {
        const expected = macOf(text, key);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!isOurs) return undefined;
      const request: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
      // A replica of another version may vouch for more, or for less.
      if (!passed.accepts(request)) return undefined;
      return isGood(request.nonce, request.at, wall()) ? request : undefined;
    },
  };
}

function derived(secretKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'amocrm-steps cluster', 32));
}

function macOf(text: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function digestOfBody(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}
