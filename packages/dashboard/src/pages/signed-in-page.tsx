import { useEffect } from 'react';
import { tellSignedIn } from '../lib/sign-in.ts';
import { texts } from '../texts.ts';
import { Centered } from '../ui/centered.tsx';

/** Where a window ends that was opened to ask the provider. */
export function SignedInPage() {
  useEffect(() => {
    tellSignedIn();
    window.close();
  }, []);
  return (
    <Centered title={texts.signedIn.title}>
      <p className="text-muted">{texts.signedIn.body}</p>
    </Centered>
  );
}
