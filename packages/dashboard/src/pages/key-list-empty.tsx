import { getRouteApi, Link } from '@tanstack/react-router';
import { keyLines, variableOf } from '../lib/key-lines.ts';
import { texts } from '../texts.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Hint } from '../ui/hint.tsx';

const route = getRouteApi('/signed-in/org/$organizationId/settings/api-keys');

const words = texts.keyList.empty;

/** The organization has no keys: what they are for, and how one is made and used. */
export function NoKeys({ apiId, mayWrite }: { apiId: string | undefined; mayWrite: boolean }) {
  const { organizationId } = route.useParams();
  const curl = keyLines(variableOf(apiId ?? 'your'), '').find(({ id }) => id === 'curl')?.text;
  return (
    <section className="grid min-w-0 grid-cols-[minmax(0,1fr)] justify-items-start gap-3 rounded-lg border border-dashed border-line-strong/50 px-6 py-10">
      <h2 className="font-semibold">{texts.keys.empty.title}</h2>
      <p className="max-w-prose text-muted">{words.body}</p>
      <p className="text-sm text-muted">{words.use}</p>
      <div data-copied className="flex w-full max-w-2xl items-start gap-2">
        <pre
          tabIndex={0}
          className="min-w-0 flex-1 overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5"
        >
          {curl}
        </pre>
        <CopyButton text={curl ?? ''} what={words.command} />
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3 pt-2">
        {mayWrite && (
          <Link
            to="/org/$organizationId/settings/api-keys/new"
            params={{ organizationId }}
            className={buttonLook('primary')}
          >
            {texts.keys.create}
          </Link>
        )}
        <a href="/docs" className="text-sm text-accent underline underline-offset-4">
          {words.docs}
        </a>
      </div>
    </section>
  );
}

export function NoMatch({ onReset }: { onReset: () => void }) {
  const { title, body, reset } = texts.keys.noMatch;
  return (
    <Hint title={title} action={<Button onClick={onReset}>{reset}</Button>}>
      {body}
    </Hint>
  );
}
