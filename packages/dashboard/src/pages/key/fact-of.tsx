import type { Api, Key } from '@claviger/contract';
import type { ReactNode } from 'react';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Person } from '../../ui/person.tsx';
import { Time } from '../../ui/time.tsx';
import { creditsText, fieldText, limitText, permissionName, presetName } from './field-text.ts';
import type { EditedField } from './key-view.ts';

const words = keyPageTexts.facts;

/** What a field says, as the page shows it. */
export function factOf(field: EditedField, key: Key, api: Api | null): ReactNode {
  return FACTS[field](key, api);
}

const Nothing = ({ children }: { children: string }) => (
  <span className="text-muted">{children}</span>
);

const orNothing = (text: string | null, nothing: string): ReactNode =>
  text ?? <Nothing>{nothing}</Nothing>;

const FACTS: Record<EditedField, (key: Key, api: Api | null) => ReactNode> = {
  name: ({ name }) => name,
  description: ({ description }) =>
    description ? (
      <span className="whitespace-pre-line">{description}</span>
    ) : (
      <Nothing>{words.noDescription}</Nothing>
    ),
  permissions: ({ preset, permissions }, api) => (
    <ul className="grid gap-0.5">
      {preset !== null && <li>{fill(words.preset, { name: presetName(preset, api) })}</li>}
      {permissions.map((id) => (
        <li key={id} title={id}>
          {permissionName(id, api)}
        </li>
      ))}
    </ul>
  ),
  allowedOrigins: ({ allowedOrigins }) => <Lines of={allowedOrigins} none={words.noOrigin} />,
  allowedIps: ({ allowedIps }) => <Lines of={allowedIps} none={words.anyAddress} />,
  resources: (key, api) => orNothing(fieldText('resources', key, api), words.everyResource),
  rateLimits: ({ rateLimits }) =>
    rateLimits.length === 0 ? (
      <Nothing>{words.apisOwn}</Nothing>
    ) : (
      <ul>
        {rateLimits.map((limit) => (
          <li key={limit.name}>
            {limit.name}: {limitText(limit)}
          </li>
        ))}
      </ul>
    ),
  credits: ({ credits }) =>
    orNothing(credits === null ? null : creditsText(credits), words.unlimited),
  notBefore: ({ notBefore }) => <Time value={notBefore} none={words.atOnce} />,
  expiresAt: ({ expiresAt }) => <Time value={expiresAt} none={words.never} />,
  ownerId: ({ ownerId }) =>
    ownerId === null ? <Nothing>{words.nobody}</Nothing> : <Person id={ownerId} />,
  metadata: (key) => {
    const text = fieldText('metadata', key, null);
    return text === null ? (
      <Nothing>{words.noMetadata}</Nothing>
    ) : (
      <code className="break-all font-mono text-xs">{text}</code>
    );
  },
};

function Lines({ of: lines, none }: { of: readonly string[]; none: string }) {
  if (lines.length === 0) return <Nothing>{none}</Nothing>;
  return (
    <ul className="break-all font-mono text-xs leading-5">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
