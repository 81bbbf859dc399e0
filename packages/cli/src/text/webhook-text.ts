import type { Delivery, Webhook } from '@claviger/sdk';
import { fields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import type { Column } from './table.ts';
import { fullTime, fullTimeOr, relativeTime, timeOr } from './times.ts';

export const webhookName = ({ id, url }: Webhook): string => `${id} (${plainLine(url)})`;

const stateOf = ({ enabled, failingSince }: Webhook): string => {
  if (!enabled) return 'off';
  return failingSince === null ? 'on' : 'failing';
};

const stateColors = { on: 'green', failing: 'yellow', off: 'red' } as const;

/** `interact, acme`: what it is told about. */
const placeOf = ({ apiId, organizationId, environment }: Webhook): string =>
  [apiId, organizationId, environment].filter((part) => part !== null).join(', ') || 'everything';

export const webhookColumns: readonly Column<Webhook>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'ADDRESS', text: ({ url }) => url, minWidth: 24 },
  {
    heading: 'STATE',
    text: stateOf,
    color: (state) => stateColors[state as keyof typeof stateColors],
  },
  { heading: 'ABOUT', text: placeOf, minWidth: 10, expendable: 1 },
  { heading: 'EVENTS', text: ({ events }) => events.join(', '), minWidth: 10, expendable: 2 },
];

export function webhookFields(webhook: Webhook): string {
  return fields([
    ['Id', webhook.id],
    ['Address', webhook.url],
    ['State', stateOf(webhook)],
    ...(webhook.disabledReason === null ? [] : [['Why', webhook.disabledReason] as const]),
    ...(webhook.failingSince === null
      ? []
      : [['Failing since', fullTime(webhook.failingSince)] as const]),
    ['About', placeOf(webhook)],
    ['Events', webhook.events.join(', ')],
    ['Description', webhook.description ?? 'none'],
    ['Old secret', fullTimeOr(webhook.oldSecretExpiresAt, 'none')],
    ['Created', fullTime(webhook.createdAt)],
    ['Updated', fullTime(webhook.updatedAt)],
  ]);
}

const deliveryColors = { delivered: 'green', pending: 'yellow', failed: 'red' } as const;

const lastAnswer = ({ attempts }: Delivery): string => {
  const last = attempts.at(-1);
  if (last === undefined) return 'not tried yet';
  return last.error ?? `answered ${last.status}`;
};

export const deliveryColumns: readonly Column<Delivery>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'TYPE', text: ({ type }) => type },
  {
    heading: 'STATUS',
    text: ({ status }) => status,
    color: (status) => deliveryColors[status as Delivery['status']],
  },
  { heading: 'CREATED', text: ({ createdAt }) => relativeTime(createdAt), expendable: 2 },
  { heading: 'NEXT TRY', text: ({ nextAttemptAt }) => timeOr(nextAttemptAt, '—'), expendable: 1 },
  { heading: 'LAST ANSWER', text: lastAnswer, minWidth: 12 },
];

/** `dlv_… is delivered: answered 200` */
export const deliverySentence = (delivery: Delivery): string =>
  plainLine(`${delivery.id} is ${delivery.status}: ${lastAnswer(delivery)}`);
