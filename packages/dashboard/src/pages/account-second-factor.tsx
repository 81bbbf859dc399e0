import type { Account } from '@claviger/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery } from '../lib/account.ts';
import { post } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { useConfirmed } from '../ui/confirmed.tsx';
import { PasswordField } from '../ui/credential-fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Panel } from '../ui/panel.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { ScanSecret } from './scan-secret.tsx';

const words = texts.account.secondFactor;

type State = Account['secondFactor'];
type Asked = 'enable' | 'disable' | 'renew';

interface Pending {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

export function SecondFactorPanel({ state }: { state: State }) {
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [pending, setPending] = useState<Pending | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const changed = () => queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
  return (
    <Panel
      title={words.title}
      body={words.body}
      badge={<OnOff on={state.enabled} />}
      action={!state.enabled && <Button onClick={() => setAsked('enable')}>{words.enable}</Button>}
    >
      {state.enabled && (
        <div className="flex flex-wrap items-center gap-3">
          <p className="mr-auto text-sm text-muted">{leftText(state.backupCodesLeft)}</p>
          <Button onClick={() => setAsked('renew')}>{words.renew}</Button>
          <Button onClick={() => setAsked('disable')}>{words.disable}</Button>
        </div>
      )}
      {asked !== null && (
        <AskPassword
          asked={asked}
          onClose={() => setAsked(null)}
          onDone={async (answer) => {
            setAsked(null);
            if (asked === 'enable') setPending(answer);
            if (asked === 'renew') setCodes(answer.backupCodes);
            if (asked !== 'enable') await changed();
          }}
        />
      )}
      {pending !== null && (
        <ScanSecret
          uri={pending.totpURI}
          onClose={() => setPending(null)}
          onDone={async () => {
            setCodes(pending.backupCodes);
            setPending(null);
            await changed();
          }}
        />
      )}
      {codes !== null && <BackupCodes codes={codes} onDone={() => setCodes(null)} />}
    </Panel>
  );
}

const OnOff = ({ on }: { on: boolean }) => (
  <span
    className={`rounded-full px-2.5 py-0.5 text-xs font-medium ${on ? 'bg-good-soft text-good' : 'bg-sunken text-muted'}`}
  >
    {on ? words.on : words.off}
  </span>
);

function leftText(count: number): string {
  if (count === 0) return words.leftNone;
  return count === 1 ? words.leftOne : fill(words.left, { count: String(count) });
}

const STEPS = {
  enable: { path: '/auth/second-factor/enable', body: undefined },
  disable: { path: '/auth/second-factor/disable', body: words.disableBody },
  renew: { path: '/auth/second-factor/backup-codes', body: words.renewBody },
} as const;

interface AskPasswordProps {
  asked: Asked;
  onClose: () => void;
  onDone: (answer: Pending) => Promise<void>;
}

function AskPassword({ asked, onClose, onDone }: AskPasswordProps) {
  const { path, body } = STEPS[asked];
  const send = useConfirmed((password: string) => post<Pending>(path, { password }), {
    passwordOf: (password) => password,
    onSuccess: onDone,
  });
  return (
    <>
      <FormDialog
        title={words[asked]}
        {...(body !== undefined && { body })}
        submit={words[asked]}
        grave={asked === 'disable'}
        busy={send.isPending}
        fault={send.fault}
        onSubmit={(form) => send.mutate(String(form.get('password')))}
        onCancel={onClose}
      >
        <PasswordField autoFocus />
      </FormDialog>
      {send.again}
    </>
  );
}
