import { Button, CloseButton } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { isInternal } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import classes from './Tour.module.css';
import { goToStep, leaveTour, startTour, tourSteps, useTour } from './tour.ts';

/** Five steps for whoever is new: beside the page, never over it, and gone for good once it was left. */
export function Tour() {
  const { t } = useTranslation();
  const { person, loading } = useSession();
  const { pathname } = useLocation();
  const { step, offered } = useTour();
  const mayOffer = !offered && !loading && isInternal(person.role) && pathname === paths.start;
  const tour = useQuery({ ...query('help.tour'), enabled: mayOffer });
  const title = useRef<HTMLHeadingElement>(null);
  const shown = step === null ? undefined : tourSteps[step];

  const end = useMutation({ mutationFn: () => call('help.endTour'), onMutate: leaveTour });

  useEffect(() => {
    if (mayOffer && tour.data?.seen === false) startTour();
  }, [mayOffer, tour.data]);

  useEffect(() => {
    if (!shown) return;
    const link = document.querySelector(`nav a[href="#${shown.path}"]`);
    link?.setAttribute('data-tour', '');
    return () => link?.removeAttribute('data-tour');
  }, [shown]);

  // A new step is read out, and the keyboard goes on from it; the first does not take the focus from the page.
  useEffect(() => {
    if (step !== null && step > 0) title.current?.focus();
  }, [step]);

  if (step === null || !shown) return null;
  const last = step === tourSteps.length - 1;
  return (
    <section className={classes['tour']} aria-label={t('help.tour.label')}>
      <header className={classes['head']}>
        <h2 ref={title} tabIndex={-1} className={classes['title']}>
          {t(`help.tour.steps.${shown.key}.title`)}
        </h2>
        <span className={classes['count']}>{t('help.tour.progress', { step: step + 1, steps: tourSteps.length })}</span>
        <CloseButton aria-label={t('help.tour.skip')} onClick={() => end.mutate()} />
      </header>
      <p>{t(`help.tour.steps.${shown.key}.text`)}</p>
      <footer className={classes['foot']}>
        {!last && (
          <Button variant="subtle" onClick={() => end.mutate()}>
            {t('help.tour.skip')}
          </Button>
        )}
        {step > 0 && (
          <Button variant="default" onClick={() => goToStep(step - 1)}>
            {t('help.tour.back')}
          </Button>
        )}
        <Button onClick={() => (last ? end.mutate() : goToStep(step + 1))}>{t(last ? 'help.tour.done' : 'help.tour.next')}</Button>
      </footer>
    </section>
  );
}
