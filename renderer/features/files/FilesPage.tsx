import { useTranslation } from 'react-i18next';
import { DriveTransfersSection } from '../drive/DriveTransfersSection.tsx';
import { DiskSection } from './DiskSection.tsx';
import classes from './Files.module.css';
import { MissingSection } from './MissingSection.tsx';
import { OfflineSection } from './OfflineSection.tsx';
import { TransfersSection } from './TransfersSection.tsx';

/** The files of this machine: what is on its way, what is kept, how much room it takes, and what never came over. */
export function FilesPage() {
  const { t } = useTranslation();
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('files.title')}</h1>
      </header>
      <div className={classes['scroller']}>
        <p className={classes['lead']}>{t('files.lead')}</p>
        <div className={classes['columns']}>
          <div className={classes['column']}>
            <TransfersSection />
            <DriveTransfersSection />
          </div>
          <div className={classes['column']}>
            <DiskSection />
            <OfflineSection />
            <MissingSection />
          </div>
        </div>
      </div>
    </>
  );
}
