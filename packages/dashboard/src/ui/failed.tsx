import { ClavigerError } from '@claviger/sdk';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { explain } from '../lib/api.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { Centered } from './centered.tsx';

/** In the place of a page that broke; the frame around it stays. */
export function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <section className="mx-auto grid max-w-md justify-items-start gap-5 py-10">
      <h1 className="text-2xl font-semibold tracking-tight">{texts.failed.title}</h1>
      <Remedy error={error} reset={reset} />
    </section>
  );
}

/** Where not even the frame could be shown. */
export const FailedAlone = ({ error, reset }: ErrorComponentProps) => (
  <Centered title={texts.failed.title}>
    <Remedy error={error} reset={reset} />
  </Centered>
);

function Remedy({ error, reset }: Pick<ErrorComponentProps, 'error' | 'reset'>) {
  const router = useRouter();
  const again = async () => {
    // What is loaded for the page is asked for anew, its script too.
    await router.invalidate();
    reset();
  };
  return (
    <>
      {/* What the pages themselves stumble over says nothing to anybody here. */}
      <p role="alert">{error instanceof ClavigerError ? explain(error) : texts.failed.body}</p>
      <Button onClick={again}>{texts.tryAgain}</Button>
    </>
  );
}
