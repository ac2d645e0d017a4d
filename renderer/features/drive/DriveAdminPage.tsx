import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DriveConfig } from '../../../shared/api/drive.ts';
import { useSession } from '../../app/app-store.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { ClientSecret } from './ClientSecret.tsx';
import classes from './Drive.module.css';
import { DriveConfigForm } from './DriveConfigForm.tsx';
import { useDriveState } from './use-drive-state.ts';

const steps = ['project', 'api', 'consent', 'client', 'enter'] as const;

/** What is typed stays while the stored values do: that they have been synced is no change of them. */
const valuesOf = (config: DriveConfig | null): string => JSON.stringify(config && [config.client_id, config.browsing, config.is_active]);

/** How the organization signs in at Google, set up by administrators. */
export function DriveAdminPage() {
  const { t } = useTranslation();
  const { organization } = useSession();
  const stored = useQuery(query('drive.config'));
  const { state } = useDriveState();
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('drive.title')}</h1>
      </header>
      <div className={classes['page']}>
        <p className={classes['lead']}>{t('drive.admin.lead', { organization: organization.name })}</p>
        {stored.error && <LoadFailure error={stored.error} retry={() => void stored.refetch()} />}
        {/* What somebody else has set meanwhile is where the next change begins. */}
        {stored.data && <DriveConfigForm key={valuesOf(stored.data.config)} present={stored.data.config} />}
        {state && state.status !== 'unconfigured' && state.status !== 'inactive' && (
          <section className={classes['rule']} aria-label={t('drive.admin.secretTitle')}>
            <h2 className={classes['subtitle']}>{t('drive.admin.secretTitle')}</h2>
            <p className={classes['muted']}>{t('drive.admin.secretText')}</p>
            <ClientSecret state={state} />
          </section>
        )}
        <section className={classes['rule']} aria-label={t('drive.admin.stepsTitle')}>
          <h2 className={classes['subtitle']}>{t('drive.admin.stepsTitle')}</h2>
          <ol className={classes['steps']}>
            {steps.map((step) => (
              <li key={step}>{t(`drive.admin.steps.${step}`)}</li>
            ))}
          </ol>
        </section>
      </div>
    </>
  );
}
