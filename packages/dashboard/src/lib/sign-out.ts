import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { post } from './session.ts';

/** Ends the session, and forgets everything that was read in it. */
export function useSignOut(): () => Promise<void> {
  const router = useRouter();
  const queryClient = useQueryClient();
  return async () => {
    await post('/auth/sign-out', {});
    queryClient.clear();
    router.history.push('/sign-in');
  };
}
