import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { i18n } from '../app/i18n.ts';

const closeButtonProps = () => ({ 'aria-label': i18n.t('app.actions.close') });

export function notifyDone(message: string): void {
  notifications.show({ message, icon: <IconCheck size={16} />, color: 'petrol', closeButtonProps: closeButtonProps() });
}

/** A failure stays until it is closed: it says what to do, and that takes time to read. */
export function notifyFailure(title: string, message: string): void {
  notifications.show({
    title,
    message,
    icon: <IconAlertTriangle size={16} />,
    color: 'red',
    autoClose: false,
    closeButtonProps: closeButtonProps(),
  });
}
