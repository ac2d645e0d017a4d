import '@mantine/core/styles.layer.css';
import '@mantine/dates/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import 'dayjs/locale/vi';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { useAppStore } from './app-store.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { start, toAppError } from './start.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

start().catch((error: unknown) => useAppStore.setState({ startError: toAppError(error) }));

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
