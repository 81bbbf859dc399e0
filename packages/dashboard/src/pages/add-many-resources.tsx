import { useMutation } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { explain } from '../lib/api.ts';
import { putResources, type Report } from '../lib/put-resources.ts';
import { MAX_LINES, readResourceLines, type ResourceLine } from '../lib/resource-lines.ts';
import { wantsSignIn } from '../lib/session.ts';
import { counted, fill, texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { INPUT } from '../ui/look.ts';
import { Notice } from '../ui/notice.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';
import type { AddResourcesProps } from './add-resources.tsx';

const words = texts.resources.adding;

export function AddManyResources({ organizationId, type, onChanged, onClose }: AddResourcesProps) {
  const id = useId();
  const [pasted, setPasted] = useState('');
  const [done, setDone] = useState(0);
  const add = useMutation({
    mutationFn: async (lines: readonly ResourceLine[]): Promise<Report> => {
      setDone(0);
      const onEach = () => setDone((count) => count + 1);
      return putResources({ organizationId, type: type.id }, lines, onEach);
    },
    onSuccess: ({ failed }) => setPasted(failed.map(({ text }) => text).join('\n')),
    onSettled: onChanged,
  });
  const lines = readResourceLines(pasted);
  const most = MAX_LINES.toLocaleString('en');
  const { tooMany } = texts.resources.faults;
  const count = lines.length.toLocaleString('en');
  const excess = lines.length > MAX_LINES ? fill(tooMany, { most, count }) : null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (excess === null && lines.length > 0) add.mutate(lines);
  };
  const signsIn = add.isError && wantsSignIn(add.error);
  return (
    <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {add.isError && !signsIn && <Notice>{explain(add.error)}</Notice>}
      {add.isSuccess && <Reported of={add.data} />}
      <div className="grid gap-1.5">
        <label htmlFor={id} className="text-sm font-medium">
          {words.lines}
        </label>
        <textarea
          id={id}
          value={pasted}
          onChange={(event) => setPasted(event.target.value)}
          aria-describedby={`${id}-hint`}
          aria-invalid={excess !== null}
          required
          rows={7}
          spellCheck={false}
          readOnly={add.isPending}
          placeholder={words.linesExample}
          className={`${INPUT} resize-y px-3 py-2 font-mono text-xs leading-relaxed`}
        />
        <p id={`${id}-hint`} className={`text-sm ${excess === null ? 'text-muted' : 'text-bad'}`}>
          {excess ?? fill(words.linesHint, { most })}
        </p>
      </div>
      <div className="flex items-center justify-end gap-3">
        <p role="status" className="mr-auto text-sm text-muted">
          {add.isPending &&
            fill(words.progress, { done: String(done), all: String(add.variables.length) })}
        </p>
        <Button onClick={onClose}>{words.done}</Button>
        <Button type="submit" look="primary" disabled={add.isPending || excess !== null}>
          {add.isPending ? words.busy : words.submit}
        </Button>
      </div>
      {signsIn && <SignInAgain onDone={() => add.mutate(lines)} onCancel={add.reset} />}
    </form>
  );
}

function Reported({ of: { saved, failed } }: { of: Report }) {
  const { report } = texts.resources;
  return (
    <div
      role="status"
      className="grid gap-2 rounded-md border border-line bg-sunken px-4 py-3 text-sm"
    >
      <p className="font-medium">{counted(report.added, saved)}</p>
      {failed.length > 0 && (
        <>
          <p>{counted(report.failed, failed.length)}</p>
          <ul
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
            tabIndex={0}
            className="grid max-h-40 gap-1 overflow-y-auto"
          >
            {failed.map(({ line, id, fault }) => (
              <li key={line} className="break-words">
                <span className="text-muted">{fill(report.line, { line: String(line) })}</span>{' '}
                <span className="font-mono text-xs">{id}</span> {fault}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
