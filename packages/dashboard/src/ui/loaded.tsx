import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { SignInAgain } from './sign-in-again.tsx';

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  /** As large as what comes in its place. */
  placeholder: ReactNode;
  children: (data: Data) => ReactNode;
}

/** A part of a page that comes by itself, and says by itself when it does not come. */
export function Loaded<Data>({ query, placeholder, children }: LoadedProps<Data>) {
  const { data, error } = query;
  if (data === undefined && error === null) {
    return (
      <div aria-busy>
        <span className="sr-only">{texts.loading}</span>
        {placeholder}
      </div>
    );
  }
  return (
    <>
      {error !== null && <Fault of={error} query={query} />}
      {data !== undefined && children(data)}
    </>
  );
}

function Fault<Data>({ of: error, query }: { of: Error; query: LoadedProps<Data>['query'] }) {
  const [asked, setAsked] = useState(false);
  const { sectionFailed, staleFailed, signInFirst } = texts.key;
  const signsIn = wantsSignIn(error);
  const again = () => void query.refetch();
  return (
    <div role="alert" className="m-5 grid gap-3 rounded-md border border-bad bg-bad-soft p-4">
      <p className="text-sm">
        <span className="font-medium">
          {query.data === undefined ? sectionFailed : staleFailed}
        </span>{' '}
        {explain(error)}
      </p>
      <Button
        className="justify-self-start"
        disabled={query.isFetching}
        onClick={signsIn ? () => setAsked(true) : again}
      >
        {signsIn ? signInFirst : texts.tryAgain}
      </Button>
      {asked && (
        <SignInAgain
          onDone={() => {
            setAsked(false);
            again();
          }}
          onCancel={() => setAsked(false)}
        />
      )}
    </div>
  );
}
