import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

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

/** Where nobody is signed in any more, the frame asks for that. */
function Fault<Data>({ of: error, query }: { of: Error; query: LoadedProps<Data>['query'] }) {
  const { sectionFailed, staleFailed } = texts.key;
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
        onClick={() => void query.refetch()}
      >
        {texts.tryAgain}
      </Button>
    </div>
  );
}
