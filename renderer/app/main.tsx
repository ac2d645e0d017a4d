import '@mantine/core/styles.layer.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { useAppStore } from './app-store.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { i18n, speak } from './i18n.ts';
import { start, toAppError } from './start.ts';

/** Until it is known what to show, the splash of index.html stands there, so that the first screen is drawn once. */
async function main(root: HTMLElement): Promise<void> {
  const splash = root.querySelector('[role=status]');
  const sayLoading = () => splash?.replaceChildren(i18n.t('app.loading'));
  i18n.on('languageChanged', sayLoading);
  try {
    await start();
  } catch (error) {
    await speak('vi');
    useAppStore.setState({ startError: toAppError(error) });
  }
  i18n.off('languageChanged', sayLoading);

  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
void main(root);
