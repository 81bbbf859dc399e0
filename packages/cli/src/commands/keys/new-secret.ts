import type { Effective, Key } from '@claviger/sdk';
import { note } from '../../output.ts';
import {
  keyName,
  keyPlace,
  noteEffective,
  noteWarnings,
  permissionsText,
} from '../../text/key-text.ts';
import { plainLine } from '../../text/plain-text.ts';
import { fullTime } from '../../text/times.ts';

interface Issued {
  readonly key: Key;
  readonly publicKey?: string | undefined;
  readonly effective: Effective;
}

/** What a person wants to know beside a new secret, for standard error. */
export const noteNewSecret =
  (done: string) =>
  ({ key, publicKey, effective }: Issued): void => {
    // Every root key belongs to the same built-in organization and API.
    const place = key.apiId === 'claviger' ? '' : ` for ${keyPlace(key)}`;
    note(`${done} ${keyName(key)}${place}.`);
    note(`It may: ${plainLine(permissionsText(key))}.`);
    const bounds = Object.entries(key.resources).map(([type, ids]) => `${type} ${ids.join(', ')}`);
    if (bounds.length > 0) note(`It is bound to: ${plainLine(bounds.join('; '))}.`);
    if (key.expiresAt !== null) note(`It expires ${fullTime(key.expiresAt)}.`);
    if (key.kind === 'publishable') {
      note(`It works from ${key.allowedOrigins.join(', ')} alone, and may be shown again.`);
    } else if (publicKey !== undefined) {
      note(`Its public half is ${publicKey}; both together are presented as <public>:<secret>.`);
    }
    noteWarnings(key);
    noteEffective(effective);
  };
