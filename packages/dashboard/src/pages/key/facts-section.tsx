import type { Key } from '@claviger/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { clientFor } from '../../lib/api.ts';
import { apisQuery } from '../../lib/apis.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Actor } from '../../ui/actor.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { EditableFact } from './editable-fact.tsx';
import { factOf } from './fact-of.tsx';
import { useKeyView, type Edited, type EditedField } from './key-view.ts';

const words = keyPageTexts.facts;

interface FactsSectionProps {
  edited: Edited;
  onClose: (field: EditedField) => void;
}

/** What a key of this kind, under this API, can have. */
function fieldsOf({ kind }: Key, hasResources: boolean): EditedField[] {
  return [
    'name',
    'description',
    'permissions',
    ...(kind === 'secret' ? [] : (['allowedOrigins'] as const)),
    'allowedIps',
    ...(hasResources ? (['resources'] as const) : []),
    'rateLimits',
    'credits',
    'notBefore',
    'expiresAt',
    'ownerId',
    'metadata',
  ];
}

export function FactsSection({ edited, onClose }: FactsSectionProps) {
  const { key, api } = useKeyView();
  const apis = useQuery(apisQuery(key.organizationId));
  const hasResources =
    Object.keys(key.resources).length > 0 || (api?.resourceTypes.length ?? 0) > 0;
  return (
    <Section title={words.title}>
      {/* Without its API a key has no names, and no editors. */}
      <Loaded query={apis} placeholder={null}>
        {() => null}
      </Loaded>
      <div className="divide-y divide-line">
        {fieldsOf(key, hasResources).map((field) => (
          <EditableFact
            key={field}
            field={field}
            suggested={edited[field]}
            onClose={() => onClose(field)}
          >
            {factOf(field, key, api)}
          </EditableFact>
        ))}
        <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-2 px-5 py-3.5 text-sm sm:grid-cols-[8.5rem_minmax(0,1fr)]">
          <Fixed name={words.environment}>{key.environment}</Fixed>
          <Fixed name={words.created}>
            <Time value={key.createdAt} none="" /> <CreatedBy of={key} />
          </Fixed>
          <Fixed name={words.updated}>
            <Time value={key.updatedAt} none="" />
          </Fixed>
          {key.replacesKeyId !== null && (
            <Fixed name={keyPageTexts.replaces}>
              <LinkToKey organizationId={key.organizationId} keyId={key.replacesKeyId} />
            </Fixed>
          )}
          <ReplacedBy of={key} />
        </dl>
      </div>
    </Section>
  );
}

const Fixed = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="sm:contents">
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

function CreatedBy({ of: { createdBy } }: { of: Key }) {
  const [before, after] = words.createdBy.split('{who}');
  return (
    <span className="text-muted">
      {before}
      <Actor of={createdBy} />
      {after}
    </span>
  );
}

/** Its keys are few: who replaces a key does so once. */
export const replacementsQuery = (organizationId: string, keyId: string) =>
  queryOptions({
    queryKey: ['key', keyId, 'replacements'],
    queryFn: async () => {
      const keys = clientFor(organizationId).keys.list({ replacesKeyId: keyId, limit: 10 });
      return (await keys).data;
    },
  });

function ReplacedBy({ of: { id, organizationId } }: { of: Key }) {
  const { data } = useQuery(replacementsQuery(organizationId, id));
  if (data === undefined || data.length === 0) return null;
  return (
    <Fixed name={keyPageTexts.replacedBy}>
      <ul>
        {data.map((replacement) => (
          <li key={replacement.id}>
            <LinkToKey
              organizationId={organizationId}
              keyId={replacement.id}
              name={replacement.name}
            />
          </li>
        ))}
      </ul>
    </Fixed>
  );
}

/** By its name, unless it is gone or not for this person to see. */
function LinkToKey(props: { organizationId: string; keyId: string; name?: string }) {
  const { organizationId, keyId, name } = props;
  const { data } = useQuery({
    queryKey: ['key', keyId],
    enabled: name === undefined,
    queryFn: () => clientFor(organizationId).keys.get(keyId),
  });
  return (
    <Link
      to="/org/$organizationId/settings/api-keys/$keyId"
      params={{ organizationId, keyId }}
      className="break-words text-accent underline underline-offset-4"
    >
      {name ?? data?.name ?? keyId}
    </Link>
  );
}
