import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/app-store.ts';
import classes from './Security.module.css';
import { SecurityForm } from './SecurityForm.tsx';

/** The organization's rules for the machines of its people, set by administrators. */
export function SecurityPage() {
  const { t } = useTranslation();
  const { organization, security } = useSession();
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('security.title')}</h1>
      </header>
      <div className={classes['scroller']}>
        <p className={classes['lead']}>{t('security.lead', { organization: organization.name })}</p>
        {/* What somebody else has set meanwhile is where the next change begins. */}
        <SecurityForm key={JSON.stringify(security)} present={security} />
      </div>
    </>
  );
}
