import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconArrowBackUp, IconCheck } from '@tabler/icons-react';
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

const UNDO_MS = 15_000;

/** Tells what was done and offers to take it back, for as long as it takes to read and reach the button; answers how to take the offer away. */
export function notifyUndo(message: string, label: string, undo: () => void): () => void {
  const id = notifications.show({
    message: (
      <>
        <p>{message}</p>
        <Button
          variant="default"
          mt="xs"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {label}
        </Button>
      </>
    ),
    icon: <IconCheck size={16} />,
    color: 'petrol',
    autoClose: UNDO_MS,
    closeButtonProps: closeButtonProps(),
  });
  return () => notifications.hide(id);
}
