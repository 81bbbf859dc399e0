import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createPages } from './router.tsx';
import { followTheme } from './lib/theme.ts';
import { Messages } from './ui/messages.tsx';
import './styles.css';

followTheme();
// Dialogs keep the page behind them from scrolling by a style of their own.
const nonce = document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce;
if (nonce !== undefined) setNonce(nonce);
const queryClient = new QueryClient({
  defaultOptions: {
    // Whether the machine is online says nothing of a server that may be on it.
    queries: { retry: false, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});
const router = createPages(queryClient);
const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Messages>
          <RouterProvider router={router} />
        </Messages>
      </QueryClientProvider>
    </StrictMode>,
  );
}
