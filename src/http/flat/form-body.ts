import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { requestMessages } from '../../messages/requests.ts';
import { Problem } from '../../problems/problem.ts';
import { decode, refuseCoding } from '../json-body.ts';
import { largeFrom } from '../large-bodies.ts';
import { flatParam, flatValue } from './flat-param.ts';
import { parseForm } from './parse-form.ts';

const formType = 'application/x-www-form-urlencoded';
const wrongType = requestMessages.formOnlyFlat(formType, `${flatParam}=${flatValue}`);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes forms, without a flat answer too. */
    takesForm?: boolean;
  }
}

/** Takes forms of requests that ask for a flat answer, and of pages. */
export const formBody = fp(
  async (app: FastifyInstance) => {
    app.addContentTypeParser(formType, { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: Buffer) => {
      const { headers, routeOptions } = request;
      if (!request.isFlat && routeOptions.config.takesForm !== true)
        throw new Problem('UNSUPPORTED_MEDIA_TYPE', wrongType);
      refuseCoding(headers['content-encoding'], headers['content-type']);
      app.keepBody?.(request, bytes);
      const text = decode(bytes);
      const values = text.split('&').length;
      app.weighBody(request, { bytes: bytes.length, values });
      request.isLarge = values > largeFrom;
      request.isForm = true;
      return parseForm(text);
    });
  },
  { name: 'form-body', fastify: '5.x', dependencies: ['json-body', 'flat-answers'] },
);
