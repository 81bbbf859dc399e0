import { Link } from '@tanstack/react-router';
import { texts } from '../texts.ts';
import { Centered } from './centered.tsx';

export function NotFound() {
  return (
    <Centered title={texts.notFound.title}>
      <p className="text-muted">{texts.notFound.body}</p>
      <Link to="/" className="text-accent underline underline-offset-4">
        {texts.notFound.home}
      </Link>
    </Centered>
  );
}
