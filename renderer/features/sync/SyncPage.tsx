import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { AttentionSection } from './AttentionSection.tsx';
import { ConflictsSection } from './ConflictsSection.tsx';
import { HistorySection } from './HistorySection.tsx';
import { SetAsideSection } from './SetAsideSection.tsx';
import { StatePanel } from './StatePanel.tsx';
import classes from './Sync.module.css';
import { SyncActions } from './SyncActions.tsx';
import { WaitingSection } from './WaitingSection.tsx';

/** The sync centre: how this machine stands towards the server, what needs the person, and what happened. */
export function SyncPage() {
  const { t } = useTranslation();
  const status = useAppStore((state) => state.syncStatus);
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('sync.title')}</h1>
        {status && <SyncActions status={status} />}
      </header>
      <div className={classes['scroller']}>
        {status && <StatePanel status={status} />}
        <div className={classes['columns']}>
          <div className={classes['column']}>
            <AttentionSection total={status?.attention ?? 0} />
            <ConflictsSection />
            <WaitingSection />
          </div>
          <div className={classes['column']}>
            <SetAsideSection />
            <HistorySection />
          </div>
        </div>
      </div>
    </>
  );
}
