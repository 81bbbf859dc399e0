import type { Key } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clientFor, explain } from '../../lib/api.ts';
import { wantsSignIn } from '../../lib/session.ts';
import { exactTime } from '../../lib/times.ts';
import { fill } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SignInAgain } from '../../ui/sign-in-again.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Traffic, wasUsedLately } from './traffic.tsx';
import { useChanged } from './key-view.ts';

const words = keyPageTexts.switch;

/** Not valid yet is inactive, too; what the switch is about is whether somebody turned it off. */
export const waitsUntil = ({ notBefore }: Key): string | null =>
  notBefore !== null && Date.parse(notBefore) > Date.now() ? notBefore : null;

export const isSwitchedOff = (key: Key): boolean =>
  key.status === 'inactive' && waitsUntil(key) === null;

/** Turns the key off and on at once, and back when the server would not. Before one in use is turned off, it asks. */
export function KeySwitch({ of: key }: { of: Key }) {
  const queryClient = useQueryClient();
  const changed = useChanged();
  const { keys } = clientFor(key.organizationId);
  const [isAsking, setAsking] = useState(false);
  const turn = useMutation({
    mutationFn: (on: boolean) => (on ? keys.enable(key.id) : keys.disable(key.id)),
    onMutate: async (on) => {
      await queryClient.cancelQueries({ queryKey: ['key', key.id], exact: true });
      queryClient.setQueryData(['key', key.id], { ...key, status: on ? 'active' : 'inactive' });
      return key;
    },
    onError: (_, __, before) => queryClient.setQueryData(['key', key.id], before),
    onSuccess: ({ key: now, effective }, on) =>
      changed(on ? words.enabled : words.disabled, effective, now),
  });
  if (key.status === 'revoked' || key.status === 'expired' || key.revokedAt !== null) return null;
  const waits = waitsUntil(key);
  return (
    <div className="grid justify-items-end gap-2">
      <Switch
        label={words.name}
        checked={!isSwitchedOff(key)}
        disabled={turn.isPending}
        onChange={(on) => (on || !wasUsedLately(key) ? turn.mutate(on) : setAsking(true))}
      />
      {isAsking && (
        <Confirm
          {...words.sure}
          grave
          busy={false}
          fault={null}
          onConfirm={() => {
            setAsking(false);
            turn.mutate(false);
          }}
          onCancel={() => setAsking(false)}
        >
          <Traffic />
        </Confirm>
      )}
      {waits !== null && (
        <span className="text-sm text-muted">{fill(words.waits, { time: exactTime(waits) })}</span>
      )}
      {turn.isError && !wantsSignIn(turn.error) && (
        <Notice>{fill(words.failed, { why: explain(turn.error) })}</Notice>
      )}
      {turn.isError && wantsSignIn(turn.error) && (
        <SignInAgain onDone={() => turn.mutate(turn.variables)} onCancel={() => turn.reset()} />
      )}
    </div>
  );
}
