import { ModalsProvider, modals } from '@mantine/modals';
import { Notifications, notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.layer.css';
import { useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppStore } from './app-store.ts';
import { questionsCanBeAsked } from './questions.ts';

/** Questions and messages above every screen. What was shown leaves the locked screen. */
export function Overlays() {
  const { t } = useTranslation();
  const locked = useAppStore((state) => state.lock?.locked ?? false);
  useLayoutEffect(questionsCanBeAsked, []);
  useLayoutEffect(() => {
    if (!locked) return;
    modals.closeAll();
    notifications.clean();
  }, [locked]);
  return (
    <>
      <ModalsProvider modalProps={{ closeButtonProps: { 'aria-label': t('app.actions.close') } }} />
      {!locked && <Notifications position="bottom-right" limit={4} autoClose={6000} />}
    </>
  );
}
