import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { type Language, languages } from '../messages/message.ts';

/** The language that the caller prefers of those there are; English where `Accept-Language` prefers none of them. */
export function languageOf({ headers }: Pick<FastifyRequest, 'headers'>): Language {
  const [preferred] = new Negotiator({ headers }).languages([...languages]);
  return languages.find((language) => language === preferred) ?? languages[0];
}

/** The same, which the answer says that it is in. */
export function speak(request: FastifyRequest, reply: FastifyReply): Language {
  const language = languageOf(request);
  const vary = [reply.getHeader('vary') ?? []].flat().map(String);
  reply.header('content-language', language);
  reply.header('vary', [...new Set([...vary, 'Accept-Language'])].join(', '));
  return language;
}
