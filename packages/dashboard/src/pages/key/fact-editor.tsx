import type { Api, Key, PatchKey, User } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { focusField } from '../../fields/faults.ts';
import { clientFor } from '../../lib/api.ts';
import { wantsSignIn } from '../../lib/session.ts';
import { fill, texts } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SignInAgain } from '../../ui/sign-in-again.tsx';
import { settledDraft, type Draft } from '../../fields/key-draft.ts';
import { refusalText, refusedFaults, type Refusal } from '../../fields/key-faults.ts';
import { belongsTo, draftOfKey, factFaults, fittedTo, isOther, patchOf } from './fact-draft.ts';
import { factFields } from './fact-field.tsx';
import { useChanged, type EditedField } from './key-view.ts';
import { whatChanges } from './what-changes.ts';

interface FactEditorProps {
  field: EditedField;
  of: Key;
  api: Api;
  user: User;
  suggested: PatchKey;
  onClose: () => void;
}

const words = keyPageTexts.edit;

/** Edits one field of the key in its place. */
export function FactEditor({ field, of: key, api, user, suggested, onClose }: FactEditorProps) {
  const [opened] = useState(key);
  const [initial] = useState(() => draftOfKey(key, suggested));
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const { save, refusal, isMeanwhile } = useSaving(field, opened, onClose);
  const form = useFirstFocus();
  const fitted = fittedTo(draft, api, key);
  const faults = {
    ...refusedFaults(refusal, draft),
    ...(tried && factFaults(field, fitted, api, key)),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    const settled = settledDraft(draft);
    setDraft(settled);
    setTried(true);
    const [first] = Object.keys(factFaults(field, fittedTo(settled, api, key), api, key));
    if (first !== undefined) focusField(first);
    else if (settled === initial && Object.keys(suggested).length === 0) onClose();
    else save.mutate({ draft: settled, patch: patchOf(field, fittedTo(settled, api, key), api) });
  };
  const cancelByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  const Field = factFields[field];
  const refused = refusal === null ? null : refusedText(field, refusal);
  return (
    <form
      ref={form}
      aria-label={`${keyPageTexts.facts.edit} ${keyPageTexts.facts[field]}`}
      noValidate
      onSubmit={submit}
      onKeyDown={cancelByKey}
      className="grid grid-cols-[minmax(0,1fr)] gap-4 bg-sunken px-5 py-4"
    >
      {Field({
        of: key,
        api,
        user,
        draft,
        onChange: (changes) => setDraft({ ...draft, ...changes }),
        faults,
        refusal,
      })}
      <Changes of={opened} patch={patchOf(field, fitted, api)} api={api} />
      {isMeanwhile && <Notice>{words.meanwhile}</Notice>}
      {refused !== null && <Notice>{refused}</Notice>}
      <div className="flex gap-3">
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? keyPageTexts.saving : texts.save}
        </Button>
        <Button onClick={onClose}>{texts.cancel}</Button>
      </div>
      {save.isError && wantsSignIn(save.error) && (
        <SignInAgain onDone={() => save.mutate(save.variables)} onCancel={() => save.reset()} />
      )}
    </form>
  );
}

interface Sent {
  readonly draft: Draft;
  readonly patch: PatchKey;
}

/** Somebody else changed the field since its form was opened. */
class ChangedMeanwhile extends Error {}

/**
 * Sends what was changed. The API has no condition on what a key was before, so it is looked up first: whoever
 * would overwrite what they have not seen is told so once.
 */
function useSaving(field: EditedField, opened: Key, onClose: () => void) {
  const changed = useChanged();
  const seen = useRef(opened);
  const { keys } = clientFor(opened.organizationId);
  const save = useMutation({
    mutationFn: async ({ patch }: Sent) => {
      const now = await keys.get(opened.id);
      const isMeanwhile = isOther(field, seen.current, now);
      seen.current = now;
      if (isMeanwhile) throw new ChangedMeanwhile();
      return keys.update(opened.id, patch);
    },
    onSuccess: ({ key: now, effective }) => {
      onClose();
      return changed(
        fill(keyPageTexts.saved, { field: keyPageTexts.facts[field] }),
        effective,
        now,
      );
    },
  });
  const isMeanwhile = save.error instanceof ChangedMeanwhile;
  const refusal: Refusal | null =
    !save.isError || isMeanwhile || wantsSignIn(save.error)
      ? null
      : { draft: save.variables.draft, error: save.error };
  return { save, refusal, isMeanwhile };
}

/** Of a refusal, what stands at no field of this form; null: nothing. */
function refusedText(field: EditedField, refusal: Refusal): string | null {
  const elsewhere = Object.entries(refusedFaults(refusal, refusal.draft))
    .filter(([pointer]) => !belongsTo(field, pointer))
    .map(([, fault]) => fault);
  return elsewhere.length > 0 ? elsewhere.join(' ') : refusalText(refusal);
}

/** Into the first control, once. */
function useFirstFocus() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current
      ?.querySelector<HTMLElement>('input:enabled, select:enabled, textarea:enabled, button')
      ?.focus();
  }, []);
  return form;
}

/** What the key gains and loses by it, said while it can still be thought over. */
function Changes({ of: key, patch, api }: { of: Key; patch: PatchKey; api: Api }) {
  const { gains, losses } = whatChanges(key, patch, api);
  return (
    <div role="status" className="grid gap-2 text-sm empty:hidden">
      {gains.length > 0 && (
        <p className="rounded-md border border-warn bg-warn-soft px-3.5 py-2.5">
          <span className="font-medium">{words.gains}:</span> {gains.join(', ')}
        </p>
      )}
      {losses.length > 0 && (
        <p className="rounded-md border border-line bg-surface px-3.5 py-2.5">
          <span className="font-medium">{words.losses}:</span> {losses.join(', ')}
        </p>
      )}
    </div>
  );
}
