import { useTranslation } from 'react-i18next';
import { DriveTransfers } from './DriveTransfers.tsx';
import classes from './Drive.module.css';
import { useMayUseDrive } from './use-drive-state.ts';
import { useDriveTransfers } from './use-drive-transfers.ts';

/** For the page of this machine's files; nothing where nothing is on its way to or from Drive. */
export function DriveTransfersSection() {
  return useMayUseDrive() ? <Section /> : null;
}

function Section() {
  const { t } = useTranslation();
  if (useDriveTransfers().length === 0) return null;
  return (
    <section className={classes['section']} aria-labelledby="drive-transfers">
      <h2 id="drive-transfers" className={classes['title']}>
        {t('drive.transfer.title')}
      </h2>
      <DriveTransfers />
    </section>
  );
}
