import type { BulkFilter } from '@claviger/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AlertDialog } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { clientFor, explain } from '../lib/api.ts';
import {
  asLookedAt,
  NOTHING_YET,
  takeStep,
  type BulkDeed,
  type BulkTotal,
} from '../lib/bulk-run.ts';
import { wantsSignIn } from '../lib/session.ts';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { counted, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { DIALOG, OVERLAY } from '../ui/look.ts';
import { Notice } from '../ui/notice.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import { Foreseen, Outcome, Progress } from './key-bulk-parts.tsx';

const words = texts.keyList.bulk;

interface BulkDialogProps {
  organizationId: string;
  deed: BulkDeed;
  filter: BulkFilter;
  /** `changed`: whether anything may be different now. */
  onClose: (changed: boolean) => void;
}

/** A run over many keys: first what would happen, then, when told to, that; and what came of it. */
export function BulkDialog({ organizationId, deed, filter, onClose }: BulkDialogProps) {
  const [reason, setReason] = useState('');
  const ask = { deed, filter, ...(reason.trim() !== '' && { reason: reason.trim() }) };
  const dry = useRun(organizationId, { ...ask, dryRun: true });
  const meant = asLookedAt(filter, dry.total);
  const real = useRun(organizationId, { ...ask, filter: meant, dryRun: false });
  const giveBack = useReturnFocus();
  const begun = real.hasBegun;
  const run = begun ? real : dry;
  // The dialog opens with it; what was looked at once is not looked at again.
  const { start } = dry;
  useEffect(start, [start]);
  const close = () => {
    dry.stop();
    real.stop();
    onClose(begun);
  };
  if (wantsSignIn(run.error)) return <SignInAgain onDone={run.start} onCancel={close} />;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && !real.isRunning && close()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content onCloseAutoFocus={giveBack} className={`${DIALOG} max-w-lg gap-4`}>
          <AlertDialog.Title className="text-lg font-semibold">
            {titleOf(deed, dry.total, real)}
          </AlertDialog.Title>
          {!begun && dry.total.isDone && dry.total.changed > 0 && (
            <AlertDialog.Description className="text-muted">
              {words.bodies[deed]}
            </AlertDialog.Description>
          )}
          {!begun && <Foreseen total={dry.total} deed={deed} />}
          {!begun && deed === 'revoke' && dry.total.changed > 0 && (
            <Field
              label={words.reason}
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
          {begun && !real.total.isDone && <Progress total={real.total} of={dry.total.matched} />}
          {real.isStopped && <p className="text-sm text-muted">{words.stopped}</p>}
          {real.total.isDone && <Outcome total={real.total} />}
          {run.error !== null && <Notice>{explain(run.error)}</Notice>}
          <Choices deed={deed} dry={dry} real={real} onClose={close} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function titleOf(deed: BulkDeed, foreseen: BulkTotal, real: Run): string {
  if (real.total.isDone) return counted(words.done[deed], real.total.changed);
  if (!foreseen.isDone) return words.deeds[deed];
  if (foreseen.changed === 0) return words.nothing;
  return counted(words.asking[deed], foreseen.changed);
}

function Choices({
  deed,
  dry,
  real,
  onClose,
}: {
  deed: BulkDeed;
  dry: Run;
  real: Run;
  onClose: () => void;
}) {
  const run = real.hasBegun ? real : dry;
  const isOver = real.total.isDone || (dry.total.isDone && dry.total.changed === 0);
  return (
    <div className="flex flex-wrap justify-end gap-3">
      {real.isRunning ? (
        <Button onClick={real.stop}>{words.stop}</Button>
      ) : (
        <AlertDialog.Cancel asChild>
          <Button onClick={onClose}>{isOver || real.isStopped ? words.close : texts.cancel}</Button>
        </AlertDialog.Cancel>
      )}
      {run.error !== null && <Button onClick={run.start}>{words.again}</Button>}
      {real.isStopped && <Button onClick={real.start}>{words.goOn}</Button>}
      {!real.hasBegun && !isOver && (
        <Button
          look={deed === 'enable' ? 'primary' : 'grave'}
          disabled={!dry.total.isDone}
          onClick={real.start}
        >
          {words.deeds[deed]}
        </Button>
      )}
    </div>
  );
}

type Run = ReturnType<typeof useRun>;

/** Step after step until it is done, stopped or refused; started again, it goes on where it was. */
function useRun(organizationId: string, ask: Parameters<typeof takeStep>[1]) {
  const queryClient = useQueryClient();
  const [total, setTotal] = useState(NOTHING_YET);
  const [isStopped, setStopped] = useState(false);
  const state = useRef({ total: NOTHING_YET, wanted: 0, ask });
  state.current.ask = ask;
  const { mutate, isPending, isIdle, error } = useMutation({
    gcTime: 0,
    mutationFn: async (turn: number) => {
      const now = state.current;
      const client = clientFor(organizationId);
      while (!now.total.isDone && now.wanted === turn) {
        now.total = await takeStep(client, now.ask, now.total);
        setTotal(now.total);
      }
    },
    onSettled: async () => {
      if (!ask.dryRun) await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
    },
  });
  const [start] = useState(() => () => {
    setStopped(false);
    mutate(++state.current.wanted);
  });
  const stop = () => {
    state.current.wanted++;
    setStopped(!state.current.total.isDone);
  };
  return { total, start, stop, isRunning: isPending, isStopped, hasBegun: !isIdle, error };
}
