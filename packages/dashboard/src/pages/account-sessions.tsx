import type { OwnSession } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { explain } from '../lib/api.ts';
import { deviceName } from '../lib/devices.ts';
import { post } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';

const words = texts.account.sessions;

export function SessionsPanel({ sessions }: { sessions: readonly OwnSession[] }) {
  const [asked, setAsked] = useState(false);
  return (
    <Panel
      title={words.title}
      body={words.body}
      action={<Button onClick={() => setAsked(true)}>{words.everywhere}</Button>}
    >
      <ul className="divide-y divide-line border-t border-line text-sm">
        {sessions.map((session) => (
          <li key={session.id} className="py-3 last:pb-0">
            <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <span className="break-words font-medium" title={session.userAgent ?? undefined}>
                {deviceName(session.userAgent) ?? words.unknown}
              </span>
              {session.current && (
                <span className="rounded-full bg-good-soft px-2.5 py-0.5 text-xs font-medium text-good">
                  {words.here}
                </span>
              )}
            </p>
            <p className="text-muted">
              {words.since} <Time value={session.createdAt} none="" />
              {session.ip !== null && ` ${fill(words.from, { address: session.ip })}`}
            </p>
          </li>
        ))}
      </ul>
      {asked && <SignOutEverywhere onCancel={() => setAsked(false)} />}
    </Panel>
  );
}

function SignOutEverywhere({ onCancel }: { onCancel: () => void }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => post('/auth/revoke-sessions', {}),
    onSuccess: () => {
      queryClient.clear();
      router.history.push('/sign-in');
    },
  });
  return (
    <Confirm
      title={words.everywhere}
      body={words.everywhereBody}
      grave
      busy={signOut.isPending}
      fault={signOut.isError ? explain(signOut.error) : null}
      onConfirm={() => signOut.mutate()}
      onCancel={onCancel}
    />
  );
}
