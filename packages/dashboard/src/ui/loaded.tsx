import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { explain } from '../lib/api.ts';
import { texts } from '../texts.ts';
import { keyPageTexts } from '../texts/key-page.ts';
import { Button } from './button.tsx';

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  /** As large as what comes in its place. */
  placeholder: ReactNode;
  children: (data: Data) => ReactNode;
}

/** A part of a page that comes by itself, and says by itself when it does not come. */
export function Loaded<Data>({ query, placeholder, children }: LoadedProps<Data>) {
  const { data, error, isFetching } = query;
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
      {error !== null && (
        <Missing
          what={data === undefined ? keyPageTexts.sectionFailed : keyPageTexts.staleFailed}
          why={explain(error)}
          isBusy={isFetching}
          onAgain={() => void query.refetch()}
        />
      )}
      {data !== undefined && children(data)}
    </>
  );
}

interface MissingProps {
  what: string;
  why?: string;
  isBusy?: boolean;
  onAgain: () => void;
}

/** What could not be had, and how to ask for it again. */
export const Missing = ({ what, why, isBusy = false, onAgain }: MissingProps) => (
  <div role="alert" className="m-5 grid gap-3 rounded-md border border-bad bg-bad-soft p-4">
    <p className="break-words text-sm">
      <span className="font-medium">{what}</span> {why}
    </p>
    <Button className="justify-self-start" disabled={isBusy} onClick={onAgain}>
      {texts.tryAgain}
    </Button>
  </div>
);
