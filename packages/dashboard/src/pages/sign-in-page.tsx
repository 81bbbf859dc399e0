import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { sessionQuery } from '../lib/session.ts';
import { explainSignIn, methodsQuery, providerAddress } from '../lib/sign-in.ts';
import { texts } from '../texts.ts';
import { Centered } from '../ui/centered.tsx';
import { SignInSteps } from '../ui/sign-in-steps.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next = '/', problem, step } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const done = async () => {
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    router.history.push(next);
  };
  const fault = usePasskeysInSuggestions(done);
  return (
    <Centered title={texts.signIn.title}>
      <SignInSteps
        startsAtCode={step === 'code'}
        problem={fault ?? (problem && texts.signIn.problems[problem])}
        submit={texts.signIn.submit}
        onDone={() => void done()}
        onProvider={async () => location.assign(await providerAddress(next, false))}
      />
      <Link to="/recover" className="text-sm text-accent underline underline-offset-4">
        {texts.signIn.forgotten}
      </Link>
      <p className="text-sm text-muted">{texts.signIn.help}</p>
    </Centered>
  );
}

/** As long as the page is shown, the browser suggests passkeys where the e-mail address is typed. Answers what was wrong with the one that was chosen. */
function usePasskeysInSuggestions(onDone: () => Promise<void>): string | null {
  const [fault, setFault] = useState<string | null>(null);
  const { data: methods } = useQuery(methodsQuery);
  const offers = methods?.passkeys === true && 'PublicKeyCredential' in window;
  const latest = useRef(onDone);
  useEffect(() => {
    latest.current = onDone;
  });
  useEffect(() => {
    if (!offers) return undefined;
    const ending = new AbortController();
    const offer = async () => {
      const { offerPasskeys } = await import('../lib/passkeys.ts');
      if (await offerPasskeys(ending.signal)) await latest.current();
    };
    offer().catch((error: unknown) => setFault(explainSignIn(error)));
    return () => ending.abort();
  }, [offers]);
  return fault;
}
