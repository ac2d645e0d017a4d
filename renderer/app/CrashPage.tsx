import { i18n } from './i18n.ts';
import { call } from './bridge.ts';
import classes from './CrashPage.module.css';

/** Made of plain elements: it must also render where the theme or a provider is what failed. */
export function CrashPage() {
  const openLogs = () => {
    void call('app.openLogFolder');
  };
  return (
    <main className={classes['page']} role="alert">
      <h1>{i18n.t('app.failure.crashTitle')}</h1>
      <p>{i18n.t('app.failure.crashText')}</p>
      <div className={classes['actions']}>
        <button type="button" onClick={() => window.location.reload()}>
          {i18n.t('app.failure.reload')}
        </button>
        <button type="button" onClick={openLogs}>
          {i18n.t('app.failure.openLogs')}
        </button>
      </div>
    </main>
  );
}
