import type { Account, User } from '@claviger/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../lib/account.ts';
import { explain } from '../lib/api.ts';
import { chooseTheme, chosenTheme, themes } from '../lib/theme.ts';
import { texts } from '../texts.ts';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { AccountName } from './account-name.tsx';
import { PasskeysPanel } from './account-passkeys.tsx';
import { PasswordPanel } from './account-password.tsx';
import { SecondFactorPanel } from './account-second-factor.tsx';
import { SessionsPanel } from './account-sessions.tsx';

const route = getRouteApi('/signed-in');

/** Who somebody is, how they sign in, and where they are signed in. */
export function AccountPage() {
  const { user } = route.useRouteContext().session;
  const found = useQuery(accountQuery);
  return (
    <div className="mx-auto grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-6">
      <h1 className="text-xl font-semibold tracking-tight">{texts.account.title}</h1>
      <Profile user={user} />
      {found.isError && <Notice>{explain(found.error)}</Notice>}
      {found.isPending && <Placeholders />}
      {found.data !== undefined && <Ways account={found.data} />}
      <Appearance />
    </div>
  );
}

const Ways = ({ account }: { account: Account }) => (
  <>
    <PasswordPanel />
    <PasskeysPanel passkeys={account.passkeys} />
    <SecondFactorPanel state={account.secondFactor} />
    <SessionsPanel sessions={account.sessions} />
  </>
);

/** About as high as what comes: what is below stays where it is. */
const Placeholders = () => (
  <div role="status" aria-label={texts.loading} className="grid gap-6">
    {['h-24', 'h-40', 'h-28', 'h-44'].map((height) => (
      <div key={height} className={`${height} animate-pulse rounded-lg bg-sunken`} />
    ))}
  </div>
);

function Profile({ user }: { user: User }) {
  const lines = [
    [texts.account.profile.name, <AccountName key="name" of={user} />],
    [texts.account.profile.email, user.email],
  ] as const;
  return (
    <Panel title={texts.account.profile.title}>
      <dl className="grid items-baseline gap-x-6 gap-y-3 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
        {lines.map(([term, value]) => (
          <div key={term} className="grid gap-0.5 sm:contents">
            <dt className="text-muted">{term}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {user.operator && <p className="text-sm text-muted">{texts.account.profile.operator}</p>}
    </Panel>
  );
}

function Appearance() {
  const [chosen, setChosen] = useState(chosenTheme);
  const { title, body } = texts.account.appearance;
  return (
    <Panel title={title} body={body}>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">{title}</legend>
        {themes.map((theme) => (
          <label
            key={theme}
            className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md border border-line px-3 text-sm has-checked:border-accent has-checked:bg-sunken"
          >
            <input
              type="radio"
              name="theme"
              value={theme}
              checked={chosen === theme}
              onChange={() => {
                chooseTheme(theme);
                setChosen(theme);
              }}
              className="accent-accent"
            />
            {texts.theme.names[theme]}
          </label>
        ))}
      </fieldset>
    </Panel>
  );
}
