import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import type { Output } from '../../../shared/api/index.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import classes from './Intake.module.css';
import { IntakeDone } from './IntakeDone.tsx';
import { IntakeForm } from './IntakeForm.tsx';

export function IntakePage() {
  const { role } = useSession().person;
  return mayAccess(role, 'insert', 'projects') ? <Intake /> : <NotFoundPage />;
}

function Intake() {
  const { t } = useTranslation();
  const form = useQuery(query('intake.form'));
  // The form keeps what is typed by itself from then on; another visit reads anew.
  const stored = useQuery({ queryKey: ['intake.drafts'], queryFn: () => call('intake.drafts'), gcTime: 0 });
  const [result, setResult] = useState<Output<'projects.create'> | null>(null);
  const created = (saved: Output<'projects.create'>) => {
    setResult(saved);
    void stored.refetch();
  };
  const failed = form.error ? form : stored.error ? stored : null;

  if (failed) return <LoadFailure page error={failed.error} retry={() => void failed.refetch()} />;
  return (
    <>
      <header className={classes['head']}>
        <h1>{t('intake.title')}</h1>
        <span className={classes['muted']}>{t('intake.lead')}</span>
      </header>
      <div className={classes['scroller']}>
        {result && <IntakeDone result={result} another={() => setResult(null)} />}
        {!result && form.data && stored.data && (
          <IntakeForm form={form.data} stored={stored.data} created={created} />
        )}
      </div>
    </>
  );
}
