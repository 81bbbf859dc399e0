import { noticeTypeNames, notices, noticeTypes } from '@claviger/contract';
import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';

/** Standard Webhooks: what a receiver checks before it believes the body. */
const headers = z.object({
  'webhook-id': z.string().meta({
    description: 'Names the notice: the same at every attempt, so that it is taken once',
  }),
  'webhook-timestamp': z.string().meta({ description: 'When it is sent, in seconds since 1970' }),
  'webhook-signature': z.string().meta({
    description:
      '`v1,` and the base64 of an HMAC-SHA256 with the signing secret; two, with a space between, while a rotation overlaps',
  }),
});

const responses = {
  '2XX': { description: 'Taken; anything else is sent again' },
  '410': { description: 'Gone: the webhook is switched off' },
};

/** The requests that Claviger sends, by the type of their notice. */
export const webhookItems: Record<string, ZodOpenApiPathItemObject> = Object.fromEntries(
  noticeTypeNames.map((type) => [
    type,
    {
      post: {
        operationId: `notice_${type.replaceAll('.', '_')}`,
        tags: ['Webhooks'],
        summary: noticeTypes[type],
        security: [],
        requestParams: { header: headers },
        requestBody: {
          required: true,
          content: { 'application/json': { schema: notices[type] } },
        },
        responses,
      },
    },
  ]),
);
