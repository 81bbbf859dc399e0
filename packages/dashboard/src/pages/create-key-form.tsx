import type { Api, Key } from '@claviger/contract';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useBlocker, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { focusField } from '../fields/faults.ts';
import { linkToKeys } from '../lib/links.ts';
import { isOwnOnly } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { createTexts } from '../texts/create-key.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { FaultSummary } from '../ui/fault-summary.tsx';
import { Notice } from '../ui/notice.tsx';
import { Reveal } from '../ui/reveal.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import {
  draftOf,
  EMPTY_DRAFT,
  fittedDraft,
  settledDraft,
  type Draft,
} from '../fields/key-draft.ts';
import {
  faultsNow,
  faultsOf,
  labelOf,
  creationRefusalText,
  type Refusal,
} from '../fields/key-faults.ts';
import { CreateKeySections } from './create-key-sections.tsx';
import { useCreateKey } from './use-create-key.ts';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys/new');
const words = createTexts;

interface CreateKeyFormProps {
  apis: readonly Api[];
  organizationId: string;
  replaces: Key | null;
}

export function CreateKeyForm({ apis, organizationId, replaces }: CreateKeyFormProps) {
  const { session } = route.useRouteContext();
  const ownOnly = isOwnOnly(session, organizationId);
  const [first] = useState(() => (replaces === null ? EMPTY_DRAFT : draftOf(replaces)));
  const [draft, setDraft] = useState<Draft>(first);
  const [apiId, setApiId] = useState<string | null>(null);
  const creation = useCreateKey({ organizationId, replaces, ownOnly });
  // What was wrong when it was sent last: what is filled in afterwards is not wrong before it is sent.
  const [tried, setTried] = useState<readonly string[]>([]);
  const api = apis.find(({ id }) => id === apiId) ?? apis[0];
  const { refusal, revealed } = creation;
  const faults = api === undefined ? {} : faultsNow(draft, api, refusal, tried);
  useFocusOnFault(tried, refusal, Object.keys(faults)[0]);
  const leaving = useLeaving(draft !== first && revealed === null);
  const finish = useFinish(organizationId, creation.forget);
  if (api === undefined) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (creation.isBusy) return;
    const finished = settledDraft(draft);
    setDraft(finished);
    const wrong = Object.keys(faultsOf(fittedDraft(finished, api), api));
    setTried(wrong);
    if (wrong.length === 0) creation.send(finished, api);
  };
  return (
    <form noValidate onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <FaultSummary faults={faults} labelOf={(pointer) => labelOf(api, pointer)} />
      {refusal !== null && <Refused {...{ refusal }} />}
      {apis.length > 1 && (
        <Choice
          label={words.api}
          value={api.id}
          options={apis.map(({ id, name }) => [id, name])}
          onChange={setApiId}
        />
      )}
      <CreateKeySections
        {...{ api, organizationId, replaces, ownOnly, faults, refusal }}
        user={session.user}
        draft={fittedDraft(draft, api)}
        onChange={(changed) => setDraft((now) => ({ ...now, ...changed }))}
      />
      <Ending {...{ organizationId, replaces }} isBusy={creation.isBusy} />
      {revealed !== null && <Reveal of={revealed} onDone={finish} />}
      {creation.signsIn && <SignInAgain onDone={creation.again} onCancel={creation.cancel} />}
      {leaving.status === 'blocked' && (
        <Confirm
          title={words.leave.go}
          body={`${words.leave.title} ${words.leave.body}`}
          busy={false}
          fault={null}
          onConfirm={leaving.proceed}
          onCancel={leaving.reset}
        />
      )}
    </form>
  );
}

function Refused({ refusal }: { refusal: Refusal }) {
  const text = creationRefusalText(refusal);
  if (text === null) return null;
  return (
    <Notice>
      <p className="font-medium">{words.refused}</p>
      <p>{text}</p>
    </Notice>
  );
}

interface EndingProps {
  organizationId: string;
  replaces: Key | null;
  isBusy: boolean;
}

const Ending = ({ organizationId, replaces, isBusy }: EndingProps) => (
  <div className="flex flex-wrap gap-3 border-t border-line pt-6">
    <Button type="submit" look="primary" className="min-w-28" disabled={isBusy}>
      {isBusy ? words.busy : replaces === null ? words.submit : words.replace.submit}
    </Button>
    <Link {...linkToKeys(organizationId)} className={buttonLook('plain')}>
      {texts.cancel}
    </Link>
  </div>
);

/** After each try, to the first thing that has to be put right. */
function useFocusOnFault(
  tried: readonly string[],
  refusal: Refusal | null,
  first: string | undefined,
): void {
  const pointer = useRef(first);
  pointer.current = first;
  useEffect(() => {
    if (pointer.current !== undefined) focusField(pointer.current);
    else if (refusal !== null) scrollTo({ top: 0 });
  }, [tried, refusal?.error]);
}

/** Asks before what was filled in is lost. */
const useLeaving = (isAtStake: boolean) =>
  useBlocker({
    shouldBlockFn: () => true,
    enableBeforeUnload: isAtStake,
    disabled: !isAtStake,
    withResolver: true,
  });

/** The key is stored: it is forgotten here, and the list has it. */
function useFinish(organizationId: string, forget: () => void) {
  const router = useRouter();
  const queryClient = useQueryClient();
  return async () => {
    forget();
    await queryClient.invalidateQueries({ queryKey: ['keys', organizationId] });
    await router.navigate({ ...linkToKeys(organizationId), ignoreBlocker: true });
  };
}
