import { useEffect, useState } from 'react';

/** Behind the `#`, which browsers send nowhere; and taken out of the address, so that no history keeps it. */
const takeToken = (): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') || null;
  if (token !== null) history.replaceState(history.state, '', location.pathname);
  return token;
};
const tokenAtFirst = takeToken();

/** What the link that was opened carries. Null: nothing, or it was cut. */
export function useLinkToken(): string | null {
  const [token, setToken] = useState(tokenAtFirst);
  useEffect(() => {
    // A link that is opened where its page is already loads nothing anew.
    const take = () => setToken((before) => takeToken() ?? before);
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  return token;
}
