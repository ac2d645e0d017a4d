import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Output } from '../../../shared/api/index.ts';
import { isProvisionalCode } from '../../../shared/domain/intake.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import classes from './Intake.module.css';

interface Props {
  result: Output<'projects.create'>;
  another: () => void;
}

/** What became of the inquiry; its code turns into the final one as soon as the centre has given it. */
export function IntakeDone({ result, another }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery(query('projects.get', { id: result.id }));
  const code = data?.project.project_id ?? result.project_id;
  return (
    <section className={classes['done']} aria-labelledby="intake-done">
      <IconCircleCheck size={44} stroke={1.4} aria-hidden className={classes['doneIcon']} />
      <h2 id="intake-done">{t('intake.done.title')}</h2>
      <p className={classes['code']} role="status">
        {code}
      </p>
      <p>{data?.project.title}</p>
      <p className={classes['muted']}>{t('intake.done.stage', { stage: result.stage })}</p>
      {result.instead && <p className={classes['warning']}>{t('intake.instead')}</p>}
      {isProvisionalCode(code) && <p className={classes['muted']}>{t('intake.done.provisional')}</p>}
      <div className={classes['doneActions']}>
        <Button component={Link} to={paths.project(result.id)}>
          {t('intake.done.open')}
        </Button>
        <Button variant="default" autoFocus onClick={another}>
          {t('intake.done.another')}
        </Button>
      </div>
    </section>
  );
}
