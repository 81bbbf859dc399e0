import type { ErrorComponentProps } from '@tanstack/react-router';
import { explain } from '../lib/api.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { Centered } from './centered.tsx';

export function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <Centered title={texts.failed.title}>
      <p role="alert">{explain(error)}</p>
      <Button onClick={reset}>{texts.tryAgain}</Button>
    </Centered>
  );
}
