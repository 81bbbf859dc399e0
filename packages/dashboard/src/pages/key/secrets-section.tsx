import type { Key } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { lengthOf } from '../../lib/times.ts';
import { fill, counted, texts } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Blank, Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { useKeyView } from './key-view.ts';
import { secretUsersQuery, type SecretUser } from './request-log.ts';

const words = keyPageTexts.secrets;

type Secret = Key['secrets'][number];

const badges = {
  current: [words.current, 'bg-good-soft text-good'],
  old: [words.old, 'bg-warn-soft text-warn'],
  refused: [words.refused, 'bg-sunken text-muted'],
} as const;

export function SecretsSection({ of: key }: { of: Key }) {
  return (
    <Section title={key.kind === 'publishable' ? words.titlePublic : words.title}>
      {key.secrets.length === 0 ? (
        <p className="px-5 py-4 text-sm text-muted">{words.none}</p>
      ) : (
        <ul className="divide-y divide-line">
          {key.secrets.map((secret) => (
            <li key={secret.id} className="grid grid-cols-[minmax(0,1fr)] gap-3 px-5 py-4 text-sm">
              <OneSecret of={secret} works={key.status === 'active'} />
              {secret.expiresAt !== null && <Overlap of={key} secret={secret} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** `works`: the key does. */
function OneSecret({ of: secret, works }: { of: Secret; works: boolean }) {
  const { hint, createdAt, lastUsedAt, expiresAt } = secret;
  const isOld = expiresAt !== null;
  const [said, look] = works ? badges[isOld ? 'old' : 'current'] : badges.refused;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="break-all font-mono">{hint}</code>
        <span className={`rounded-full px-2.5 py-0.5 text-xs font-medium ${look}`}>{said}</span>
      </div>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-y-1">
        <dt className="text-muted">{words.created}</dt>
        <dd>
          <Time value={createdAt} none="" />
        </dd>
        <dt className="text-muted">{words.lastUsed}</dt>
        <dd>
          <Time value={lastUsedAt} none={words.never} />
        </dd>
        {isOld && (
          <>
            <dt className="text-muted">{words.until}</dt>
            <dd>
              <Time value={expiresAt} none="" />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

/** A replaced secret that still works: who presents it, and how to end it. */
function Overlap({ of: key, secret }: { of: Key; secret: Secret }) {
  const { held, ask } = useKeyView();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 rounded-md bg-sunken p-3.5">
      <p className="font-medium">{silence(secret)}</p>
      {held.includes('logs:read') && <Users of={key} secret={secret} />}
      {held.includes('keys:write') && (
        <Button
          className="justify-self-start"
          onClick={() => ask({ to: 'endSecret', secretId: secret.id, hint: secret.hint })}
        >
          {words.end}
        </Button>
      )}
    </div>
  );
}

/** A program that runs once a day may still be among those who use it. */
const QUIET_MS = 86_400_000;

function silence({ lastUsedAt }: Secret): string {
  if (lastUsedAt === null) return words.neverUsed;
  const silentMs = Date.now() - Date.parse(lastUsedAt);
  const time = lengthOf(Math.max(0, silentMs));
  return silentMs < QUIET_MS ? fill(words.stillUsed, { time }) : fill(words.silent, { time });
}

function Users({ of: key, secret }: { of: Key; secret: Secret }) {
  const watched = useQuery(secretUsersQuery(key.organizationId, key.id, secret.id));
  return (
    <div className="grid min-h-16 grid-cols-[minmax(0,1fr)] content-start gap-1.5">
      <p className="text-muted">
        {words.whoUses}. {words.watching}
      </p>
      <Loaded query={watched} placeholder={<Blank className="h-5 w-40" />}>
        {({ users, recording }) => {
          if (users.length > 0) {
            return (
              <ul className="grid grid-cols-[minmax(0,1fr)] gap-2" aria-label={words.whoUses}>
                {users.map((user) => (
                  <User key={JSON.stringify([user.ip, user.userAgent, user.origin])} of={user} />
                ))}
              </ul>
            );
          }
          return <p>{recording ? words.nobody : words.offLog}</p>;
        }}
      </Loaded>
    </div>
  );
}

const User = ({ of: { ip, userAgent, origin, count, lastAt } }: { of: SecretUser }) => (
  <li className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
    <span className="flex flex-wrap justify-between gap-x-3">
      <span className="break-all font-mono">{ip ?? origin ?? texts.keys.nobody}</span>
      <span className="text-muted">
        {counted(words.count, count)}, <Time value={lastAt} none="" />
      </span>
    </span>
    <span className="break-words text-muted">
      {[userAgent ?? words.noAgent, ...(ip !== null && origin !== null ? [origin] : [])].join(
        ' · ',
      )}
    </span>
  </li>
);
