import type { Key, NoticeType } from '@claviger/contract';
import type { Parcel } from '@claviger/core';
import { html } from '../reference/html.ts';
import { oneLine } from './one-line.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The members of a notice's data that mails speak of. */
interface Told {
  readonly key?: Partial<Key> | null;
  readonly keyId?: string;
  readonly changed?: readonly string[];
  readonly days?: number;
  readonly endsAt?: string;
  readonly leak?: Readonly<Record<string, unknown>> | null;
}

interface Story {
  /** What happened. */
  readonly happened: (told: Told) => string;
  /** The one thing to do. */
  readonly todo: string | ((told: Told) => string);
}

const CHECK = 'If nobody you know did this, revoke the key and look into the audit log.';

/** What is left to be done, by what was done already. */
const afterLeak: Readonly<Record<string, string>> & { readonly notify: string } = {
  notify: 'The key works on, for whoever found it too: replace it now, and revoke it.',
  limit:
    'The key works on under a tight limit, for whoever found it too: replace it, and revoke it.',
  rotate:
    'The secret that was found works until the end of its overlap: rotate the key before then, and move everything to the new secret.',
  revoke: 'The key was revoked and works no more: create another for whatever used it.',
  none: 'It does not work any more, and nothing is to be done but to find out how it got there.',
};

const leakActions: Readonly<Record<string, string>> = {
  notify: 'nothing but this notice',
  limit: 'the key has a tight limit now',
  rotate: 'the secret that was found was given an end',
  revoke: 'the key was revoked',
  none: 'nothing: it was dead already',
};

const leakReporters: Readonly<Record<string, string>> = {
  github: 'GitHub, by a signed message',
  anyone: 'somebody who was not asked who they are',
};

const stories: Readonly<Record<NoticeType, Story>> = {
  'key.created': { happened: () => 'A key was created', todo: CHECK },
  'key.updated': {
    happened: ({ changed = [] }) => `A key was changed (${changed.join(', ')})`,
    todo: CHECK,
  },
  'key.rotated': {
    happened: () => 'A key got a new secret',
    todo: 'Move everything that uses the old secret to the new one before the overlap ends.',
  },
  'key.regenerated': {
    happened: () => 'A key got a new secret, and the old one does not work any more',
    todo: 'Give the new secret to everything that used the old one.',
  },
  'key.disabled': {
    happened: () => 'A key was switched off',
    todo: 'Enable it again if it is still needed.',
  },
  'key.enabled': { happened: () => 'A key was switched on again', todo: CHECK },
  'key.revoked': {
    happened: () => 'A key was revoked',
    todo: 'Remove it from wherever it is still configured.',
  },
  'key.deleted': {
    happened: () => 'A key was deleted',
    todo: 'Remove it from wherever it is still configured.',
  },
  'key.expiring': {
    happened: ({ key, days = 0 }) =>
      `A key expires ${days === 1 ? 'within a day' : `within ${days} days`}, at ${key?.expiresAt ?? 'a time that was set'}`,
    todo: 'Give it a later expiry, or replace it and move what uses it to the new key.',
  },
  'key.expired': {
    happened: () => 'A key has expired',
    todo: 'If it is still needed, give it a later expiry or create a new key.',
  },
  'key.overlap_ending': {
    happened: ({ endsAt = '' }) =>
      `The old secret of a key stops working at ${endsAt}, and it is still in use`,
    todo: 'Move what still uses the old secret to the new one, or rotate again for more time.',
  },
  'key.leaked': {
    happened: ({ leak }) =>
      `The secret of a key was found in public${typeof leak?.['source'] === 'string' ? ` (${leak['source']})` : ''}`,
    todo: ({ leak }) => afterLeak[String(leak?.['action'])] ?? afterLeak.notify,
  },
  'webhook.test': {
    happened: () => 'This is a test of Claviger’s notices',
    todo: 'Nothing is to be done: mails arrive.',
  },
};

/** What happened, to which key, and the one thing to do: as plain text and as simple HTML. */
export function mailText({ type, body }: Parcel, publicUrl: string): MailText {
  const { timestamp, data } = JSON.parse(body) as { timestamp: string; data: Told };
  const { happened, todo } = stories[type];
  const facts = [...factsOf(data), ['When', timestamp] as const];
  const what = happened(data);
  const advice = typeof todo === 'string' ? todo : todo(data);
  const subject = oneLine(data.key?.name === undefined ? what : `${what}: ${data.key.name}`);
  const lines = facts.map(([name, value]) => `${name}: ${oneLine(value)}`);
  return {
    subject,
    text: `${oneLine(what)}.\n\n${lines.join('\n')}\n\n${advice}\n\n${publicUrl}\n`,
    html: String(
      html`<p>${oneLine(what)}.</p>
        <table>
          ${facts.map(
            ([name, value]) =>
              html`<tr>
                <td>${name}</td>
                <td>${oneLine(value)}</td>
              </tr>`,
          )}
        </table>
        <p>${advice}</p>
        <p><a href="${publicUrl}">${publicUrl}</a></p>`,
    ),
  };
}

function factsOf({ key, keyId, leak }: Told): (readonly [string, string])[] {
  const facts: [string, string | null | undefined][] = [
    ['Key', key?.name],
    ['Hint', key?.hint],
    ['Organization', key?.organizationId],
    ['API', key?.apiId],
    ['Environment', key?.environment],
    ['Id', keyId],
    ['Found at', leak?.['url'] as string | null | undefined],
    ['Reported by', leakReporters[String(leak?.['reporter'])]],
    ['Their note', leak?.['note'] as string | null | undefined],
    ['What was done', leakActions[String(leak?.['action'])]],
  ];
  return facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}
